import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { accessibilityFaults } from './axe.ts'
import { findChromium, inBrowser, openBrowser } from './chromium.ts'
import { phoneOf } from './phone.ts'
import { type RunningParley, startParley } from './running-parley.ts'

const executable = findChromium()
if (!executable)
  console.warn('browser tests are skipped: no Chromium found (apt install chromium, or set CHROMIUM_PATH)')

const START = Date.parse('2026-01-10T09:00:00Z') / 1000
const DAY = 86_400
const OLD = 120

describe.skipIf(!executable)('history of the phone app, above a feed', inBrowser, () => {
  let parley: RunningParley
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let account: { phoneNumberId: string; displayPhone: string }
  const business = () => account.displayPhone.replace(/\D/g, '')

  beforeAll(async () => {
    parley = await startParley()
    const { items } = await parley.api<{ items: (typeof account)[] }>('GET', '/simulator/accounts')
    if (!items[0]) throw new Error('there is no demo channel')
    account = items[0]
    browser = await openBrowser(executable ?? '')
    context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 } })
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
    await page.goto(parley.signInLink)
    await page.getByRole('heading', { name: 'Inbox', level: 1 }).or(page.getByRole('searchbox')).first().waitFor()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await parley?.stop()
  }, 60_000)

  /** A client who has written, and whom the owner knew before. @returns their task */
  async function client(number: string, name: string, own: string[]): Promise<string> {
    const phone = phoneOf(parley, `+${number}`, name)
    await phone.write({ text: own[0] })
    const task = await eventually(async () => {
      const { items } = await parley.api<{ items: { id: string }[] }>('GET', `/api/tasks?q=${name}`)
      if (!items[0]) throw new Error('no task yet')
      return items[0].id
    })
    for (const text of own.slice(1)) await parley.api('POST', `/api/tasks/${task}/comments`, { text })
    return task
  }
  async function handedOver(number: string, messages: object[], count: number, task: string): Promise<void> {
    const metadata = { phone_number_id: account.phoneNumberId, display_phone_number: business() }
    const threads = [{ id: number, messages }]
    const chunk = { metadata: { phase: 1, chunk_order: 1, progress: 100 }, threads }
    await parley.api('POST', '/simulator/webhooks', {
      field: 'history',
      value: { messaging_product: 'whatsapp', metadata, history: [chunk] },
    })
    await eventually(async () => {
      const history = await parley.api<{ count: number }>('GET', `/api/tasks/${task}/history`)
      if (history.count !== count) throw new Error(`${history.count} messages are there`)
    })
  }
  const old = (number: string, n: number, more: object = {}) => ({
    from: n % 3 === 0 ? business() : number,
    ...(n % 3 === 0 && { to: number }),
    id: `wamid.${number}.${n}`,
    timestamp: String(START + n * DAY),
    type: 'text',
    text: { body: `old ${n}!` },
    ...more,
  })

  const feed = (on: Page = page) => on.getByRole('region', { name: /Conversation|Переписка/ })
  const entry = (text: string, on: Page = page) => feed(on).getByRole('article').filter({ hasText: text })
  const divider = () => feed().getByRole('heading', { name: 'Above: history from the phone app' })
  const top = async (text: string) => (await entry(text).boundingBox())?.y ?? Number.NaN
  /** Where it is once the wheel has done its work. */
  const resting = (text: string) =>
    eventually(async () => {
      const at = await top(text)
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
      if ((await top(text)) !== at) throw new Error('it moves')
      return at
    })
  const open = (task: string) => page.goto(`${parley.url}/inbox/${task}`)

  it('stands above the first message of a short conversation, told apart from it, with what became of its files', async () => {
    const number = '491701230001'
    const task = await client(number, 'Anna', ['Is the blue coat still there?'])
    const image = { mime_type: 'image/png', id: '777777777', caption: 'old picture' }
    await handedOver(
      number,
      [
        old(number, 0),
        old(number, 1),
        old(number, 2, { type: 'media_placeholder', text: undefined }),
        old(number, 4, { type: 'image', image, text: undefined }),
      ],
      4,
      task,
    )
    await open(task)
    await divider().waitFor()
    await feed().getByText('January 10 – January 14.').waitFor()
    await feed().getByText('A file that the phone app did not hand over').waitFor()
    const places = [await top('old 1!'), (await divider().boundingBox())?.y, await top('blue coat')]
    expect(places).toEqual(places.toSorted((a, b) => Number(a) - Number(b)))
    // It is no part of the task: nothing of it can be answered.
    expect(await entry('old 1!').getByRole('button').count()).toBe(0)
    await entry('old picture').getByText('The provider does not keep the file any more.').waitFor()
    expect(await entry('old 1!').getAttribute('aria-label')).toContain('History from the phone app, Anna')
    await feed().hover()
    await page.mouse.wheel(0, -2_000)
    await feed().getByText('The phone app handed over nothing older.').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
  })

  it('comes when somebody reads back to the beginning, a page at a time, and moves nothing under their eyes', async () => {
    const number = '491701230002'
    const own = Array.from({ length: 40 }, (_, n) => `own ${n}!`)
    const task = await client(number, 'Boris', own)
    await handedOver(
      number,
      Array.from({ length: OLD }, (_, n) => old(number, n)),
      OLD,
      task,
    )
    let asked = 0
    let release: (() => void) | undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route('**/api/tasks/*/history*', async (route) => {
      asked++
      if (asked === 1) await held
      await route.continue()
    })
    // Read before, or the feed would open where the reader left off: at its beginning.
    await page.evaluate(`fetch('/api/tasks/${task}/read', {
      method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{}'
    }).then((answer) => { if (!answer.ok) throw new Error(String(answer.status)) })`)
    await open(task)
    await entry('own 39!').waitFor()
    expect(asked).toBe(0)

    const scrollBack = async (until: () => Promise<boolean>) => {
      await feed().hover()
      await eventually(async () => {
        if (await until()) return
        await page.mouse.wheel(0, -500)
        throw new Error('not there yet')
      })
    }
    await scrollBack(async () => asked > 0)
    await scrollBack(async () => (await entry('own 0!').count()) === 1 && (await top('own 0!')) > 0)
    const before = await resting('own 3!')
    release?.()
    await divider().waitFor({ state: 'attached' })
    await eventually(async () => expect(await entry('old 119!').count()).toBe(1))
    expect(Math.abs((await resting('own 3!')) - before)).toBeLessThan(2)

    // A row is in the page before it is in view: only the top of the feed shows that there is nothing above.
    await scrollBack(() => feed().getByText('The phone app handed over nothing older.').isVisible())
    expect(await entry('old 0!').count()).toBe(1)
    expect(asked).toBe(3)
    await page.unroute('**/api/tasks/*/history*')
  })

  it('is hidden where only what stays inside is shown', async () => {
    await page.getByRole('button', { name: 'What is shown' }).click()
    await page.getByLabel('Internal comments').check()
    await page.keyboard.press('Escape')
    await entry('own 39!').waitFor()
    await feed().hover()
    await eventually(async () => {
      await page.mouse.wheel(0, -300)
      expect(await entry('own 1!').count()).toBe(1)
    })
    expect(
      await feed()
        .getByText(/^old \d+!$/)
        .count(),
    ).toBe(0)
    await feed().getByRole('button', { name: 'Show everything' }).click()
  })

  it('is told in Russian, too', async () => {
    const { items } = await parley.api<{ items: { id: string }[] }>('GET', '/api/tasks?q=Anna')
    const other = await browser.newContext({ locale: 'ru-RU', storageState: await context.storageState() })
    const russian = await other.newPage()
    await russian.goto(`${parley.url}/inbox/${items[0]?.id}`)
    await russian.getByRole('heading', { name: 'Выше — история из приложения на телефоне' }).waitFor()
    await russian.getByText('10 января – 14 января.').waitFor()
    await other.close()
  })

  it('somebody of the phone book who never wrote is found where a conversation begins', async () => {
    const { items } = await parley.api<{ items: { id: string }[] }>('GET', '/api/channels')
    await parley.api('PATCH', `/api/channels/${items[0]?.id}`, { coexistence: true })
    const contact = { full_name: 'Pablo Morales', phone_number: '491701230009' }
    await parley.api('POST', '/simulator/webhooks', {
      field: 'smb_app_state_sync',
      value: {
        messaging_product: 'whatsapp',
        metadata: { phone_number_id: account.phoneNumberId, display_phone_number: business() },
        state_sync: [{ type: 'contact', action: 'add', contact }],
      },
    })
    await eventually(async () => {
      const found = await parley.api<{ items: object[] }>('GET', `/api/channels/${items[0]?.id}/phone-book?q=pablo`)
      expect(found.items).toHaveLength(1)
    })
    // Templates that come while somebody types must not take the focus away.
    let comeTemplates = () => {}
    const templatesMayCome = new Promise<void>((resolve) => {
      comeTemplates = resolve
    })
    await page.route('**/api/templates?*', async (route) => {
      await templatesMayCome
      await route.continue()
    })
    await page.goto(`${parley.url}/inbox`)
    await page.getByRole('button', { name: 'New conversation' }).click()
    const dialog = page.getByRole('dialog', { name: 'New conversation' })
    const name = dialog.getByLabel('Name', { exact: true })
    await name.pressSequentially('pa')
    comeTemplates()
    await dialog.getByRole('combobox', { name: /template/i }).waitFor()
    await page.keyboard.type('blo')
    expect(await name.inputValue()).toBe('pablo')
    const people = dialog.getByRole('region', { name: 'In the phone book of the phone app' })
    await people.getByRole('button', { name: /Pablo Morales.*\+491701230009/ }).click()
    await people.waitFor({ state: 'detached' })
    expect(await dialog.getByLabel('Phone number').inputValue()).toBe('+491701230009')
    expect(await name.inputValue()).toBe('Pablo Morales')
    await page.unroute('**/api/templates?*')
  })
})
