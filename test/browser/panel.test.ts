import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { accessibilityFaults } from './axe.ts'
import { findChromium, inBrowser, openBrowser } from './chromium.ts'
import { noteComplaints } from './complaints.ts'
import { takesFocus } from './focus.ts'
import { phoneOf } from './phone.ts'
import { type RunningParley, startParley } from './running-parley.ts'
import { undoOf } from './toasts.ts'

const executable = findChromium()
if (!executable)
  console.warn('browser tests are skipped: no Chromium found (apt install chromium, or set CHROMIUM_PATH)')

const BUTTONS = [
  `id: find-us
name: How to find us
trigger:
  button: { label: How to find us, look: { colour: green, icon: pin }, inputs: [{ name: branch, type: choice, options: [North street, South street] }] }
  when: { field: task.status.active, is: true }
steps:
  - { id: send, sendTemplate: { name: address, language: ru, body: ['{{ inputs.branch }}'] } }
`,
  `id: wait-for-answer
name: Wait for the answer
trigger: { button: { label: Wait for the answer } }
steps:
  - { id: w, wait: { for: [message.received], timeout: 3d }, onReply: [{ id: t, tag: answered }], onTimeout: [] }
`,
  `id: remind-later
name: Remind later
trigger: { button: { label: Remind later } }
steps:
  - { id: w, wait: { timeout: 2d } }
  - { id: t, tag: reminded }
`,
  `id: take-over
name: Take over
trigger: { button: { label: Take over } }
steps: [{ id: s, setStatus: in_progress }]
`,
]

interface Items<Item> {
  items: Item[]
}

