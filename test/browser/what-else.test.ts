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

const MANY = 150

/** Three seconds of silence, as a WAV file. */
function silence(): Buffer {
  const samples = Buffer.alloc(3 * 8_000, 128)
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + samples.length, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  // PCM, one channel, 8,000 samples a second of one byte each.
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(8_000, 24)
  header.writeUInt32LE(8_000, 28)
  header.writeUInt16LE(1, 32)
  header.writeUInt16LE(8, 34)
  header.write('data', 36)
  header.writeUInt32LE(samples.length, 40)
  return Buffer.concat([header, samples])
}

describe.skipIf(!executable)('what no other story shows', inBrowser, () => {
  let parley: RunningParley
  let browser: Browser
  let context: BrowserContext
  let page: Page
  const complaints: string[] = []

  beforeAll(async () => {
    parley = await startParley()
    browser = await openBrowser(executable ?? '')
    context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 } })
    page = await context.newPage()
    page.setDefaultTimeout(15_000)
    noteComplaints(page, complaints)
    await page.goto(parley.signInLink)
    await page.getByRole('heading', { name: 'Inbox' }).waitFor()
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await parley?.stop()
  }, 60_000)

  const heading = (name: string | RegExp) => page.getByRole('heading', { name, level: 1 })
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const entry = (text: string | RegExp) =>
    page.getByRole('region', { name: 'Conversation' }).getByRole('article').filter({ hasText: text })
  const begin = async (way: RegExp, title: string) => {
    await page.goto(`${parley.url}/channels/new`)
    await page.getByRole('link', { name: way }).click()
    await heading(title).waitFor()
  }
  const tasksOf = async (channel: string) => {
    const { items } = await parley.api<{ items: { id: string; name: string }[] }>('GET', '/api/channels')
    const { id } = items.find(({ name }) => name === channel) ?? {}
    if (id === undefined) throw new Error(`there is no channel ${channel}`)
    return (await parley.api<{ items: { title: string }[] }>('GET', `/api/tasks?channelId=${id}`)).items
  }

  describe('in a feed', () => {
    const anna = () => phoneOf(parley, '+491701234567', 'Anna Schmidt')
    let asked: string

    it('shows a reaction, and takes it away again', async () => {
      asked = (await anna().write({ text: 'Is the blue coat still there?' })).id
      await page.getByRole('list', { name: 'Tasks' }).getByRole('link', { name: 'Anna Schmidt' }).click()
      await entry('Is the blue coat').waitFor()
      await page.getByRole('button', { name: 'Message to the client' }).click()
      await page.getByRole('region', { name: 'Write' }).getByRole('textbox').fill('Yes, it is.')
      await page.getByRole('button', { name: 'Send to Anna Schmidt' }).click()
      const { id } = await anna().receives(({ text }) => text === 'Yes, it is.')
      await anna().write({ reaction: { messageId: id, emoji: '❤️' } })
      await entry('Yes, it is.').getByRole('img', { name: 'Reaction: ❤️' }).waitFor()
      await anna().write({ reaction: { messageId: id, emoji: '' } })
      await entry('Yes, it is.').getByRole('img', { name: 'Reaction: ❤️' }).waitFor({ state: 'detached' })
    })

    it('shows what is answered, and leads there', async () => {
      await anna().write({ text: 'I mean this one', replyTo: asked })
      await entry('I mean this one').getByRole('button', { name: 'Is the blue coat still there?' }).click()
      // The reader is taken to it: it has the focus.
      await eventually(async () =>
        expect(await page.evaluate('document.activeElement.textContent')).toMatch(/^Anna Schmidt.*Is the blue coat/),
      )
    })

    it('plays a recording, as fast as the listener likes', async () => {
      await anna().write({ media: { dataBase64: silence().toString('base64'), mime: 'audio/wav', voice: true } })
      const player = page.getByRole('group', { name: /^Play / })
      await player.getByText('0:03').waitFor()
      await player.getByRole('button', { name: 'Play' }).click()
      await player.getByRole('button', { name: 'Pause' }).waitFor()
      await player.getByRole('button', { name: 'Speed: 1' }).click()
      await player.getByRole('button', { name: 'Speed: 1.5' }).waitFor()
    })

    it('saves a document, and shows a card', async () => {
      const file = { dataBase64: Buffer.from('%PDF-1.4\n%%EOF\n').toString('base64'), mime: 'application/pdf' }
      await anna().write({ media: { ...file, name: 'measures.pdf' } })
      const saved = page.waitForEvent('download')
      await page.getByRole('link', { name: 'Download measures.pdf' }).click()
      expect((await saved).suggestedFilename()).toBe('measures.pdf')
      const name = { formatted_name: 'Otto Tailor', first_name: 'Otto' }
      await anna().write({ contacts: [{ name, phones: [{ phone: '+49 30 123456', type: 'WORK' }] }] })
      await entry('Otto Tailor').getByText('+49 30 123456').waitFor()
    })

    it('marks what was written in the phone app', async () => {
      await parley.api('POST', '/simulator/phone/echo', { to: '+491701234567', text: 'Written on the phone' })
      await page
        .getByRole('article', { name: /phone app/i })
        .filter({ hasText: 'Written on the phone' })
        .waitFor()
    })
  })

  it('connects an Instagram account, to the first message that arrives', async () => {
    const account = {
      accountId: '17841400000000001',
      username: 'shop',
      accessToken: 'the-token-of-instagram',
      appSecret: 'the-secret-of-instagram',
    }
    await parley.api('POST', '/simulator/instagram/accounts', account)
    await begin(/^An Instagram account/, 'An Instagram account')
    await page.getByLabel('Account id').fill(account.accountId)
    await page.getByLabel('Access token').fill(account.accessToken)
    await page.getByLabel('App secret').fill(account.appSecret)
    await page.getByLabel('Name of the channel').fill('Shop on Instagram')
    await page.getByText('More settings').click()
    await page.getByLabel('Address of the Graph API').fill(`${parley.url}/simulator/instagram`)
    await button('Check').click()
    await page.getByText('Everything is in order.').waitFor()
    await button('Connect').click()
    await heading('Shop on Instagram is connected').waitFor()
    await page.getByRole('heading', { name: 'The webhook address is verified' }).waitFor()
    await page.getByText('Waiting for the first message').waitFor()
    const message = { from: 'flora.fan', name: 'Flora', text: 'Do you ship abroad?' }
    await parley.api('POST', '/simulator/instagram/messages', message)
    await page.getByText('The first message has arrived.').waitFor()
    // Their name is asked for once the message is there.
    await eventually(async () => expect(await tasksOf('Shop on Instagram')).toMatchObject([{ title: 'Flora' }]))
  })

  it('shows that a message was edited, what it said before, and that one was taken back', async () => {
    const from = 'flora.fan'
    const tell = (content: object) => parley.api<{ mid: string }>('POST', '/simulator/instagram/messages', content)
    await page.goto(`${parley.url}/inbox`)
    await page.getByRole('list', { name: 'Tasks' }).getByRole('link', { name: 'Flora' }).click()
    const { mid } = await tell({ from, text: 'Size M please' })
    await entry('Size M please').waitFor()
    await tell({ from, edit: { mid, text: 'Size L please' } })
    await entry('Size L please').getByText('edited', { exact: true }).waitFor()
    await entry('Size L please').hover()
    await entry('Size L please')
      .getByRole('button', { name: /^More for/ })
      .click()
    await page.getByRole('menuitem', { name: 'See earlier wordings' }).click()
    await page.getByRole('dialog').getByText('Size M please').waitFor()
    await page.keyboard.press('Escape')
    await tell({ from, unsend: { mid } })
    await entry('This message was deleted').waitFor()
    expect(await entry('Size L please').count()).toBe(0)
  })

  it('connects a number at a service in between, by what that service has to know', async () => {
    await begin(/^A third-party service/, 'A third-party service')
    await page.getByLabel('Service', { exact: true }).selectOption({ label: 'WhatsApp · Wazzup' })
    await page.getByLabel('Id of the channel at Wazzup').fill('no id')
    await page.getByLabel('Id of the channel at Wazzup').blur()
    await page.getByText('It looks like e3f1c6a4').waitFor()
    expect(await button('Check').isDisabled()).toBe(true)
    await page.getByLabel('Id of the channel at Wazzup').fill('00000000-0000-4000-8000-000000000024')
    await page.getByLabel('API key').fill('any-key-0001')
    await page.getByLabel('Name of the channel').fill('Shop at Wazzup')
    await page.getByText('More settings').click()
    await page.getByLabel('Address of the API').fill(`${parley.url}/simulator/wazzup24`)
    await button('Check').click()
    await page.getByText('Everything is in order.').waitFor()
    await button('Connect').click()
    await heading('Shop at Wazzup is connected').waitFor()
    await parley.api('POST', '/simulator/wazzup24/messages', {
      from: '+15551250001',
      name: 'Gus',
      text: 'Hello Wazzup',
    })
    await page.getByText('The first message has arrived.').waitFor()
    await page.getByText('Events of the service arrive').waitFor()
  })

  it('keeps only the rows near the view in the page, whatever the list', async () => {
    for (let n = 1; n <= MANY; n++) {
      await parley.api('POST', '/api/quick-replies', { title: `Reply ${n}`, text: 'x', shared: true, folder: 'many' })
    }
    await page.goto(`${parley.url}/settings/quick-replies`)
    const list = page.getByRole('list', { name: 'Quick replies' })
    const rows = list.getByRole('listitem')
    const named = (n: number) => rows.filter({ hasText: new RegExp(`Reply ${n}(?!\\d)`) })
    await named(1).waitFor()
    const more = page.getByRole('button', { name: 'Show more' })
    // Each says which of all it is, so that the last one tells how many there are.
    await eventually(async () => {
      if ((await more.count()) > 0) await more.click({ timeout: 2_000 })
      expect(await rows.last().getAttribute('aria-setsize')).toBe(String(MANY))
    })
    const scrollTo = (place: string) =>
      page.evaluate(`(() => {
        let page = document.querySelector('main [role=list], main ul li[aria-posinset]')
        while (!/auto|scroll/.test(getComputedStyle(page).overflowY)) page = page.parentElement
        page.scrollTop = ${place}
      })()`)
    // Rows that were never in view are as high as the average until they are: the end is reached step by step.
    await eventually(async () => {
      await scrollTo('page.scrollHeight')
      expect(await rows.last().getAttribute('aria-posinset')).toBe(String(MANY))
    })
    expect(await rows.count()).toBeLessThan(60)

    await scrollTo('0')
    await named(1).waitFor()
    expect(await rows.count()).toBeLessThan(60)
    expect(await rows.first().getAttribute('aria-posinset')).toBe('1')
  })

  it('says in Russian what is wrong with a field that only the server judges', async () => {
    const russian = await browser.newContext({ locale: 'ru-RU', storageState: await context.storageState() })
    const other = await russian.newPage()
    other.setDefaultTimeout(15_000)
    await other.goto(`${parley.url}/settings/people`)
    await other.getByRole('button', { name: 'Добавить сотрудника' }).click()
    const dialog = other.getByRole('dialog')
    await dialog.getByLabel('Имя').fill('Анна')
    await dialog.getByLabel('Эл. почта').fill('an..na@example.test')
    await dialog.getByRole('button', { name: 'Добавить и сделать ссылку для входа' }).click()
    await dialog.getByText('Эл. почта: нужен адрес электронной почты').waitFor()
    await russian.close()
  })

  it('gave the browser nothing to complain of', () => {
    expect(complaints).toEqual([])
  })
})
