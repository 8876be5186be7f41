import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { findChromium, inBrowser, openBrowser } from './chromium.ts'
import { noteComplaints } from './complaints.ts'
import { takesFocus } from './focus.ts'
import { phoneOf } from './phone.ts'
import { type RunningParley, startParley } from './running-parley.ts'
import { tinyPng } from './tiny-png.ts'

const executable = findChromium()
if (!executable)
  console.warn('browser tests are skipped: no Chromium found (apt install chromium, or set CHROMIUM_PATH)')

interface Matcher {
  matches(selector: string): boolean
}

const HOUR = 3_600_000

describe.skipIf(!executable)('a task: its feed, and what is written in it', inBrowser, () => {
  let parley: RunningParley
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let anna: ReturnType<typeof phoneOf>
  let task: string
  const complaints: string[] = []

  const watch = (one: Page) => {
    one.setDefaultTimeout(20_000)
    noteComplaints(one, complaints)
    return one
  }

  beforeAll(async () => {
    parley = await startParley()
    browser = await openBrowser(executable ?? '')
    context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 } })
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: parley.url })
    page = watch(await context.newPage())
    anna = phoneOf(parley, '+491701234567', 'Anna Schmidt')
    await page.goto(parley.signInLink)
    await page.getByRole('heading', { name: 'Inbox', level: 1 }).or(page.getByRole('searchbox')).first().waitFor()
    await anna.write({ text: 'Is the blue coat still there?' })
    task = await taskOf('Anna')
    await page.goto(`${parley.url}/inbox/${task}`)
    await entry('Is the blue coat still there?').waitFor()
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await parley?.stop()
  }, 60_000)

  const taskOf = (q: string) =>
    eventually(async () => {
      const { items } = await parley.api<{ items: { id: string }[] }>('GET', `/api/tasks?q=${q}`)
      if (!items[0]) throw new Error(`no task of ${q}`)
      return items[0].id
    })
  const comment = (body: object, of = task) => parley.api<{ id: string }>('POST', `/api/tasks/${of}/comments`, body)
  const feed = (on: Page = page) => on.getByRole('region', { name: 'Conversation' })
  const entry = (text: string | RegExp, on: Page = page) => feed(on).getByRole('article').filter({ hasText: text })
  const writing = (on: Page = page) => on.getByRole('region', { name: 'Write' })
  const field = (on: Page = page) => writing(on).getByRole('textbox')
  const toClient = (on: Page = page) => on.getByRole('button', { name: 'Message to the client' }).click()
  const inside = () => page.getByRole('button', { name: 'Internal comment' }).click()
  const isFocused = (locator: Locator) =>
    locator.evaluate((element: object) => 'matches' in element && (element as Matcher).matches(':focus'))
  const menuOf = async (text: string, item: string) => {
    await entry(text).hover()
    await entry(text)
      .getByRole('button', { name: /^More for/ })
      .click()
    await page.getByRole('menuitem', { name: item }).click()
  }

  it('shows every kind of message as what it is', async () => {
    await anna.write({
      location: { latitude: 52.52, longitude: 13.405, name: 'Alexanderplatz', address: 'Berlin' },
    })
    await entry('Alexanderplatz').getByRole('link', { name: 'Open in a map' }).waitFor()
    await anna.write({
      order: {
        catalog_id: 'c',
        product_items: [
          { product_retailer_id: 'COAT', quantity: 2, item_price: 100, currency: 'EUR' },
          { product_retailer_id: 'SCARF', quantity: 1, item_price: 20, currency: 'EUR' },
        ],
      },
    })
    await entry('COAT')
      .getByRole('row', { name: /Total.*220/ })
      .waitFor()
    await anna.write({ interactive: { type: 'list_reply', list_reply: { id: 'r', title: 'Tomorrow' } } })
    await entry('Tomorrow').getByText('Chose from a list').waitFor()
    await anna.write({
      interactive: {
        type: 'nfm_reply',
        nfm_reply: { name: 'flow', body: 'Sent', response_json: '{"flow_token":"t","size":"M"}' },
      },
    })
    const form = entry('Filled in a form')
    await form.getByText('size').waitFor()
    expect(await form.textContent()).not.toContain('flow_token')
    await anna.write({ unsupported: { type: 'poll_creation' } })
    await entry('WhatsApp does not pass this on: a poll').waitFor()
    await comment({
      template: { name: 'order_confirmation', language: 'en_US', parameters: { body: ['Anna', 'A-1'] } },
      notify: { contact: true },
    })
    const template = entry('your order A-1 is confirmed')
    await template.getByText('Reply to this message with any question').waitFor()
    await template.getByText('Template “order_confirmation”').waitFor()
  })

  it('finds a quick reply by a few letters, shows how it reads here, and sends nothing by itself', async () => {
    await parley.api('POST', '/api/quick-replies', {
      title: 'Delivery time',
      shortcut: 'delivery',
      text: 'Hello {{contact.firstName}}, it takes {{task.fields.days}} days.',
      shared: true,
    })
    await parley.api('POST', '/api/quick-replies', { title: 'Hours', text: 'We are open.', shared: true })
    await toClient()
    await takesFocus(field())
    await page.keyboard.type('/deli')
    const panel = page.getByRole('region', { name: 'Quick replies' })
    await panel.getByRole('option', { name: /Delivery time/, selected: true }).waitFor()
    await panel.getByText('Hello Anna, it takes  days.').waitFor()
    await panel.getByText('Without a value here: task.fields.days').waitFor()
    await page.keyboard.press('Enter')
    await eventually(async () => expect(await field().inputValue()).toBe('Hello Anna, it takes  days.'))
    await writing()
      .getByText(/These had no value.*task\.fields\.days/)
      .waitFor()
    expect((await anna.received()).filter(({ text }) => text?.includes('it takes'))).toEqual([])

    await field().fill('a path: /etc/hosts')
    await panel.waitFor({ state: 'detached' })
    await field().fill('')
    await writing().getByRole('button', { name: 'Quick replies' }).click()
    await panel.getByRole('option', { name: /Hours/ }).waitFor()
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    expect(await field().inputValue()).toBe('')
  })

  it('picks a colleague by an @, and tells them no more once the name is gone', async () => {
    await parley.api('POST', '/api/users', { name: 'Olga Petrova', email: 'olga@example.test' })
    await page.reload()
    await inside()
    await field().pressSequentially('Ask @olg')
    await page.getByRole('option', { name: 'Olga Petrova' }).waitFor()
    await page.keyboard.press('Enter')
    await eventually(async () => expect(await field().inputValue()).toBe('Ask @Olga Petrova '))
    const told = writing().getByRole('button', { name: 'Notify colleagues' })
    await eventually(async () => expect(await told.textContent()).toBe('Olga Petrova'))
    await field().fill('Ask the warehouse')
    await eventually(async () => expect(await told.textContent()).toBe(''))
    await field().fill('')
    await field().pressSequentially('Ask @olg')
    await page.getByRole('option', { name: 'Olga Petrova' }).click()
    await field().press('Control+Enter')
    const note = entry('Ask @Olga Petrova')
    await note.getByText('Notifies Olga Petrova').waitFor()
  })

  it('lets a message be taken back, text and all, or go at once', async () => {
    await writing().getByRole('button', { name: 'How to send' }).click()
    await page.getByLabel('Messages to the client can be taken back').selectOption('30')
    await page.keyboard.press('Escape')
    await toClient()
    await field().fill('Too early')
    await field().press('Control+Enter')
    const held = entry('Too early')
    await held.getByText(/Leaves in \d+ s/).waitFor()
    await held.getByRole('button', { name: 'Undo' }).click()
    await held.getByText('Taken back before it left').waitFor()
    await eventually(async () => expect(await field().inputValue()).toBe('Too early'))
    expect(await page.getByRole('button', { name: 'Message to the client' }).getAttribute('aria-pressed')).toBe('true')

    await field().fill('In time')
    await field().press('Control+Enter')
    await entry('In time').getByRole('button', { name: 'Send now' }).click()
    await anna.receives(({ text }) => text === 'In time')
    expect((await anna.received()).filter(({ text }) => text === 'Too early')).toEqual([])

    await writing().getByRole('button', { name: 'How to send' }).click()
    await page.getByLabel('Messages to the client can be taken back').selectOption('0')
    await page.getByLabel('Send with').selectOption('enter')
    await page.keyboard.press('Escape')
    await field().fill('One')
    await field().press('Shift+Enter')
    await page.keyboard.type('two')
    await field().press('Enter')
    await anna.receives(({ text }) => text === 'One\ntwo')
    await writing().getByRole('button', { name: 'How to send' }).click()
    await page.getByLabel('Send with').selectOption('mod-enter')
    await page.keyboard.press('Escape')
  })

  it('takes a pasted picture, and says before the upload what the channel does not take', async () => {
    await toClient()
    const picture = tinyPng(8, 8).toString('base64')
    const paste = async (name: string, type: string, base64: string) => {
      await field().focus()
      await page.evaluate(`{
        const bytes = Uint8Array.from(atob('${base64}'), (char) => char.charCodeAt(0))
        const clipboardData = new DataTransfer()
        clipboardData.items.add(new File([bytes], '${name}', { type: '${type}' }))
        document.activeElement.dispatchEvent(
          new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
        )
      }`)
    }
    await paste('setup.exe', 'application/x-msdownload', 'TVo=')
    await writing()
      .getByText(/does not take this type of file/)
      .waitFor()
    await writing().getByRole('button', { name: 'Remove setup.exe' }).click()
    await paste('coat.png', 'image/png', picture)
    await writing().getByRole('button', { name: 'Remove coat.png' }).waitFor()
    await field().fill('The back of it')
    await field().press('Control+Enter')
    await anna.receives(({ kind }) => kind === 'image')
    await writing().getByRole('button', { name: 'What can be sent' }).click()
    await page.getByText('Text up to 4096 characters').waitFor()
    await page.keyboard.press('Escape')
  })

  it('shows pictures large, one after the other, by the keyboard alone', async () => {
    const second = tinyPng(8, 8).toString('base64')
    await anna.write({ media: { dataBase64: second, mime: 'image/png', caption: 'And mine' } })
    const open = entry('The back of it').getByRole('button', { name: 'Open picture coat.png' })
    await open.focus()
    await page.keyboard.press('Enter')
    const box = page.getByRole('dialog', { name: 'coat.png' })
    await box.getByText('1 of 2').waitFor()
    await page.keyboard.press('+')
    await eventually(async () =>
      expect(
        await box
          .getByRole('img')
          .last()
          .evaluate((image) => image.style.transform),
      ).toContain('scale(1.5)'),
    )
    await page.keyboard.press('ArrowRight')
    await page.getByRole('dialog').getByText('2 of 2').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await eventually(async () => expect(await isFocused(open)).toBe(true))
  })

  it('tells who else is here and who is typing, and asks before two answer the same', async () => {
    const { items } = await parley.api<{ items: { id: string; name: string }[] }>('GET', '/api/users?limit=200')
    const olga = items.find(({ name }) => name === 'Olga Petrova')
    const { url } = await parley.api<{ url: string }>('POST', `/api/users/${olga?.id}/sign-in-link`)
    const hers = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 } })
    const other = watch(await hers.newPage())
    await other.goto(url)
    await other.waitForURL(/\/inbox/)
    await other.goto(`${parley.url}/inbox/${task}`)
    await entry('And mine', other).waitFor()
    await writing().getByText('Olga Petrova is looking at this task').waitFor()
    await toClient()
    await field().pressSequentially('I can help')
    await writing(other).getByText('Owner is typing a message to the client').waitFor()

    await toClient(other)
    await field(other).fill('Already answered')
    await field(other).press('Control+Enter')
    await anna.receives(({ text }) => text === 'Already answered')
    await other.getByText('This task is assigned to Owner.').waitFor()
    await writing().getByText('Olga Petrova has written to the client while you were writing').waitFor()
    await field().press('Control+Enter')
    await writing().getByText('Does yours still have to go?').waitFor()
    expect((await anna.received()).map(({ text }) => text)).not.toContain('I can help')
    await writing().getByRole('button', { name: 'Keep it as a comment' }).click()
    await page.getByRole('button', { name: 'Add comment' }).click()
    await page
      .getByRole('article', { name: /^Internal comment/ })
      .filter({ hasText: 'I can help' })
      .waitFor()
    await hers.close()
    await eventually(async () => expect(await writing().getByText('is looking at this task').count()).toBe(0))
  })

  it('shows a part of the feed and says that it is a part, over a reload too', async () => {
    await page.getByRole('button', { name: 'What is shown' }).click()
    await page.getByLabel('Internal comments').check()
    await page.keyboard.press('Escape')
    await feed().getByText('Only internal comments are shown').waitFor()
    await entry('I can help').waitFor()
    expect(await entry('Already answered').count()).toBe(0)
    await page.reload()
    await feed().getByText('Only internal comments are shown').waitFor()
    // A link to an entry shows it, whatever is hidden otherwise.
    const { items } = await parley.api<{ items: { id: string; text: string }[] }>(
      'GET',
      `/api/tasks/${task}/comments?order=newest`,
    )
    const linked = items.find(({ text }) => text === 'And mine')
    await page.goto(`${parley.url}/inbox/${task}?comment=${linked?.id}`)
    await entry('And mine').waitFor()
    await page.reload()
    await feed().getByText('Only internal comments are shown').waitFor()
    await feed().getByRole('button', { name: 'Show everything' }).click()
    await entry('Already answered').waitFor()
  })

  it('keeps a draft and an unconfirmed message over a reload, and sends it once', async () => {
    await inside()
    await field().fill('Half a thought')
    await page.reload()
    await eventually(async () => expect(await field().inputValue()).toBe('Half a thought'))
    await field().fill('')
    await toClient()
    await field().fill('Sent as the lights went out')
    await page.route('**/comments', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()))
    await field().press('Control+Enter')
    await entry('Sent as the lights went out').getByRole('img', { name: 'Saving' }).waitFor()
    await page.reload()
    await page.unroute('**/comments')
    await entry('Sent as the lights went out').getByRole('button', { name: 'Try again' }).click()
    await anna.receives(({ text }) => text === 'Sent as the lights went out')
    expect((await anna.received()).filter(({ text }) => text === 'Sent as the lights went out')).toHaveLength(1)
  })

  it('opens a template through the closed window', async () => {
    const late = phoneOf(parley, '+16505550100', 'Late Larry')
    await late.write({ text: 'Yesterday', timestamp: new Date(Date.now() - 25 * HOUR).toISOString() })
    await page.goto(`${parley.url}/inbox/${await taskOf('Larry')}`)
    await writing()
      .getByText(/The reply window closed/)
      .waitFor()
    await writing().getByRole('button', { name: 'Choose a template…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Template for Late Larry' })
    await dialog.getByRole('combobox').first().fill('hello_world')
    await dialog.getByRole('option', { name: /hello_world/ }).click()
    await dialog.getByRole('button', { name: /^Send to Late Larry/ }).click()
    await late.receives(({ kind }) => kind === 'template')
    await dialog.waitFor({ state: 'detached' })
    await entry('Template “hello_world”').waitFor()
  })

  it('reads on in both directions in a long feed, from a link to an entry and back to the end', async () => {
    const long = phoneOf(parley, '+16505550111', 'Long Lou')
    await long.write({ text: 'It begins' })
    const lou = await taskOf('Lou')
    const ids: string[] = []
    for (let n = 1; n <= 80; n++) ids.push((await comment({ text: `note ${n} of the day` }, lou)).id)
    await page.goto(`${parley.url}/inbox/${lou}?comment=${ids[19]}`)
    await entry('note 20 of the day').waitFor()
    await eventually(async () => expect(await isFocused(entry('note 20 of the day'))).toBe(true))
    expect(page.url()).not.toContain('comment=')
    expect(await entry('note 80 of the day').count()).toBe(0)
    // On towards the end, by less than what is in view, so that nothing is passed unseen; then at once.
    await feed().hover()
    await eventually(async () => {
      await page.mouse.wheel(0, 300)
      expect(await entry('note 45 of the day').count()).toBe(1)
    })
    await page.getByRole('button', { name: 'To the newest message' }).click()
    await entry('note 80 of the day').waitFor()
    await feed().hover()
    const stays = await entry('note 76 of the day').boundingBox()
    expect(stays).not.toBeNull()
    await eventually(async () => {
      await page.mouse.wheel(0, -300)
      expect(await entry('It begins').count()).toBe(1)
    })
    await menuOf('note 3 of the day', 'Copy link')
    await eventually(async () =>
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
        `${parley.url}/inbox/${lou}?comment=${ids[2]}`,
      ),
    )
  })

  /** Its place has not changed for twenty frames. */
  const feedRests = () =>
    page.evaluate(`new Promise((rests) => {
      let last
      let same = 0
      const look = () => {
        const lists = document.querySelectorAll('section[aria-label=Conversation] *')
        const now = [...lists].map(({ scrollTop }) => scrollTop).join()
        same = now === last ? same + 1 : 0
        last = now
        if (same >= 20) rests()
        else requestAnimationFrame(look)
      }
      look()
    })`)

  it('marks where the reader left off, and counts what comes while they read above', async () => {
    const long = phoneOf(parley, '+16505550111', 'Long Lou')
    await page.goto(`${parley.url}/inbox/${task}`)
    await entry('Sent as the lights went out').waitFor()
    await long.write({ text: 'First unread' })
    await long.write({ text: 'Second unread' })
    const lou = await taskOf('Lou')
    await eventually(async () => {
      const { items } = await parley.api<{ items: { text: string }[] }>(
        'GET',
        `/api/tasks/${lou}/comments?order=newest&limit=2`,
      )
      expect(items.map(({ text }) => text)).toContain('Second unread')
    })
    await page.goto(`${parley.url}/inbox/${lou}`)
    await entry('Second unread').waitFor()
    await feed().getByText('New', { exact: true }).waitFor()
    // The feed is on its way there until its rows are measured, and takes a reader who scrolls meanwhile along.
    await feedRests()
    await feed().hover()
    await eventually(async () => {
      await page.mouse.wheel(0, -700)
      expect(await entry('Second unread').count()).toBe(0)
    })
    await long.write({ text: 'While you read' })
    const pill = page.getByRole('button', { name: '1 new message' })
    await pill.click()
    await entry('While you read').waitFor()
    await menuOf('Second unread', 'Mark unread from here')
    await page.getByText('Unread from here on').waitFor()
    await eventually(async () => {
      const { unread } = await page.evaluate<{ unread: number }>(
        `fetch('/api/tasks/${lou}').then((answer) => answer.json())`,
      )
      expect(unread).toBe(2)
    })
  })

  it('shows a short feed whole where it was open before: nothing waits further down', async () => {
    await phoneOf(parley, '+16505550112', 'Short Sam').write({ text: 'Only this' })
    const sam = await taskOf('Sam')
    await page.goto(`${parley.url}/inbox/${sam}`)
    await entry('Only this').waitFor()
    await page.getByRole('link', { name: 'Scenarios' }).click()
    await page.getByRole('heading', { name: 'Scenarios', level: 1 }).waitFor()
    await page.goBack()
    await entry('Only this').waitFor()
    await feedRests()
    expect(await page.getByRole('button', { name: 'To the newest message' }).count()).toBe(0)
  })

  it('shows what a scenario did, and why', async () => {
    const scenario = await parley.api<{ id: string }>('POST', '/api/scenarios', {
      document: {
        id: 'greeting',
        name: 'Greeting',
        trigger: { event: 'message.received', when: { field: 'event.text', contains: 'scarf' } },
        steps: [{ id: 'hello', sendText: { text: 'A scarf it is.' } }],
      },
    })
    await parley.api('POST', `/api/scenarios/${scenario.id}/publish`, { inFlight: 'pin' })
    await page.goto(`${parley.url}/inbox/${task}`)
    await anna.write({ text: 'A scarf, please' })
    await entry('A scarf it is.').waitFor()
    const line = entry('“Greeting”')
    await line.getByText('the client wrote').waitFor()
    expect(await line.getByRole('link', { name: '“Greeting”' }).getAttribute('href')).toMatch(/^\/runs\//)
    await menuOf('A scarf it is.', 'Why did this happen?')
    const why = page.getByRole('dialog', { name: 'Why did this happen?' })
    await why.getByText('Written by a scenario').waitFor()
    await page.keyboard.press('Escape')
    await anna.write({ text: 'Nothing else' })
    await entry('Nothing else').waitFor()
    await menuOf('Nothing else', 'Why did this happen?')
    await why.getByText(/its conditions were not met/).waitFor()
    await page.keyboard.press('Escape')
  })

  it('gave the browser nothing to complain of', () => {
    expect(complaints).toEqual([])
  })
})
