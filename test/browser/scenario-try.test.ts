import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults } from './axe.ts'
import { findChromium, inBrowser, openBrowser } from './chromium.ts'
import { type RunningParley, startParley } from './running-parley.ts'

const executable = findChromium()
if (!executable)
  console.warn('browser tests are skipped: no Chromium found (apt install chromium, or set CHROMIUM_PATH)')

const DRAFT = `id: which-size
name: Which size
trigger: { event: message.received, when: { field: event.text, contains: price } }
steps:
  - id: ask
    sendInteractive:
      text: 'Which size, {{ contact.firstName }}?'
      buttons: [{ id: s, title: Small }, { id: l, title: Large }]
  - id: wait
    wait: { for: [message.received], timeout: 2d }
    onTimeout: [{ id: silent, tag: silent }, { id: end, stop: true }]
  - id: price
    sendText: { text: '{{ event.buttonText }} costs 20 €' }
`

describe.skipIf(!executable)('the side chat of the scenario editor', inBrowser, () => {
  let parley: RunningParley
  let browser: Browser
  let context: BrowserContext
  let page: Page
  const complaints: string[] = []

  beforeAll(async () => {
    parley = await startParley()
    const { id } = await parley.api<{ id: string }>('POST', '/api/scenarios', { document: DRAFT })
    browser = await openBrowser(executable ?? '')
    context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 } })
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(parley.signInLink)
    await page.getByRole('heading', { name: 'Inbox' }).waitFor()
    await page.goto(`${parley.url}/scenarios/${id}`)
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await parley?.stop()
  }, 60_000)

  const chat = () => page.getByRole('log', { name: 'Chat with a made-up client' })
  const write = async (text: string) => {
    await page.getByRole('textbox', { name: 'Message of the client' }).fill(text)
    await page.keyboard.press('Enter')
  }

  it('answers a made-up client as the scenario would, and says why it does not', async () => {
    await page.getByRole('button', { name: 'Try it' }).click()
    await write('Hello <b>there</b>')
    await chat().getByText('It does not start: its condition did not hold').waitFor()
    await chat().getByText('Hello <b>there</b>', { exact: true }).waitFor()
    await write('What is the price?')
    await chat().getByText('Which size, Ann?').waitFor()
    await chat().getByText('Wait: began to wait').waitFor()
    await chat().getByRole('button', { name: 'Large' }).click()
    await chat().getByText('Large costs 20 €').waitFor()
    await chat().getByText('The end: ended well').waitFor()
  })

  it('starts again, lets time pass, and plays it anew for another client', async () => {
    await page.getByRole('button', { name: 'Start again' }).click()
    const pass = page.getByRole('button', { name: 'Let time pass' })
    expect(await pass.isDisabled()).toBe(true)
    await write('price')
    await chat().getByRole('button', { name: 'Small' }).waitFor()
    await pass.click()
    await chat().getByText('silent').waitFor()
    await page.getByText('The client:').click()
    await page.getByRole('textbox', { name: 'Name', exact: true }).last().fill('Bea Other')
    await chat().getByText('Which size, Bea?').waitFor()
  })

  it('plays the document as it stands in the editor; with errors it says which', async () => {
    await page.getByRole('tab', { name: 'Code' }).click()
    const rewrite = async (text: string) => {
      await page.getByRole('textbox', { name: 'Text of the scenario' }).focus()
      await page.keyboard.press('ControlOrMeta+A')
      await page.keyboard.insertText(text)
    }
    await rewrite(DRAFT.replace("'Which size,", "'Which colour,"))
    await chat().getByText('Which colour, Bea?').waitFor()
    await rewrite(DRAFT.replace('tag: silent', 'setStatus: nowhere'))
    await chat().getByText('It cannot be tried as long as it has errors:').waitFor()
    await rewrite(DRAFT)
    await chat().getByText('Which size, Bea?').waitFor()
    expect(complaints).toEqual([])
  })

  it('can be used by everybody, also on a phone', async () => {
    expect(await accessibilityFaults(page)).toEqual([])
    await page.setViewportSize({ width: 360, height: 780 })
    const width = await page.evaluate<number>('document.documentElement.scrollWidth')
    expect(width).toBeLessThanOrEqual(360)
    expect(await accessibilityFaults(page)).toEqual([])
    await page.setViewportSize({ width: 1280, height: 900 })
  })

  it('keeps nothing: no client, no task, no run', async () => {
    for (const path of ['/api/runs', '/api/tasks?status=all', '/api/contacts']) {
      expect((await parley.api<{ items: unknown[] }>('GET', path)).items).toEqual([])
    }
  })
})
