import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { findChromium, inBrowser, openBrowser } from './chromium.ts'
import { noteComplaints } from './complaints.ts'
import { phoneOf } from './phone.ts'
import { type RunningParley, startAsNewcomer } from './running-parley.ts'
import { tinyPng } from './tiny-png.ts'

const executable = findChromium()
if (!executable)
  console.warn('browser tests are skipped: no Chromium found (apt install chromium, or set CHROMIUM_PATH)')

const PRICES = { name: 'prices.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n%%EOF\n') }

// Everything is done by what stands on the screen; the API says only what the phone has got.
describe.skipIf(!executable)("a newcomer's first hour", inBrowser, () => {
  let parley: RunningParley
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let phone: Page
  const complaints: string[] = []

  beforeAll(async () => {
    parley = await startAsNewcomer()
    browser = await openBrowser(executable ?? '')
    context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 } })
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: parley.url })
    context.on('page', watch)
    page = await context.newPage()
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await parley?.stop()
  }, 60_000)

  function watch(opened: Page) {
    opened.setDefaultTimeout(20_000)
    noteComplaints(opened, complaints)
  }

  const dialog = () => page.getByRole('dialog')
  const section = (name: string) => page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name })
  const entry = (text: string | RegExp) =>
    page.getByRole('region', { name: 'Conversation' }).getByRole('article').filter({ hasText: text })
  const bubble = (text: string | RegExp) => phone.getByRole('main').getByRole('listitem').filter({ hasText: text })
  const chat = (name: string | RegExp) => phone.getByRole('navigation').getByRole('button', { name })
  const task = (name: string) => page.getByRole('list', { name: 'Tasks' }).getByRole('link', { name })
  const scenarioPart = (name: string) =>
    page.getByRole('navigation', { name: /^Parts of/ }).getByRole('link', { name, exact: true })

  const say = async (text: string) => {
    await phone.getByRole('textbox', { name: 'Message' }).fill(text)
    await phone.keyboard.press('Enter')
  }
  /** @param press opens the chooser of the system */
  const attach = async (on: Page, press: Locator, file: { name: string; mimeType: string; buffer: Buffer }) => {
    const chooser = on.waitForEvent('filechooser')
    await press.click()
    await (await chooser).setFiles(file)
  }
  const chooseTemplate = async (name: string) => {
    await dialog().getByRole('combobox', { name: 'Search templates' }).fill(name)
    await dialog()
      .getByRole('option', { name: new RegExp(`^${name}`) })
      .first()
      .click()
  }

  it('signs in by the printed link, and finds the phone to play the client', async () => {
    await page.goto(parley.signInLink)
    await page.getByText('No active tasks.').waitFor()
    const opened = context.waitForEvent('page')
    await page.getByRole('link', { name: /^Simulated phone/ }).click()
    phone = await opened
    await phone.getByLabel('Phone number').fill('+49 170 1112233')
    await phone.getByLabel('Client name').fill('Clara Newman')
    await phone.getByRole('button', { name: 'Open chat' }).click()
    await say('Hello! Do you have a price list?')
    await bubble('Do you have a price list?').waitFor()
  })

  it('sees what the client writes and shows', async () => {
    await task('Clara Newman').click()
    await entry('Do you have a price list?').waitFor()
    await phone.getByRole('textbox', { name: 'Message' }).fill('For a table like this')
    const picture = { name: 'table.png', mimeType: 'image/png', buffer: tinyPng(320, 200) }
    await attach(phone, phone.getByRole('button', { name: 'Attach a file' }), picture)
    await bubble('For a table like this').getByRole('img', { name: 'For a table like this' }).waitFor()
    const shown = entry('For a table like this').getByRole('img').first()
    await shown.waitFor()
    await eventually(async () =>
      expect(await shown.evaluate((image: object) => 'naturalWidth' in image && image.naturalWidth)).toBe(320),
    )
  })

  it('answers with a file, and the client has read it', async () => {
    await page.getByRole('button', { name: 'Message to the client' }).click()
    await attach(page, page.getByRole('button', { name: 'Attach files' }), PRICES)
    await page.getByRole('button', { name: 'Remove prices.pdf' }).waitFor()
    await page.getByRole('region', { name: 'Write' }).getByRole('textbox').fill('Here it is, Clara.')
    await page.getByRole('button', { name: 'Send to Clara Newman' }).click()
    await bubble('Here it is, Clara.').getByRole('link', { name: 'prices.pdf' }).waitFor()
    // The phone is looked at: what it shows counts as read.
    await phone.bringToFront()
    await page.bringToFront()
    await entry('Here it is, Clara.').getByRole('img', { name: 'Read', exact: true }).waitFor()
    const received = await phoneOf(parley, '+491701112233', 'Clara Newman').received()
    expect(received.map(({ kind, text, media }) => ({ kind, text, size: media?.size }))).toEqual([
      { kind: 'document', text: 'Here it is, Clara.', size: PRICES.buffer.length },
    ])
  })

  it('writes first, to a number that never wrote, with a template', async () => {
    await page.getByRole('button', { name: 'New conversation' }).click()
    await dialog().getByLabel('Phone number').fill('+49 170 4445566')
    await dialog().getByLabel('Name', { exact: true }).fill('Dan Brook')
    await chooseTemplate('order_confirmation')
    await dialog().getByLabel('Value {{1}}').fill('Dan')
    await dialog().getByLabel('Value {{2}}').fill('B-7')
    await dialog().getByRole('button', { name: 'Send to Dan Brook · Demo WhatsApp' }).click()
    await entry('Hello Dan, your order B-7 is confirmed').waitFor()
    await chat(/4915|170 ?444|1704445566|Dan Brook/).click()
    await bubble('Hello Dan, your order B-7 is confirmed').waitFor()
  })

  it('takes a scenario from the gallery, publishes it, and presses its button in a task', async () => {
    await section('Scenarios').click()
    await page.getByRole('button', { name: 'New scenario' }).first().click()
    await dialog().getByRole('button', { name: 'Use this: Send our address' }).click()
    await page.getByRole('heading', { name: 'Send our address', level: 1 }).waitFor()
    await page.getByRole('button', { name: 'Publish…' }).click()
    await dialog().getByRole('button', { name: 'Publish', exact: true }).click()
    await page.getByRole('dialog', { name: 'v1 is live' }).waitFor()
    await dialog().getByRole('button', { name: 'Close', exact: true }).last().click()

    await section('Inbox').click()
    await task('Clara Newman').click()
    const panel = page.getByRole('complementary', { name: 'Contact and task' })
    await panel.getByRole('region', { name: 'Buttons' }).getByRole('button', { name: 'Send address' }).click()
    await dialog().getByLabel('branch').selectOption('north')
    await dialog().getByRole('button', { name: 'Send address · to Clara Newman over Demo WhatsApp' }).click()
    await entry('Our address: 1 North St').waitFor()
    await chat(/^Clara Newman/).click()
    await bubble('Our address: 1 North St').waitFor()
    await panel.getByRole('link', { name: 'Open the run of “Send our address”' }).click()
    const steps = page.getByRole('region', { name: 'Step by step' }).getByRole('listitem')
    await steps.filter({ hasText: 'Our address: 1 North St' }).waitFor()
    await steps.filter({ hasText: 'The end' }).getByText('ended well').waitFor()
  })

  it('writes to three at once; who answers becomes a task, with what they answer to before it', async () => {
    await section('Mailings').click()
    await page.getByRole('link', { name: 'New campaign' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Open day')
    await page
      .getByLabel('The list')
      .fill('mobile;who\n+49 151 2000001;Ada\n+49 151 2000002;Ben\n+49 151 2000003;Cleo\n')
    await page.getByText('3 lines').waitFor()
    await page.getByLabel('Column with the name').selectOption({ label: 'who' })
    await page.getByRole('button', { name: 'Choose a template' }).click()
    await chooseTemplate('welcome')
    await page.getByLabel('Where “Value {{1}}” comes from').selectOption({ label: 'Column “who”' })
    await page.getByText('3 people will get it').waitFor()
    await page.getByRole('button', { name: 'Start…' }).click()
    await dialog().getByRole('button', { name: 'Send to 3 people · Demo WhatsApp' }).click()
    await page.waitForURL(/\/mailings\/campaigns\//)
    await page.getByText('Finished', { exact: true }).waitFor()

    const sent = 'Welcome, Ben! Here is what is new with us this week.'
    const received = await phoneOf(parley, '+491512000002', 'Ben').received()
    expect(received).toHaveLength(1)
    await chat(/491512000002|Ben/).click()
    await bubble(sent).waitFor()
    await say('Lovely, we are coming.')
    await section('Inbox').click()
    await task('Ben').click()
    await entry('Lovely, we are coming.').waitFor()
    const texts = await page.getByRole('region', { name: 'Conversation' }).getByRole('article').allTextContents()
    const places = [sent, 'Lovely, we are coming.'].map((text) => texts.findIndex((shown) => shown.includes(text)))
    expect(places).toEqual([0, 1])
    // The others have said nothing: no task of theirs stands in anybody's way.
    expect(await task('Ada').count()).toBe(0)
  })

  it('changes the scenario, and sees on what happened what would be different', async () => {
    await section('Scenarios').click()
    await page.getByRole('link', { name: 'Send our address' }).click()
    await page.getByRole('tab', { name: 'Code' }).click()
    await page.getByRole('textbox', { name: 'Text of the scenario' }).click()
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.press('ControlOrMeta+C')
    const copied = await eventually(async () => {
      const text = await page.evaluate<string>('navigator.clipboard.readText()')
      expect(text).toContain('Our address:')
      return text
    })
    const changed = copied.replace('Our address:', 'You find us at')
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(changed)})`)
    await page.keyboard.press('ControlOrMeta+V')
    await page.getByRole('textbox', { name: 'Text of the scenario' }).getByText('You find us at').first().waitFor()
    await page.getByText('Saved', { exact: true }).waitFor()
    await scenarioPart('Dry run').click()
    await page.getByRole('button', { name: 'Try it', exact: true }).click()
    await page.getByRole('region', { name: 'It would have run differently' }).getByText('Clara Newman').click()
    await page.getByRole('cell').filter({ hasText: 'You find us at 1 North St' }).waitFor()
    await page.getByRole('cell').filter({ hasText: 'Our address: 1 North St' }).waitFor()
    const received = await phoneOf(parley, '+491701112233', 'Clara Newman').received()
    expect(received.filter(({ text }) => text?.includes('You find us at'))).toEqual([])
  })

  it('gave the browser nothing to complain of', () => {
    expect(complaints).toEqual([])
  })
})