describe.skipIf(!executable)('the panel of a task, and what needs a person', inBrowser, () => {
  let parley: RunningParley
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let anna: ReturnType<typeof phoneOf>
  let taskId: string
  let number: number
  /** What the browser complained of: a violated policy, an exception. */
  const complaints: string[] = []

  beforeAll(async () => {
    parley = await startParley()
    browser = await openBrowser(executable ?? '')
    context = await browser.newContext({
      locale: 'en-GB',
      viewport: { width: 1440, height: 1000 },
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
    noteComplaints(page, complaints)
    const [channel] = (await parley.api<Items<{ id: string }>>('GET', '/api/channels')).items
    await parley.api('POST', '/api/templates/sync', { channelId: channel?.id })
    for (const document of BUTTONS) {
      const { id } = await parley.api<{ id: string }>('POST', '/api/scenarios', { document })
      await parley.api('POST', `/api/scenarios/${id}/publish`, { inFlight: 'pin' })
    }
    anna = phoneOf(parley, '+491701234567', 'Anna Schmidt')
    await anna.write({ text: 'Is the blue coat still available?' })
    await phoneOf(parley, '+491707654321', 'Anna (office)').write({ text: 'It is me again, from the office' })
    ;({ id: taskId, number } = await taskOf('Anna Schmidt'))
    await taskOf('Anna (office)')
    await page.goto(parley.signInLink)
    await page.getByRole('list', { name: 'Tasks' }).getByRole('link', { name: 'Anna Schmidt' }).click()
    await panel().getByLabel('Status').waitFor()
  }, 150_000)

  afterAll(async () => {
    await browser?.close()
    await parley?.stop()
  }, 60_000)

  const taskOf = (name: string): Promise<{ id: string; number: number }> =>
    eventually(async () => {
      const { items } = await parley.api<Items<{ id: string; number: number; requester: { name: string } }>>(
        'GET',
        '/api/tasks?limit=50',
      )
      const task = items.find(({ requester }) => requester.name === name)
      if (!task) throw new Error(`${name} has no task yet`)
      return task
    })
  const panel = () => page.getByRole('complementary', { name: 'Contact and task' })
  const part = (name: string) => panel().getByRole('region', { name })
  const dialog = () => page.getByRole('dialog')
  /** Into the field that has the focus by itself, once it has it, with the caret at its end. */
  const typeInDialog = async (text: string) => {
    const isReady = () =>
      page.evaluate<boolean>(`(() => {
        const field = document.activeElement
        return field.matches('dialog input, dialog textarea, [role=dialog] input, [role=dialog] textarea') && field.selectionStart === field.value.length
      })()`)
    await eventually(async () => expect(await isReady()).toBe(true))
    await page.keyboard.type(text)
  }
  const said = (text: string | RegExp) => page.getByText(text).first().waitFor()
  const contact = async () => {
    const { requester } = await parley.api<{ requester: { id: string } }>('GET', `/api/tasks/${taskId}`)
    return parley.api<{ name: string; tags: string[]; fields: Record<string, unknown>; merges: unknown[] }>(
      'GET',
      `/api/contacts/${requester.id}`,
    )
  }
  const runsOf = async (name: string) => {
    const { items } = await parley.api<Items<{ scenarioName: string; state: string }>>(
      'GET',
      `/api/runs?taskId=${taskId}&limit=100`,
    )
    return items.filter(({ scenarioName }) => scenarioName === name)
  }
  const width = () => page.evaluate('document.documentElement.scrollWidth')
  const copied = () => page.evaluate('navigator.clipboard.readText()')

  it('changes what is known of the contact where it stands, and takes a removed tag back', async () => {
    await panel().getByRole('button', { name: 'Change the name' }).click()
    await panel().getByRole('textbox', { name: 'Name' }).fill('Anna-Maria Schmidt')
    await page.keyboard.press('Enter')
    await panel().getByRole('heading', { name: 'Anna-Maria Schmidt' }).waitFor()
    await panel().getByRole('button', { name: 'Copy the number' }).click()
    await eventually(async () => expect(await copied()).toBe('+491701234567'))

    await panel().getByRole('button', { name: 'Add a tag' }).click()
    await takesFocus(panel().getByRole('combobox', { name: 'Add a tag' }))
    await page.keyboard.type('vip')
    await page.getByRole('option', { name: 'New tag “vip”' }).waitFor()
    await page.keyboard.press('Enter')
    await page.keyboard.type('berlin,')
    await page.keyboard.press('Escape')
    await eventually(async () => expect((await contact()).tags).toEqual(['vip', 'berlin']))
    await panel().getByRole('button', { name: 'Remove the tag vip' }).click()
    await eventually(async () => expect((await contact()).tags).toEqual(['berlin']))
    await undoOf(page, 'Tag “vip” removed').click()
    await eventually(async () => expect((await contact()).tags).toEqual(['berlin', 'vip']))
    expect((await contact()).name).toBe('Anna-Maria Schmidt')
  })

  it('keeps fields as what they are: a number, a date, yes or no', async () => {
    const details = part('More about the contact')
    const add = async (name: string, kind: string, value: string | true) => {
      await details.getByRole('button', { name: 'Add a field' }).click()
      await details.getByLabel('Name of the field').fill(name)
      await details.getByLabel('Kind').selectOption({ label: kind })
      if (value === true) await details.getByRole('checkbox', { name: 'Value' }).check()
      else await details.getByLabel('Value').fill(value)
      await details.getByRole('button', { name: 'Save' }).click()
    }
    await add('discount', 'Number', 'a lot')
    await details.getByText('This is no number.').waitFor()
    await details.getByLabel('Value').fill('12,5')
    await details.getByRole('button', { name: 'Save' }).click()
    await add('birthday', 'Date', '1988-05-04')
    await add('newsletter', 'Yes or no', true)
    await details.getByText('May 4, 1988').waitFor()
    await eventually(async () =>
      expect((await contact()).fields).toEqual({ discount: 12.5, birthday: '1988-05-04', newsletter: true }),
    )
    await details.getByRole('checkbox', { name: 'newsletter' }).uncheck()
    await eventually(async () => expect((await contact()).fields).toMatchObject({ newsletter: false }))
  })

  it('merges two contacts after showing both, and takes the merge back', async () => {
    await part('More about the contact').getByRole('button', { name: 'Merge with another contact…' }).click()
    await dialog().getByRole('searchbox', { name: 'Find the other contact' }).fill('office')
    await dialog().getByRole('button', { name: 'Anna (office)' }).click()
    await dialog().getByRole('region', { name: 'Becomes a part of it' }).getByText('Anna (office)').waitFor()
    await dialog().getByText('No task changes its channel or its number').waitFor()
    await dialog().getByRole('button', { name: 'Merge', exact: true }).click()
    await said('Anna (office) is now part of Anna-Maria Schmidt')
    await part('Other tasks of this contact').getByRole('link').first().waitFor()
    expect((await contact()).merges).toHaveLength(1)

    await panel().getByRole('button', { name: 'Take back the merge with Anna (office)' }).click()
    await dialog().getByRole('button', { name: 'Take back' }).click()
    await said('Anna (office) stands alone again')
    await part('Other tasks of this contact').getByText('No other tasks.').waitFor()
    expect((await contact()).merges).toEqual([])
  })

  it('sets a due date, says when it is over, and takes its removal back', async () => {
    await panel().getByRole('button', { name: 'Set a due date' }).click()
    await panel().getByLabel('Due date and time').fill('2026-01-05T10:30')
    await panel().getByRole('button', { name: 'Save' }).click()
    await panel().getByText('Overdue').waitFor()
    await panel().getByRole('button', { name: 'Remove the due date' }).click()
    await panel().getByText('No due date').waitFor()
    await undoOf(page, 'Due date removed').click()
    await panel().getByText('Overdue').waitFor()
    await eventually(async () => {
      const { dueAt } = await parley.api<{ dueAt: string | null }>('GET', `/api/tasks/${taskId}`)
      expect(dueAt).toBe(await page.evaluate('new Date("2026-01-05T10:30").toISOString()'))
    })
  })

  it('presses a button: asks for its input, names client and channel, and sends once', async () => {
    await page.keyboard.press('Alt+Digit1')
    await dialog().getByRole('heading', { name: 'How to find us' }).waitFor()
    await dialog().getByText('This may write to Anna-Maria Schmidt over Demo WhatsApp.').waitFor()
    const send = dialog().getByRole('button', {
      name: 'How to find us · to Anna-Maria Schmidt over Demo WhatsApp',
    })
    await send.click()
    await dialog().getByText('This is needed.').waitFor()
    expect(await runsOf('How to find us')).toEqual([])
    await dialog().getByLabel('branch').selectOption('South street')
    await send.dblclick()
    await part('Buttons').getByText('Finished').waitFor()
    await anna.receives(({ text }) => Boolean(text?.includes('South street')))
    expect((await anna.received()).filter(({ kind }) => kind === 'template')).toHaveLength(1)
    expect(await runsOf('How to find us')).toHaveLength(1)
    await part('Scenarios in this task').getByRole('link', { name: 'Open the run of “How to find us”' }).waitFor()
  })

  it('shows a run live to its end, and may stop one', async () => {
    await part('Buttons').getByRole('button', { name: 'Wait for the answer' }).click()
    await part('Buttons')
      .getByText(/waits for an answer of the client, until/)
      .waitFor()
    await anna.write({ text: 'Thank you!' })
    await part('Buttons').getByText('Finished').last().waitFor()
    await eventually(async () => expect((await contact()).tags).toContain('answered'))
    await panel().getByRole('button', { name: 'Remove the tag answered' }).waitFor()

    await part('Buttons').getByRole('button', { name: 'Remind later' }).click()
    await part('Buttons')
      .getByText(/^waits until /)
      .waitFor()
    await panel().getByRole('button', { name: 'Stop the run of “Remind later”' }).click()
    await dialog().getByRole('button', { name: 'Stop' }).click()
    await part('Scenarios in this task').getByText('Stopped').waitFor()
  })

  it('takes a double click for one press', async () => {
    await part('Buttons').getByRole('button', { name: 'Take over' }).dblclick()
    await eventually(async () => expect(await panel().getByLabel('Status').inputValue()).toBe('in_progress'))
    await eventually(async () => expect((await runsOf('Take over')).map(({ state }) => state)).toEqual(['finished']))
  })

  it('says in words why a button cannot be pressed, and hides behind a key', async () => {
    await panel().getByLabel('Status').selectOption({ label: 'Done' })
    await part('Buttons').getByText('Cannot be pressed now: only while the task is active').waitFor()
    await undoOf(page, 'Status: Done').click()
    await part('Buttons').getByText('Cannot be pressed now').waitFor({ state: 'detached' })
    await page.locator('body').press('KeyP')
    await panel().waitFor({ state: 'hidden' })
    await page.keyboard.press('Alt+Digit1')
    await dialog().getByLabel('branch').waitFor()
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
    await page.locator('body').press('KeyP')
    await panel().waitFor()
  })

  it('names what nobody can say the outcome of, with what is safe, and settles it', async () => {
    await parley.api('POST', '/simulator/faults', { kind: 'no_statuses' })
    await parley.api('POST', '/simulator/faults', { on: 'messages', kind: 'reset_after_accept', times: 2 })
    await parley.api('POST', `/api/tasks/${taskId}/comments`, { text: 'Lost on the way', notify: { contact: true } })
    await parley.api('POST', `/api/tasks/${taskId}/comments`, { text: 'It is ready', notify: { contact: true } })
    await page.getByRole('link', { name: 'Attention, 2 things need a person' }).click()
    const unknown = page.getByRole('region', { name: 'Nobody knows whether these arrived' })
    await unknown.getByText('Risky: sending again may reach the client twice.').waitFor()
    // What is pointed at shows its keys.
    await page.mouse.move(720, 20)
    expect(await accessibilityFaults(page)).toEqual([])

    const lost = unknown.getByRole('article').filter({ hasText: 'Lost on the way' })
    await lost.getByRole('button', { name: 'Send again…' }).click()
    await dialog().getByText('Anna-Maria Schmidt may get it a second time over Demo WhatsApp').waitFor()
    await dialog().getByRole('button', { name: 'Cancel' }).click()
    await unknown.getByLabel('Select all that are shown').check()
    await page.getByText('2 selected').waitFor()
    await unknown.getByLabel(/^Select the message to Anna-Maria Schmidt: It is ready/).uncheck()
    const bar = page.getByRole('region', { name: 'What to do with the selected messages' })
    await bar.getByRole('button', { name: 'It did not arrive' }).click()
    await said('1 message marked as not arrived')
    await unknown
      .getByRole('article')
      .filter({ hasText: 'It is ready' })
      .getByRole('button', { name: 'It arrived' })
      .click()
    await unknown.waitFor({ state: 'detached' })
    await parley.api('DELETE', '/simulator/faults')
  })

  it('sends again what certainly failed, naming client and channel', async () => {
    const failed = page.getByRole('region', { name: 'These did not arrive' })
    const before = (await anna.received()).filter(({ text }) => text === 'Lost on the way').length
    await failed.getByRole('button', { name: 'Send again to Anna-Maria Schmidt · Demo WhatsApp' }).click()
    await failed.waitFor({ state: 'detached' })
    await eventually(async () =>
      expect((await anna.received()).filter(({ text }) => text === 'Lost on the way')).toHaveLength(before + 1),
    )
    await page.getByText('Nothing needs you').waitFor()
  })

  it('keeps what came and was not understood until somebody puts it away', async () => {
    await parley.api('POST', '/simulator/webhooks', {
      field: 'messages',
      value: { messaging_product: 'whatsapp', messages: [{ id: 'wamid.strange', from: '491701234567' }] },
    })
    await eventually(async () => expect(await parley.api('GET', '/api/attention')).toMatchObject({ deadLetters: 1 }))
    await page.reload()
    const letters = page.getByRole('region', { name: 'Came in, and could not be understood' })
    await letters.getByText('What came').click()
    await letters.getByText('wamid.strange').waitFor()
    await letters.getByRole('button', { name: /^Try again what came/ }).click()
    await letters.getByText('Nothing has changed: it still cannot be read.').waitFor()
    await letters.getByRole('button', { name: 'Put away…' }).click()
    await dialog().getByLabel('Why (for colleagues)').fill('A test of the provider')
    await dialog().getByRole('button', { name: 'Put away' }).click()
    await page.getByText('Nothing needs you').waitFor()
    const { items } = await parley.api<Items<{ resolution: string }>>('GET', '/api/dead-letters?state=resolved')
    expect(items[0]?.resolution).toBe('A test of the provider')
  })

  it('writes a quick reply: mistakes with their places, and how a real client would read it', async () => {
    await page.goto(`${parley.url}/settings/quick-replies`)
    await page.getByRole('button', { name: 'New quick reply' }).click()
    await typeInDialog('Ready for pick-up')
    await dialog().getByLabel('Shortcut').fill('/ready')
    const text = dialog().getByRole('textbox', { name: 'Text' })
    await text.fill('Dear {{contact.firstNme}},\nit is ready.')
    await dialog().getByRole('button', { name: 'Line 1, column 6' }).click()
    await text.fill('Dear ')
    await dialog().getByRole('button', { name: 'Insert a variable' }).click()
    await dialog().getByRole('button', { name: 'First name of the client' }).click()
    await eventually(async () => expect(await text.inputValue()).toBe('Dear {{contact.firstName}}'))
    await typeInDialog(', it is ready.')
    await dialog()
      .getByLabel('Read it in')
      .selectOption({ label: `#${number} Anna-Maria Schmidt` })
    await dialog().getByText('Dear Anna-Maria, it is ready.').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await dialog().getByRole('checkbox', { name: 'Shared with everybody' }).check()
    await dialog().getByRole('button', { name: 'Save' }).click()
    const row = page.getByRole('list', { name: 'Quick replies' }).getByRole('listitem')
    await row.filter({ hasText: '/ready' }).getByText('Shared').waitFor()
    await page.getByRole('searchbox', { name: 'Search quick replies' }).fill('nothing of the kind')
    await page.getByText('Nothing matches.').waitFor()
  })

  it('adds a person, shows their sign-in link once, and lets them in with no more than they have', async () => {
    await page.goto(`${parley.url}/settings/people`)
    await page.getByRole('button', { name: 'Add a person' }).click()
    await typeInDialog('Olga Petrova')
    await dialog().getByLabel('E-mail').fill('olga@example.test')
    await dialog().getByRole('button', { name: 'Add, and make a sign-in link' }).click()
    const link = await dialog().getByLabel('Sign-in link').inputValue()
    expect(link).toMatch(/\/sign-in#.{20}/)
    await dialog().getByRole('button', { name: 'Copy' }).click()
    await eventually(async () => expect(await copied()).toBe(link))
    expect(await accessibilityFaults(page)).toEqual([])
    await dialog().getByRole('button', { name: 'Close' }).last().click()

    const hers = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 } })
    const other = await hers.newPage()
    await other.goto(link)
    await other.getByRole('list', { name: 'Tasks' }).waitFor()
    await other.goto(`${parley.url}/settings/quick-replies`)
    await other.getByRole('button', { name: 'Look at “Ready for pick-up”' }).click()
    await other.getByRole('dialog').getByText('only authors and administrators change it').waitFor()
    expect(await other.getByRole('button', { name: 'Delete' }).count()).toBe(0)
    expect(await other.getByRole('link', { name: 'People' }).count()).toBe(0)
    await hers.close()
  })

  it('orders the members of a group', async () => {
    await page.goto(`${parley.url}/settings/groups`)
    await page.getByRole('button', { name: 'New group' }).click()
    await typeInDialog('sales')
    await dialog().getByLabel('Add a member').selectOption({ label: 'Owner' })
    await dialog().getByLabel('Add a member').selectOption({ label: 'Olga Petrova' })
    await dialog().getByRole('button', { name: 'Move Olga Petrova up' }).click()
    await dialog().getByRole('button', { name: 'Create' }).click()
    await page.getByText('Olga Petrova, Owner').waitFor()
  })

  it('makes a token that is shown once, and revokes it', async () => {
    await page.goto(`${parley.url}/settings/tokens`)
    await page.getByRole('button', { name: 'New token' }).click()
    await typeInDialog('Web shop')
    await dialog().getByLabel('Ends by itself').selectOption({ label: 'In 90 days' })
    await dialog().getByRole('button', { name: 'Make the token' }).click()
    const token = await dialog().getByLabel('Token', { exact: true }).inputValue()
    await dialog().getByRole('button', { name: 'I have copied it' }).click()
    const whoAmI = async () =>
      (await fetch(`${parley.url}/api/me`, { headers: { authorization: `Bearer ${token}` } })).status
    expect(await whoAmI()).toBe(200)
    expect(await page.content()).not.toContain(token)
    await page.getByRole('button', { name: 'Revoke the token Web shop' }).click()
    await dialog().getByRole('button', { name: 'Revoke' }).click()
    await said('Token “Web shop” revoked')
    await eventually(async () => expect(await whoAmI()).toBe(401))
  })

  it('shows where one is signed in', async () => {
    await page.goto(`${parley.url}/settings/sessions`)
    await page.getByText('this browser').waitFor()
    await page.getByText('You are signed in only here.').waitFor()
  })

  it('fits a phone without scrolling sideways, in Russian too', async () => {
    const small = await browser.newContext({
      locale: 'ru-RU',
      viewport: { width: 360, height: 740 },
      storageState: await context.storageState(),
    })
    const phone = await small.newPage()
    for (const [path, shown] of [
      [`/inbox/${taskId}?details=true`, `Задача ${number}`],
      ['/attention', 'Внимание'],
      ['/settings/quick-replies', 'Быстрые ответы'],
      ['/settings/people', 'Сотрудники'],
      ['/settings/tokens', 'Токены API'],
    ] as const) {
      await phone.goto(parley.url + path)
      await phone.getByRole('heading', { name: shown }).first().waitFor()
      expect([path, await phone.evaluate('document.documentElement.scrollWidth')]).toEqual([path, 360])
    }
    await small.close()
    expect(await width()).toBe(1440)
  })

  it('gave the browser nothing to complain of', () => {
    expect(complaints).toEqual([])
  })
})
