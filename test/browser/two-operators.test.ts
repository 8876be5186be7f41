import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { findChromium, inBrowser, openBrowser } from './chromium.ts'
import { noteComplaints } from './complaints.ts'
import { phoneOf } from './phone.ts'
import { type RunningParley, startParley } from './running-parley.ts'

const executable = findChromium()
if (!executable)
  console.warn('browser tests are skipped: no Chromium found (apt install chromium, or set CHROMIUM_PATH)')

/** A second business number at Meta. */
const BRANCH = {
  phoneNumberId: '110220330440552',
  wabaId: '220330440550662',
  accessToken: 'the-right-access-token',
  appSecret: 'the-right-app-secret',
  verifyToken: 'the-right-verify-token',
}

interface Items<Item> {
  items: Item[]
}

// The owner's screen is English; Ольга sees the demo channel alone, in Russian.
describe.skipIf(!executable)('two people at once', inBrowser, () => {
  let parley: RunningParley
  let browser: Browser
  let mine: Page
  let hers: Page
  let anna: ReturnType<typeof phoneOf>
  let greta: ReturnType<typeof phoneOf>
  /** Anna's task, which both may see, and Greta's, which only the owner may. */
  let shared: string
  let secret: string
  const complaints: string[] = []

  beforeAll(async () => {
    parley = await startParley()
    browser = await openBrowser(executable ?? '')
    const { items } = await parley.api<Items<{ id: string }>>('GET', '/api/channels')
    await connectBranch()
    anna = phoneOf(parley, '+491701234567', 'Anna Schmidt')
    greta = phoneOf(parley, '+491707654321', 'Greta Geheim')
    await anna.write({ text: 'Is the blue coat still there?' })
    await greta.write({ text: 'The branch alone may read this', phoneNumberId: BRANCH.phoneNumberId })
    shared = await taskOf('Anna Schmidt')
    secret = await taskOf('Greta Geheim')
    const olga = await parley.api<{ id: string }>('POST', '/api/users', {
      name: 'Ольга',
      email: 'olga@example.test',
      channelIds: [items[0]?.id],
    })
    const { url } = await parley.api<{ url: string }>('POST', `/api/users/${olga.id}/sign-in-link`)
    mine = await signedIn(parley.signInLink, 'en-GB')
    hers = await signedIn(url, 'ru-RU')
  }, 150_000)

  afterAll(async () => {
    await browser?.close()
    await parley?.stop()
  }, 60_000)

  async function connectBranch(): Promise<void> {
    await parley.api('POST', '/simulator/accounts', {
      ...BRANCH,
      displayPhone: '+15559990002',
      name: 'Branch office',
      webhookUrl: null,
    })
    await parley.api('POST', '/api/channels', {
      ...BRANCH,
      provider: 'whatsapp-cloud',
      name: 'Branch office',
      graphUrl: `${parley.url}/simulator/graph`,
    })
  }

  async function signedIn(link: string, locale: string): Promise<Page> {
    const context: BrowserContext = await browser.newContext({ locale, viewport: { width: 1280, height: 800 } })
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    noteComplaints(page, complaints)
    await page.goto(link)
    await row('Anna Schmidt', page).waitFor()
    return page
  }

  const taskOf = (name: string) =>
    eventually(async () => {
      const { items } = await parley.api<Items<{ id: string; requester: { name: string } }>>('GET', '/api/tasks')
      const task = items.find(({ requester }) => requester.name === name)
      if (!task) throw new Error(`${name} has no task yet`)
      return task.id
    })
  const row = (name: string, on: Page) => on.getByRole('list', { name: /^(Tasks|Задачи)$/ }).getByRole('link', { name })
  const feed = (on: Page) => on.getByRole('region', { name: /^(Conversation|Переписка)$/ })
  const entry = (text: string | RegExp, on: Page) => feed(on).getByRole('article').filter({ hasText: text })
  const writing = (on: Page) => on.getByRole('region', { name: /^(Write|Написать)$/ })
  const field = (on: Page) => writing(on).getByRole('textbox')
  const inside = (on: Page) => on.getByRole('button', { name: /^(Internal comment|Внутренний комментарий)$/ })
  const toClient = (on: Page) => on.getByRole('button', { name: /^(Message to the client|Сообщение клиенту)$/ })
  const panel = (on: Page) => on.getByRole('complementary', { name: /^(Contact and task|Контакт и задача)$/ })
  const status = (on: Page) => panel(on).getByLabel(/^(Status|Статус)$/)
  const openTask = async (name: string, on: Page) => {
    await row(name, on).click()
    await field(on).waitFor()
  }
  const texts = async () => (await anna.received()).map(({ text }) => text)

  describe('one of whom has one channel alone', () => {
    it('lists and finds for her nothing of the other channel', async () => {
      await row('Greta Geheim', mine).waitFor()
      expect(await row('Greta Geheim', hers).count()).toBe(0)
      for (const typed of ['Greta', '1707654321', 'The branch alone']) {
        await hers.getByRole('searchbox', { name: 'Поиск задач' }).fill(typed)
        await hers.getByText('Под эти фильтры ничего не подходит.').waitFor()
        expect(await row('Greta Geheim', hers).count()).toBe(0)
      }
      await hers.getByRole('button', { name: 'Очистить поиск' }).click()
      await row('Anna Schmidt', hers).waitFor()
      await hers.keyboard.press('Control+KeyK')
      const bar = hers.getByRole('dialog', { name: 'Командная строка' })
      await bar.getByRole('combobox').fill('Anna')
      await bar.getByRole('option', { name: 'Anna Schmidt' }).waitFor()
      await bar.getByRole('combobox').fill('Greta')
      await bar.getByRole('option', { name: 'Anna Schmidt' }).waitFor({ state: 'detached' })
      expect(await bar.getByText('Greta Geheim').count()).toBe(0)
      await hers.keyboard.press('Escape')
    })

    it('opens for her nothing of it by its address', async () => {
      await hers.goto(`${parley.url}/inbox/${secret}`)
      await hers.getByText('Такой задачи нет, или она вам недоступна.').waitFor()
      const { requester } = await parley.api<{ requester: { id: string } }>('GET', `/api/tasks/${secret}`)
      const paths = [
        `tasks/${secret}`,
        `tasks/${secret}/comments`,
        `tasks/${secret}/buttons`,
        `contacts/${requester.id}`,
      ]
      const answers = await hers.evaluate<number[]>(
        `Promise.all(${JSON.stringify(paths)}.map(async (path) => (await fetch('/api/' + path)).status))`,
      )
      expect(answers).toEqual([404, 404, 404, 404])
      await hers.goto(`${parley.url}/channels`)
      await hers.getByText('Demo WhatsApp').first().waitFor()
      expect(await hers.getByText('Branch office').count()).toBe(0)
      await hers.goto(`${parley.url}/inbox`)
    })

    it('tells her nothing of it as it happens', async () => {
      await hers.evaluate(`new Promise((opened) => {
        window.heard = []
        const live = new EventSource('/api/live')
        for (const name of ['task', 'comment', 'contact', 'delivery', 'read', 'presence', 'run', 'conversation', 'message'])
          live.addEventListener(name, ({ data }) => window.heard.push(data))
        live.onopen = opened
      })`)
      await greta.write({ text: 'And this, too', phoneNumberId: BRANCH.phoneNumberId })
      await openTask('Greta Geheim', mine)
      await entry('And this, too', mine).waitFor()
      await anna.write({ text: 'In size M, please' })
      await row('Anna Schmidt', hers).getByText('In size M, please').waitFor()
      const heard = () => hers.evaluate<string>('window.heard.join()')
      await eventually(async () => expect(await heard()).toContain(shared))
      expect(await heard()).not.toMatch(new RegExp(`${secret}|Greta|And this`))
    })
  })

  describe('in one task', () => {
    it('suggests no message to the client to whoever joins, and shows both that the other is here', async () => {
      await openTask('Anna Schmidt', mine)
      await openTask('Anna Schmidt', hers)
      expect(await inside(hers).getAttribute('aria-pressed')).toBe('true')
      expect(await toClient(hers).getAttribute('aria-pressed')).toBe('false')
      await writing(mine).getByText('Ольга is looking at this task').waitFor()
      await writing(hers).getByText('Owner смотрит эту задачу').waitFor()
      await toClient(hers).click()
      await field(hers).pressSequentially('Да')
      await writing(mine).getByText('Ольга is typing a message to the client').waitFor()
      await field(hers).fill('')
    })

    it('passes a comment to the colleague alone', async () => {
      await inside(hers).click()
      await field(hers).fill('На складе два пальто')
      await hers.getByRole('button', { name: 'Добавить комментарий' }).click()
      await mine
        .getByRole('article', { name: /^Internal comment/ })
        .filter({ hasText: 'На складе два пальто' })
        .waitFor()
      const { items } = await parley.api<Items<{ text: string; notified: unknown[] }>>(
        'GET',
        `/api/tasks/${shared}/comments?order=newest`,
      )
      expect(items.find(({ text }) => text === 'На складе два пальто')?.notified).toEqual([])
      expect(await texts()).toEqual([])
    })

    it('shows both each change, in the words of each', async () => {
      await status(hers).selectOption({ label: 'В работе' })
      await eventually(async () => expect(await status(mine).inputValue()).toBe('in_progress'))
      await entry('New → In progress', mine).waitFor()
      await entry('Новая → В работе', hers).waitFor()
      await panel(hers).getByRole('button', { name: 'Взять себе' }).click()
      await row('Anna Schmidt', mine)
        .getByText(/^Assigned to .*Ольга/)
        .waitFor({ state: 'attached' })
      await panel(mine).getByText('Ольга').first().waitFor()
    })

    it('keeps what each has read apart', async () => {
      await mine.goto(`${parley.url}/inbox`)
      await hers.goto(`${parley.url}/inbox`)
      await row('Anna Schmidt', mine).waitFor()
      await row('Anna Schmidt', hers).waitFor()
      await anna.write({ text: 'Hello?' })
      await row('Anna Schmidt', mine).getByText('1 unread message').waitFor()
      await row('Anna Schmidt', hers).getByText('1 непрочитанное сообщение').waitFor()
      await hers.bringToFront()
      await openTask('Anna Schmidt', hers)
      await row('Anna Schmidt', hers).getByText('1 непрочитанное сообщение').waitFor({ state: 'detached' })
      await row('Anna Schmidt', mine).getByText('1 unread message').waitFor()
      await mine.bringToFront()
      await openTask('Anna Schmidt', mine)
      await row('Anna Schmidt', mine).getByText('1 unread message').waitFor({ state: 'detached' })
    })
  })

  describe('while the server dies under them', () => {
    it('keeps what is being typed, sends once what was ordered, and goes on without a reload', async () => {
      await mine.evaluate('window.sameDocument = true')
      await inside(hers).click()
      await field(hers).fill('Спросить в')
      await toClient(mine).click()
      await field(mine).fill('Sent as the server died')
      // The order arrives; its confirmation does not. The server, and with it the simulated phone, is gone before a worker
      // calls it: a call that broke off would have to be settled by a person.
      const kill = parley.aimAtServer()
      let taken = false
      await mine.route('**/comments', async (route) => {
        if (taken || route.request().method() !== 'POST') return route.continue()
        taken = true
        await route.fetch()
        kill()
        await route.abort('connectionreset')
      })
      await mine.getByRole('button', { name: 'Send to Anna Schmidt' }).click()
      // The server is back within seconds: both are looked at from the beginning.
      await Promise.all([
        mine.getByText('Connection lost. Trying again… What you write is kept.').waitFor(),
        hers.getByText('Связь потеряна.').waitFor(),
      ])
      await field(hers).press('End')
      await field(hers).pressSequentially(' Берлине')
      await field(mine).fill('Half a thought')

      await parley.isReady()
      await mine.getByText('Connection lost.').waitFor({ state: 'detached' })
      await hers.getByText('Связь потеряна.').waitFor({ state: 'detached' })
      await entry('Sent as the server died', mine).getByRole('img', { name: 'Delivered' }).waitFor()
      await anna.write({ text: 'Are you still there?' })
      await entry('Are you still there?', mine).waitFor()
      await entry('Are you still there?', hers).waitFor()
      expect(await field(mine).inputValue()).toBe('Half a thought')
      expect(await field(hers).inputValue()).toBe('Спросить в Берлине')
      expect(await mine.evaluate('window.sameDocument')).toBe(true)
    })

    it('sends once what was ordered while there was no server', async () => {
      parley.killServer()
      await field(mine).fill('Sent into the dark')
      await field(mine).press('Control+Enter')
      await entry('Sent into the dark', mine).getByRole('img', { name: 'Saving' }).waitFor()
      await parley.isReady()
      await entry('Sent into the dark', mine).getByRole('img', { name: 'Delivered' }).waitFor()
      await entry('Sent into the dark', hers).waitFor()
      expect((await texts()).filter((text) => text?.startsWith('Sent'))).toEqual([
        'Sent as the server died',
        'Sent into the dark',
      ])
    })
  })

  it('gave the browsers nothing to complain of', () => {
    expect(complaints).toEqual([])
  })
})
