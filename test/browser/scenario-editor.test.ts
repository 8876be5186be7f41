import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { findChromium, inBrowser, openBrowser } from './chromium.ts'
import { noteComplaints } from './complaints.ts'
import { type RunningParley, startParley } from './running-parley.ts'

const executable = findChromium()
if (!executable)
  console.warn('browser tests are skipped: no Chromium found (apt install chromium, or set CHROMIUM_PATH)')

const DRAFT = `# Written by hand
id: from-nothing
name: From nothing
trigger: { event: contact.first_seen }
steps:
  - { id: end, stop: true } # the end
`

describe.skipIf(!executable)('the scenario editor', inBrowser, () => {
  let parley: RunningParley
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let scenario: string
  /** What the browser complained of: a violated policy, an exception. */
  const complaints: string[] = []

  beforeAll(async () => {
    parley = await startParley()
    scenario = (await parley.api<{ id: string }>('POST', '/api/scenarios', { document: DRAFT })).id
    browser = await openBrowser(executable ?? '')
    context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 } })
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
    noteComplaints(page, complaints)
    await page.goto(parley.signInLink)
    await page.getByRole('heading', { name: 'Inbox' }).waitFor()
    await page.goto(`${parley.url}/scenarios/${scenario}`)
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await parley?.stop()
  }, 60_000)

  const savedText = async () =>
    (await parley.api<{ draft: { text: string } }>('GET', `/api/scenarios/${scenario}`)).draft.text
  const saved = (text: string) => eventually(async () => expect(await savedText()).toBe(text), 15_000)
  const card = (name: string | RegExp) => page.getByRole('article', { name })
  const show = (view: 'Form' | 'Code' | 'Graph') => page.getByRole('tab', { name: view }).click()
  const code = () => page.getByRole('textbox', { name: 'Text of the scenario' })
  /** Opens a searchable list and takes what fits first. */
  const pick = async (button: Locator, search: string, typed: string) => {
    await button.click()
    await page.getByRole('combobox', { name: search }).fill(typed)
    await page.getByRole('dialog').getByRole('option').first().waitFor()
    await page.keyboard.press('Enter')
  }
  const addStep = (button: string, typed: string) =>
    pick(page.getByRole('button', { name: button, exact: true }), 'Find a step', typed)

  it('sets what starts the scenario, with two conditions as rows', async () => {
    const trigger = card('What starts it')
    await trigger.getByRole('button', { name: /a new client/ }).click()
    await pick(trigger.getByLabel('Event'), 'Find a value', 'message from the client')
    await trigger.getByRole('button', { name: 'Add a condition' }).click()
    await trigger.getByRole('group', { name: 'Condition 1' }).getByRole('textbox', { name: 'Value' }).fill('price')
    await trigger.getByRole('button', { name: 'Add a condition' }).click()
    const second = trigger.getByRole('group', { name: 'Condition 2' })
    await pick(second.getByRole('button', { name: /^Field/ }), 'Find a value', 'task is active')
    await second.getByRole('combobox', { name: 'Value' }).selectOption('yes')
    await trigger.getByText('if text of the message contains “price” and task is active').waitFor()
  })

  it('adds a wait, and a template in the branch of its timeout', async () => {
    await addStep('Add a step', 'wait for an answer')
    await card(/at most 1 day$/)
      .getByRole('textbox', { name: 'Duration' })
      .fill('2')
    await card('Wait for an answer, at most 2 days').waitFor()

    await addStep('Add a step: When the time is up', 'send a template')
    const template = card(/^Send template/)
    await template.getByRole('combobox', { name: 'Template' }).fill('quote_rem')
    await page.getByRole('option', { name: /^quote_reminder/ }).click()
    await template.getByRole('textbox', { name: 'Value {{1}}' }).fill('Anna')
    await pick(template.getByRole('button', { name: 'Insert a value: Value {{2}}' }), 'Find a value', 'task title')
    await template.getByText('Hello Anna, our quote of {task title} is waiting for your answer.').waitFor()
  })

  it('moves a step by the keyboard; what was written by hand stays as it was', async () => {
    await card('End the scenario')
      .getByRole('button', { name: /^End the scenario/ })
      .focus()
    await page.keyboard.press('Alt+ArrowDown')
    await saved(`# Written by hand
id: from-nothing
name: From nothing
trigger:
  event: message.received
  when:
    all: [{ field: event.text, contains: price }, { field: task.status.active, is: true }]
steps:
  - id: wait
    wait: { for: [message.received], timeout: 2d }
    onTimeout:
      - id: template
        sendTemplate:
          name: quote_reminder
          language: auto
          body: [Anna, '{{ task.title | default: "" }}']
  - { id: end, stop: true } # the end
`)
  })

  it('draws the same as a graph; a node opens its form', async () => {
    await show('Graph')
    await page.getByText('When the time is up').waitFor()
    await page.getByRole('group', { name: 'Send template quote_reminder' }).click()
    const panel = page.getByRole('region', { name: 'Send template quote_reminder' })
    await panel.getByRole('textbox', { name: 'Value {{1}}' }).fill('Bea')
    await panel.getByText('Hello Bea, our quote').waitFor()
  })

  it('shows what was chosen in the code; a broken line says so in every view', async () => {
    await show('Code')
    await code().waitFor()
    await page.getByText("body: [Bea, '{{ task.title").waitFor()
    await code().click()
    await page.keyboard.press('ControlOrMeta+End')
    await page.keyboard.type('conc')
    await page.getByRole('option', { name: 'concurrency' }).click()
    await page.keyboard.type('[')
    await page.keyboard.press('Delete')

    await show('Form')
    await page.getByText('This text cannot be read').waitFor()
    await page.getByRole('button', { name: 'Go to line 18' }).click()
    await page.locator('.cm-activeLine', { hasText: 'concurrency: [' }).waitFor()
    expect(await page.locator('.cm-lint-marker-error').count()).toBe(1)
  })

  it('is mended in the code, and undone in the form back to the first text', async () => {
    await code().focus()
    await page.keyboard.press('Backspace')
    await page.keyboard.type('restart')
    await show('Form')
    // The part in which the cursor stood is open.
    const settings = card('Settings')
    await eventually(async () =>
      expect(await settings.getByRole('combobox', { name: /starts again/ }).inputValue()).toBe('restart'),
    )
    await eventually(async () => expect(await savedText()).toContain('concurrency: restart'), 15_000)

    const undo = page.getByRole('button', { name: 'Undo' })
    for (let more = 0; more < 60 && (await undo.isEnabled()); more++) await undo.click()
    await saved(DRAFT)
    await page.keyboard.press('ControlOrMeta+Shift+Z')
    await eventually(async () => expect(await page.getByRole('button', { name: 'Redo' }).isEnabled()).toBe(true))
  })

  it('asks nothing of the page that its policy forbids', () => expect(complaints).toEqual([]))
})
