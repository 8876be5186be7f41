import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { findChromium, inBrowser, openBrowser } from './chromium.ts'
import { noteComplaints } from './complaints.ts'
import { phoneOf } from './phone.ts'
import { type RunningParley, startParley } from './running-parley.ts'
import { tinyPng } from './tiny-png.ts'

const executable = findChromium()
if (!executable)
  console.warn('browser tests are skipped: no Chromium found (apt install chromium, or set CHROMIUM_PATH)')

const HOUR = 3_600_000

describe.skipIf(!executable)("the operators' app", inBrowser, () => {
  let parley: RunningParley
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let anna: ReturnType<typeof phoneOf>
  /** What the browser complained of: a violated policy, an exception. */
  const complaints: string[] = []

  beforeAll(async () => {
    parley = await startParley()
    browser = await openBrowser(executable ?? '')
    context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 } })
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
    noteComplaints(page, complaints)
    anna = phoneOf(parley, '+491701234567', 'Anna Schmidt')
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await parley?.stop()
  }, 60_000)

  const taskLink = (name: string) => page.getByRole('list', { name: 'Tasks' }).getByRole('link', { name })
  const entry = (text: string | RegExp) => page.getByRole('article').filter({ hasText: text })
  const commentMode = () => page.getByRole('button', { name: 'Internal comment' })
  const messageMode = () => page.getByRole('button', { name: 'Message to the client' })
  const addComment = () => page.getByRole('button', { name: 'Add comment' })
  const sendTo = (name: string) => page.getByRole('button', { name: `Send to ${name}` })
  const field = () => page.getByRole('region', { name: 'Write' }).getByRole('textbox')
  const isPressed = (button: Locator) => button.getAttribute('aria-pressed')
  const open = async (name: string) => {
    await taskLink(name).click()
    await page.getByRole('heading', { name, level: 2 }).first().waitFor()
  }
  const goTo = async (view: string) => {
    await page.getByRole('button', { name: /^View: / }).click()
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view }).click()
  }
  const send = async (name: string, text: string) => {
    await messageMode().click()
    await field().fill(text)
    await sendTo(name).click()
  }

  it('signs in by the printed link, once, and keeps the token out of the address bar', async () => {
    await page.goto(parley.signInLink)
    await page.getByRole('heading', { name: 'Inbox' }).waitFor()
    expect(page.url()).toBe(`${parley.url}/inbox`)
    expect(await page.evaluate('history.length')).toBeLessThanOrEqual(3)

    const stranger = await browser.newContext({ locale: 'en-GB' })
    const second = await stranger.newPage()
    await second.goto(parley.signInLink)
    const refusal = second.getByRole('alert')
    await refusal.waitFor()
    expect(await refusal.textContent()).toContain('was used already')
    expect(second.url()).toBe(`${parley.url}/sign-in`)
    await stranger.close()
  })

  it("shows a client's first message in the open inbox by itself", async () => {
    await page.getByText('No active tasks.').waitFor()
    await anna.write({ text: 'Is the blue coat still available?' })
    await taskLink('Anna Schmidt').waitFor()
    await open('Anna Schmidt')
    await entry('Is the blue coat still available?').waitFor()

    await anna.write({ text: 'In size M, please.' })
    await entry('In size M, please.').waitFor()
    await page.getByText('New message from Anna Schmidt: In size M, please.').waitFor({ state: 'attached' })
  })

  it('opens as an internal comment for the assignee, too (P6)', async () => {
    expect(await isPressed(commentMode())).toBe('true')
    await addComment().waitFor()
  })

  it('keeps a comment inside, and takes a message to the phone', async () => {
    await commentMode().click()
    await field().fill('We have two left in Berlin.')
    await addComment().click()
    await page
      .getByRole('article', { name: /^Internal comment/ })
      .filter({ hasText: 'two left in Berlin' })
      .waitFor()

    await page.keyboard.press('Alt+KeyM')
    await eventually(async () => expect(await isPressed(messageMode())).toBe('true'))
    await field().fill('Yes, in size M too.')
    await page.keyboard.press('Control+Enter')
    await page
      .getByRole('article', { name: /^To the client/ })
      .filter({ hasText: 'Yes, in size M too.' })
      .waitFor()

    await anna.receives(({ text }) => text === 'Yes, in size M too.')
    expect((await anna.received()).map(({ text }) => text)).toEqual(['Yes, in size M too.'])
  })

  it('turns the ticks as the client gets and reads a message', async () => {
    await entry('Yes, in size M too.').getByRole('img', { name: 'Delivered' }).waitFor()
    await anna.read()
    await entry('Yes, in size M too.').getByRole('img', { name: 'Read', exact: true }).waitFor()
    await taskLink('Anna Schmidt').getByText('You:').waitFor()
  })

  it('sends once, however often the button is pressed', async () => {
    await messageMode().click()
    await field().fill('It is on its way.')
    await sendTo('Anna Schmidt').dblclick()
    await send('Anna Schmidt', 'Anything else?')
    await anna.receives(({ text }) => text === 'Anything else?')
    const texts = (await anna.received()).map(({ text }) => text)
    expect(texts.filter((text) => text === 'It is on its way.')).toHaveLength(1)
    expect(await field().inputValue()).toBe('')
  })

  it('shows pictures of both sides', async () => {
    const picture = tinyPng(64, 48)
    await anna.write({ media: { dataBase64: picture.toString('base64'), mime: 'image/png', caption: 'This one' } })
    const shown = entry('This one').getByRole('img').first()
    await shown.waitFor()
    await eventually(async () =>
      expect(await shown.evaluate((image: object) => 'naturalWidth' in image && image.naturalWidth)).toBe(64),
    )
    expect(await shown.getAttribute('src')).toMatch(/^\/api\/attachments\/[\w-]+\/content\?inline=1$/)

    await messageMode().click()
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Attach files' }).click()
    await (await chooser).setFiles({ name: 'coat.png', mimeType: 'image/png', buffer: picture })
    await page.getByRole('button', { name: 'Remove coat.png' }).waitFor()
    await field().fill('Here it is')
    await sendTo('Anna Schmidt').click()
    const received = await anna.receives(({ kind }) => kind === 'image')
    expect(received).toMatchObject({ text: 'Here it is', media: { mime: 'image/png', size: picture.length } })
    await entry('Here it is').getByRole('button', { name: 'Open picture coat.png' }).waitFor()
  })

  it('shows what a client writes as text, with safe links alone', async () => {
    await anna.write({ text: '<img src=x onerror="document.title=1"> javascript:alert(1) https://shop.example/a_(b).' })
    const message = entry('javascript:alert(1)')
    await message.waitFor()
    expect(await message.locator('img').count()).toBe(0)
    const links = message.getByRole('link')
    expect(await links.count()).toBe(1)
    expect(await links.getAttribute('href')).toBe('https://shop.example/a_(b)')
    expect(await links.getAttribute('rel')).toBe('noopener noreferrer nofollow')
  })

  it('keeps a draft over a reload with its reader, and carries nothing into another task', async () => {
    const boris = phoneOf(parley, '+79161234567', 'Борис')
    await boris.write({ text: 'Здравствуйте!' })
    await taskLink('Борис').waitFor()
    const { items } = await parley.api<{ items: { id: string }[] }>('GET', '/api/tasks?q=9161234567')
    // A task of nobody suggests no message to its client.
    await parley.api('PATCH', `/api/tasks/${items[0]?.id}`, { assigneeIds: [] })

    await commentMode().click()
    await field().fill('Ask the warehouse first')
    await page.reload()
    await eventually(async () => expect(await field().inputValue()).toBe('Ask the warehouse first'))
    expect(await isPressed(commentMode())).toBe('true')
    await addComment().waitFor()

    await messageMode().click()
    await open('Борис')
    await entry('Здравствуйте!').waitFor()
    expect(await field().inputValue()).toBe('')
    expect(await isPressed(commentMode())).toBe('true')
    await open('Anna Schmidt')
    await eventually(async () => expect(await field().inputValue()).toBe('Ask the warehouse first'))
    expect(await isPressed(messageMode())).toBe('true')
    await field().fill('')
  })

  it('offers a colleague who joins a dialogue the internal comment first', async () => {
    const olga = await parley.api<{ id: string }>('POST', '/api/users', { name: 'Olga', email: 'olga@example.test' })
    const { url } = await parley.api<{ url: string }>('POST', `/api/users/${olga.id}/sign-in-link`)
    const hers = await browser.newContext({ locale: 'ru-RU' })
    const other = await hers.newPage()
    await other.goto(url)
    await other.getByRole('heading', { name: 'Входящие' }).waitFor()
    await other.getByRole('link', { name: 'Anna Schmidt' }).click()
    await other.getByRole('article').filter({ hasText: 'javascript:alert(1)' }).waitFor()
    const fresh = other.getByRole('button', { name: 'Добавить комментарий' })
    await fresh.waitFor()
    expect(await isPressed(other.getByRole('button', { name: 'Внутренний комментарий' }))).toBe('true')
    await hers.close()
  })

  it('says why a message failed, and sends it again on request', async () => {
    await parley.api('POST', '/simulator/faults', { on: 'messages', kind: 'error', code: 131026, times: 1 })
    await send('Anna Schmidt', 'See you tomorrow')
    const failed = entry('See you tomorrow')
    await failed.getByText('no WhatsApp on this number').waitFor()
    await failed.getByRole('button', { name: 'Send again' }).click()
    await anna.receives(({ text }) => text === 'See you tomorrow')
    await failed.getByRole('img', { name: 'Delivered' }).waitFor()
  })

  it('lets a person decide about a message of unknown outcome', async () => {
    await parley.api('POST', '/simulator/faults', { kind: 'no_statuses' })
    await parley.api('POST', '/simulator/faults', { on: 'messages', kind: 'reset_after_accept', times: 1 })
    await send('Anna Schmidt', 'Your number is 42')
    const unknown = entry('Your number is 42')
    await unknown.getByText('Nobody can say yet').waitFor()
    await unknown.getByRole('button', { name: 'It arrived' }).click()
    await unknown.getByRole('img', { name: 'Sent', exact: true }).waitFor()
    await parley.api('DELETE', '/simulator/faults')
  })

  it('closes the way to the client with the reply window, and leaves comments open', async () => {
    const late = phoneOf(parley, '+16505550100', 'Late Larry')
    await late.write({ text: 'Yesterday', timestamp: new Date(Date.now() - 25 * HOUR).toISOString() })
    await taskLink('Late Larry').waitFor()
    await open('Late Larry')
    await page.getByText(/The reply window closed/).waitFor()
    expect(await messageMode().isDisabled()).toBe(true)
    await field().fill('Call him instead')
    await addComment().click()
    await page
      .getByRole('article', { name: /^Internal comment/ })
      .filter({ hasText: 'Call him instead' })
      .waitFor()
    expect(await late.received()).toEqual([])
  })

  it('changes the status, and moves the task to the right list', async () => {
    await page.getByLabel('Status').selectOption({ label: 'Done' })
    await entry('New → Done').waitFor()
    await taskLink('Late Larry').waitFor({ state: 'detached' })
    await goTo('Done')
    await taskLink('Late Larry').waitFor()
    await goTo('All active')
    await page.getByRole('searchbox', { name: 'Search tasks' }).fill('anna')
    await taskLink('Борис').waitFor({ state: 'detached' })
    await taskLink('Anna Schmidt').waitFor()
    await page.getByRole('button', { name: 'Clear the search' }).click()
  })

  it('keeps what could not be saved, and says that the connection is lost and back', async () => {
    await open('Anna Schmidt')
    await context.setOffline(true)
    await page.getByText('Connection lost.').waitFor()
    await send('Anna Schmidt', 'Written in a tunnel')
    await page.getByText('The server did not confirm this.').waitFor()
    await context.setOffline(false)
    await page.getByText('Connected again.').waitFor()
    await anna.write({ text: 'Are you there?' })
    await entry('Are you there?').waitFor()

    await page.reload()
    await entry('Written in a tunnel').getByRole('button', { name: 'Try again' }).click()
    await anna.receives(({ text }) => text === 'Written in a tunnel')
    expect((await anna.received()).filter(({ text }) => text === 'Written in a tunnel')).toHaveLength(1)
  })

  it('shows one pane at a time on a phone, without scrolling sideways', async () => {
    await page.setViewportSize({ width: 360, height: 740 })
    const width = () => page.evaluate('document.documentElement.scrollWidth')
    await field().waitFor()
    await page.getByRole('searchbox').waitFor({ state: 'hidden' })
    await eventually(async () => expect(await width()).toBe(360))
    await page.getByRole('link', { name: 'Show contact and task' }).click()
    await page.getByLabel('Status').waitFor()
    await field().waitFor({ state: 'hidden' })
    await page.getByRole('link', { name: 'Back' }).click()
    await field().waitFor()
    await page.getByRole('link', { name: 'Back' }).click()
    await page.getByRole('searchbox').waitFor()
    await field().waitFor({ state: 'detached' })
    expect(await width()).toBe(360)
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  it('shows the channel, and signs out', async () => {
    await page.getByRole('link', { name: 'Channels' }).click()
    const channel = page.getByRole('region', { name: 'Demo WhatsApp' })
    await channel.getByText('Connected').waitFor()
    await channel.getByText(`${parley.url}/webhooks/`).waitFor()
    await page.getByRole('button', { name: 'Account: Owner' }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in to Parley' }).waitFor()
    expect(await page.evaluate('Object.keys(localStorage).filter((key) => key.includes("draft")).length')).toBe(0)
    await page.goto(`${parley.url}/inbox`)
    await page.getByLabel('E-mail').fill('owner@localhost')
    await page.getByLabel('Password').fill('not the password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').getByText('The e-mail address or the password is wrong.').waitFor()
  })

  it('gave the browser nothing to complain of', () => {
    expect(complaints).toEqual([])
  })
})
