import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { findChromium, inBrowser, openBrowser } from './chromium.ts'
import { noteComplaints } from './complaints.ts'
import { phoneOf } from './phone.ts'
import { type RunningParley, startParley } from './running-parley.ts'

const executable = findChromium()

describe.skipIf(!executable)('writing first, templates and mailings', inBrowser, () => {
  let parley: RunningParley
  let browser: Browser
  let page: Page
  let channelId: string
  const complaints: string[] = []

  beforeAll(async () => {
    parley = await startParley()
    browser = await openBrowser(executable ?? '')
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 } })
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
    noteComplaints(page, complaints)
    const { items } = await parley.api<{ items: { id: string }[] }>('GET', '/api/channels')
    channelId = items[0]?.id ?? ''
    await page.goto(parley.signInLink)
    await page.getByRole('heading', { name: 'Inbox' }).waitFor()
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await parley?.stop()
  }, 60_000)

  const dialog = () => page.getByRole('dialog')
  const entries = () => page.getByRole('article')
  const isBefore = async (first: Locator, second: Locator) => {
    const [a, b] = [await first.boundingBox(), await second.boundingBox()]
    return a !== null && b !== null && a.y < b.y
  }
  const chooseTemplate = async (name: string) => {
    await dialog().getByRole('combobox', { name: 'Search templates' }).fill(name)
    await dialog()
      .getByRole('option', { name: new RegExp(`^${name}`) })
      .first()
      .waitFor()
    await page.keyboard.press('Enter')
  }
  const count = async (name: string) =>
    page
      .locator('dt', { hasText: new RegExp(`^${name}$`) })
      .locator('xpath=following-sibling::dd')
      .first()
      .textContent()

  describe('writing to somebody by phone number', () => {
    const grace = () => phoneOf(parley, '+491707654321', 'Grace')

    it('asks for a number, a template and its values, and arrives on the phone', async () => {
      await page.getByRole('button', { name: 'New conversation' }).click()
      await dialog().getByRole('listbox', { name: 'Templates' }).waitFor()
      await dialog().getByLabel('Phone number').fill('+7 912 3456')
      await dialog().getByText('there seem to be no such numbers').waitFor()
      await dialog().getByLabel('Phone number').fill('0049 170 7654321')
      await dialog().getByText('Germany: +49 170 7654321').waitFor()
      await dialog().getByLabel('Name', { exact: true }).fill('Grace')
      await chooseTemplate('order_confirmation')

      const send = dialog().getByRole('button', { name: 'Send to Grace · Demo WhatsApp' })
      await dialog().getByText('Still missing: Value {{1}}, Value {{2}}').waitFor()
      await send.click()
      expect(await grace().received()).toEqual([])
      await dialog().getByLabel('Value {{1}}').fill('Grace')
      await dialog().getByLabel('Value {{2}}').fill('A-1042')
      const shown = dialog().getByRole('region', { name: 'As the client will see it' })
      await shown.getByText('Hello Grace, your order A-1042 is confirmed. Thank you!').waitFor()
      await page.keyboard.press('Control+Enter')

      await page.waitForURL(/\/inbox\/[\w-]+/)
      await entries().filter({ hasText: 'your order A-1042 is confirmed' }).waitFor()
      await grace().receives(({ text }) => text?.includes('Hello Grace, your order A-1042') ?? false)
      expect(await grace().received()).toHaveLength(1)
    })

    it('shows who has the number already, and their task', async () => {
      await page.keyboard.press('KeyC')
      await dialog().getByLabel('Phone number').fill('+49 170 7654321')
      await dialog().getByText('This is Grace, who is known already.').waitFor()
      await dialog()
        .getByRole('link', { name: /^Write in task \d+ instead/ })
        .click()
      await dialog().waitFor({ state: 'detached' })
      await page.waitForURL(/\/inbox\/[\w-]+/)
    })

    it('says in words why a message was refused, and keeps what was entered', async () => {
      await parley.api('POST', `/api/channels/${channelId}/disconnect`, {})
      await page.keyboard.press('KeyC')
      await dialog().getByLabel('Phone number').fill('+49 170 5550001')
      await chooseTemplate('hello_world')
      await dialog()
        .getByRole('button', { name: /^Send to/ })
        .click()
      await dialog().getByRole('alert').getByText('The channel is disconnected').waitFor()
      expect(await dialog().getByLabel('Phone number').inputValue()).toBe('+49 170 5550001')
      await page.keyboard.press('Escape')
      await dialog().waitFor({ state: 'detached' })
      // Its token went with the connection: a new one connects it again.
      await parley.api('PATCH', `/api/channels/${channelId}`, { accessToken: 'another-access-token' })
    })
  })

  it('answers with a template where the reply window is closed', async () => {
    const late = phoneOf(parley, '+491705550100', 'Late Larry')
    await late.write({ text: 'Yesterday', timestamp: new Date(Date.now() - 25 * 3_600_000).toISOString() })
    await page.goto(`${parley.url}/inbox`)
    await page.getByRole('link', { name: /Late Larry/ }).click()
    await page
      .getByRole('button', { name: /^(Send|Choose) a template/ })
      .first()
      .click()
    await chooseTemplate('follow_up')
    await dialog().getByLabel('Value {{1}}').fill('Larry')
    await dialog().getByText('Hello Larry, do you still need our help?').waitFor()
    await dialog().getByRole('button', { name: 'Send to Late Larry · Demo WhatsApp' }).click()
    await late.receives(({ text }) => text?.includes('Hello Larry, do you still need our help?') ?? false)
    await entries().filter({ hasText: 'Hello Larry, do you still need our help?' }).waitFor()
    await dialog().waitFor({ state: 'detached' })
  })

  it('makes a template, whose review comes by itself', async () => {
    await page.goto(`${parley.url}/templates`)
    await page.getByRole('button', { name: 'New template' }).click()
    await dialog().getByLabel('Name', { exact: true }).fill('Spring Greeting')
    await dialog().getByLabel('Language').fill('en_US')
    await dialog().getByLabel('Text', { exact: true }).fill('{{1}}, spring is here.')
    await dialog().getByRole('button', { name: 'Send for review' }).click()
    await dialog().getByText('The text cannot begin or end with a variable.').waitFor()
    await dialog().getByLabel('Text', { exact: true }).fill('Hello {{1}}, spring is here.')
    await dialog().getByLabel('Example of {{1}}').fill('Anna')
    await dialog().getByText('Hello Anna, spring is here.').waitFor()
    await dialog().getByRole('button', { name: 'Send for review' }).click()
    const row = page.getByRole('row').filter({ hasText: 'spring_greeting' })
    await row.getByText('Under review').waitFor()
    await row.getByText('Approved').waitFor()
    await row.getByRole('button', { name: /^Open spring_greeting/ }).click()
    await dialog().getByText('Under review → Approved').waitFor()
    await page.keyboard.press('Escape')
  })

  describe('a campaign', () => {
    const ada = () => phoneOf(parley, '+491511270001', 'Ada')
    const me = () => phoneOf(parley, '+491511279999', 'Me')

    it('is prepared from a list, with what is wrong in it', async () => {
      await page.goto(`${parley.url}/mailings`)
      await page.getByText('No campaigns yet.').waitFor()
      await page.getByRole('link', { name: 'New campaign' }).click()
      await page.getByLabel('Name', { exact: true }).fill('Spring news')
      await page
        .getByLabel('The list')
        .fill(
          'mobile;who;branch\n+49 151 1270001;Ada;north\n+49 151 1270002;Grace;north\n+49 151 1270001;Ada;south\n12;Nobody;x\n',
        )
      await page.getByText('4 lines').waitFor()
      await page.getByLabel('Column with the name').selectOption({ label: 'who' })
      await page.getByRole('button', { name: 'Choose a template' }).click()
      await chooseTemplate('spring_greeting')
      await page.getByText('Still to do: fill in “Value {{1}}”').first().waitFor()
      await page.getByLabel('Where “Value {{1}}” comes from').selectOption({ label: 'Column “who”' })
      await page.getByText('Columns of no use: branch').waitFor()

      await page.getByText('2 people will get it').waitFor()
      await page.getByText('2 people on the list will get nothing').waitFor()
      const problems = page.getByRole('region', { name: 'Who gets nothing' })
      await problems.getByRole('row').filter({ hasText: '4' }).getByText('The same person as in line 2').waitFor()
      await problems.getByRole('row').filter({ hasText: '12' }).getByText('The number is too short').waitFor()
      await page.getByRole('figure').filter({ hasText: 'To Grace' }).getByText('Hello Grace, spring is here.').waitFor()
    })

    it('is tested on oneself, and kept as a draft', async () => {
      await page.getByLabel('Your number').fill('+49 151 1279999')
      await page.getByRole('button', { name: 'Send a test' }).click()
      await page.getByText('The test is on its way to +49 151 1279999.').waitFor()
      await me().receives(({ text }) => text?.includes('Hello Ada, spring is here.') ?? false)
      await page.waitForURL(/\/mailings\/new\?draft=/)
      await page.reload()
      await eventually(async () =>
        expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Spring news'),
      )
      await page.getByText('2 people will get it').waitFor()
      await page.getByText('Saved', { exact: true }).waitFor()
      expect(await ada().received()).toEqual([])
    })

    it('starts after a question that names people and channel, and its numbers come live', async () => {
      await page.getByRole('button', { name: 'Start…' }).click()
      await dialog().getByRole('button', { name: 'Send to 2 people · Demo WhatsApp' }).click()
      await page.waitForURL(/\/mailings\/campaigns\//)
      await ada().receives(({ text }) => text?.includes('Hello Ada, spring is here.') ?? false)
      await eventually(async () => expect(await count('Delivered')).toMatch(/^2\b/))
      await eventually(async () => expect(await count('Held out of tasks')).toBe('2'))
      expect(await count('Get nothing')).toBe('2')
      await page.getByText('Finished', { exact: true }).waitFor()
      await ada().read()
      await eventually(async () => expect(await count('Read')).toMatch(/^1\b/))
      expect((await ada().received()).filter(({ text }) => text?.includes('spring'))).toHaveLength(1)
    })

    it('brings the held message into the task with the reply, directly before it', async () => {
      await ada().write({ text: 'Lovely, thank you!' })
      await eventually(async () => expect(await count('Replied')).toMatch(/^1\b/))
      await page.getByLabel('Show', { exact: true }).selectOption({ label: 'Replied' })
      await page.getByRole('row').filter({ hasText: 'Ada' }).getByRole('link', { name: 'Open the task' }).click()
      const held = entries().filter({ hasText: 'Hello Ada, spring is here.' })
      const reply = entries().filter({ hasText: 'Lovely, thank you!' })
      await held.waitFor()
      await reply.waitFor()
      expect(await isBefore(held, reply)).toBe(true)
    })

    it('can be paused, resumed and stopped while it runs', async () => {
      await parley.api('PATCH', `/api/channels/${channelId}`, { pacing: { perSecond: 4 } })
      const recipients = Array.from({ length: 400 }, (_, index) => ({ to: `+4915120${10_000 + index}` }))
      const { id } = await parley.api<{ id: string }>('POST', '/api/campaigns', {
        channelId,
        name: 'A long one',
        template: { name: 'hello_world', language: 'en_US' },
        recipients,
      })
      await page.goto(`${parley.url}/mailings/campaigns/${id}`)
      await page.getByText('Running', { exact: true }).waitFor()
      await page.getByText(/Up to 4 a second, about \d+ minutes? left/).waitFor()
      const press = async (name: string, state: string) => {
        const before = Date.now()
        await page.getByRole('button', { name, exact: true }).click()
        await page.getByText(state, { exact: true }).first().waitFor()
        expect(Date.now() - before).toBeLessThan(2_000)
      }
      await press('Pause', 'Paused')
      await press('Resume', 'Running')
      await page.getByRole('button', { name: 'Stop…' }).click()
      await dialog()
        .getByText(/people who are still waiting will get nothing/)
        .waitFor()
      await dialog().getByRole('button', { name: 'Stop the campaign' }).click()
      await page.getByText('Stopped', { exact: true }).waitFor()
      await eventually(async () => expect(Number(await count('Stopped before'))).toBeGreaterThan(300))
      await parley.api('PATCH', `/api/channels/${channelId}`, { pacing: null })
    })
  })

  it('shows messages that systems sent to many, and until when they are held', async () => {
    for (const n of [1, 2, 3, 4]) {
      await phoneOf(parley, `+4915130000${n}`, `Client ${n}`).write({ text: 'Hello' })
    }
    await eventually(async () => {
      const { items } = await parley.api<{ items: unknown[] }>('GET', '/api/tasks?q=4915130000')
      expect(items).toHaveLength(4)
    })
    for (const n of [1, 2, 3, 4]) {
      const text = `Dear Client ${n}, we are closed on Friday.`
      await parley.api('POST', '/api/messages', { channelId, to: `+4915130000${n}`, text })
    }
    await page.goto(`${parley.url}/mailings/bulk`)
    const row = page.getByRole('row').filter({ hasText: 'Texts that are the same' })
    await row.getByRole('link').click()
    await page.getByText(/^4 messages of the same kind within .*: more than 3 within 5 minutes are a mailing/).waitFor()
    const messages = page.getByRole('table', { name: 'Messages' })
    await eventually(async () => expect(await messages.getByText('Held', { exact: true }).count()).toBe(4))
    await messages
      .getByText(/^until /)
      .first()
      .waitFor()
    await messages.getByText('Dear Client 2, we are closed on Friday.').waitFor()
  })

  it('fits a phone in Russian, without scrolling sideways', async () => {
    const context = await browser.newContext({
      locale: 'ru-RU',
      viewport: { width: 360, height: 740 },
      storageState: await page.context().storageState(),
    })
    const small = await context.newPage()
    for (const path of ['/mailings', '/mailings/new', '/mailings/bulk', '/templates']) {
      await small.goto(parley.url + path)
      await small.getByRole('heading', { level: 1 }).waitFor()
      await small.waitForLoadState('networkidle')
      expect([path, await small.evaluate('document.documentElement.scrollWidth')]).toEqual([path, 360])
    }
    await context.close()
  })

  it('gave the browser nothing to complain of', () => {
    expect(complaints).toEqual([])
  })
})
