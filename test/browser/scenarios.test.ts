import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { findChromium, inBrowser, openBrowser } from './chromium.ts'
import { phoneOf } from './phone.ts'
import { type RunningParley, startParley } from './running-parley.ts'

const executable = findChromium()
if (!executable)
  console.warn('browser tests are skipped: no Chromium found (apt install chromium, or set CHROMIUM_PATH)')

interface Listed<Item> {
  items: Item[]
}

const PRICES = `# Answers when a client asks for a price
id: prices
name: Answer questions about prices
trigger:
  event: message.received
  when: { field: event.text, contains: price }
vars:
  room: { type: number, default: 95 }
steps:
  - id: answer
    sendText: { text: 'A room is {{ vars.room }} euros. Shall we book it?' }
  - id: reply
    wait: { for: [message.received], timeout: 1d }
    onTimeout: [{ id: quiet, stop: true }]
  - id: thank
    sendText: { text: 'Thank you!' }
`

describe.skipIf(!executable)('scenarios in the app', inBrowser, () => {
  let parley: RunningParley
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let wanda: ReturnType<typeof phoneOf>
  let taskId: string
  const complaints: string[] = []

  beforeAll(async () => {
    parley = await startParley()
    browser = await openBrowser(executable ?? '')
    context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 } })
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    page = await openPage(context)
    const channels = await parley.api<Listed<{ id: string }>>('GET', '/api/channels')
    await parley.api('POST', '/api/templates/sync', { channelId: channels.items[0]?.id })
    wanda = phoneOf(parley, '+491701110001', 'Wanda Woods')
    await wanda.write({ text: 'Good morning' })
    taskId = await eventually(async () => {
      const { items } = await parley.api<Listed<{ id: string }>>('GET', '/api/tasks?q=1701110001')
      if (!items[0]) throw new Error('there is no task yet')
      return items[0].id
    })
    await page.goto(parley.signInLink)
    await page.getByRole('heading', { name: 'Inbox' }).waitFor()
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await parley?.stop()
  }, 60_000)

  async function openPage(of: BrowserContext): Promise<Page> {
    const opened = await of.newPage()
    opened.setDefaultTimeout(20_000)
    opened.on('pageerror', (error) => complaints.push(`${expect.getState().currentTestName}: ${error.message}`))
    opened.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text()))
        complaints.push(`${expect.getState().currentTestName}: ${message.text()}`)
    })
    return opened
  }

  const scenarioOf = async (key: string) => {
    const { items } = await parley.api<Listed<{ id: string; published: { version: number } | null }>>(
      'GET',
      `/api/scenarios?key=${key}`,
    )
    const found = items[0]
    if (!found) throw new Error(`there is no scenario ${key}`)
    return found
  }
  const draftOf = async (key: string) => {
    const { id } = await scenarioOf(key)
    return parley.api<{ updatedAt: string; draft: { text: string } }>('GET', `/api/scenarios/${id}`)
  }
  const tab = (name: string) => page.getByRole('navigation', { name: /^Parts of/ }).getByRole('link', { name })
  const dialog = () => page.getByRole('dialog')
  const publish = async () => {
    await page.getByRole('button', { name: 'Publish…' }).click()
    await dialog()
      .getByRole('heading', { name: /^Publish “/ })
      .waitFor()
  }
  const confirmPublish = async (version: number) => {
    await dialog().getByRole('button', { name: 'Publish', exact: true }).click()
    await page.getByRole('dialog', { name: `v${version} is live` }).waitFor()
  }
  const closeDialog = () => dialog().getByRole('button', { name: 'Close', exact: true }).last().click()
  /** Writes the whole draft in the editor's code view, as a person pastes it. */
  const writeCode = async (on: Page, text: string) => {
    await on.getByRole('tab', { name: 'Code' }).click()
    const code = on.getByRole('region', { name: 'The scenario' }).locator('.cm-content')
    await code.click()
    await on.keyboard.press('Control+A')
    await on.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`)
    await on.keyboard.press('Control+V')
    await eventually(async () => expect(await code.textContent()).toBe(text.replaceAll('\n', '')))
  }

  it('begins with a button from the gallery', async () => {
    await page.getByRole('link', { name: 'Scenarios' }).click()
    await page.getByText('Nothing happens by itself yet.').waitFor()
    await page.getByRole('button', { name: 'New scenario' }).first().click()
    await dialog().getByRole('button', { name: 'Use this: Send our address' }).click()
    await page.getByRole('heading', { name: 'Send our address', level: 1 }).waitFor()
    await page.getByText('Nothing can be said against publishing it.').waitFor()
  })

  it('gives it a look, which is saved by itself and shown in the task once it is published', async () => {
    await tab('Look').click()
    await page.getByRole('radio', { name: 'Green' }).check({ force: true })
    await page.getByRole('radio', { name: 'Place on a map' }).check({ force: true })
    await eventually(async () => {
      const { draft } = await draftOf('send-address')
      expect(draft.text).toContain('colour: green')
      expect(draft.text).toContain('icon: pin')
      expect(draft.text).toContain('# A button beside the composer.')
    })
    await publish()
    await dialog().getByText('Nothing is live yet').waitFor()
    await confirmPublish(1)
    await closeDialog()
    await page.getByText('v1 is live').waitFor()
    const { items } = await parley.api<Listed<{ scenarioId: string; look: object }>>(
      'GET',
      `/api/tasks/${taskId}/buttons`,
    )
    expect(items.map(({ look }) => look)).toEqual([{ colour: 'green', icon: 'pin' }])
  })

  it('shows the run of a pressed button, step by step, by itself', async () => {
    await tab('Runs').click()
    await page.getByText('No runs.').waitFor()
    const { id } = await scenarioOf('send-address')
    await parley.api('POST', `/api/tasks/${taskId}/buttons/${id}`, { inputs: { branch: 'south' } })
    await wanda.receives(({ text }) => text === 'Our address: 2 South St')
    await page.getByRole('table', { name: 'Runs' }).getByRole('link', { name: 'Wanda Woods' }).click()
    await page.getByRole('heading', { name: 'Run of “Send our address”' }).waitFor()
    await page.getByText('A button was pressed.').waitFor()
    const steps = page.getByRole('region', { name: 'Step by step' }).getByRole('listitem')
    await steps.filter({ hasText: 'Send a text' }).getByText('Our address: 2 South St').waitFor()
    await steps.filter({ hasText: 'The end' }).getByText('ended well').waitFor()
    await page.getByRole('button', { name: 's1' }).first().click()
    await dialog().getByText('ifWindowClosed').waitFor()
    await closeDialog()
    await page.getByRole('link', { name: 'Task 1' }).waitFor()
  })

  it('takes a scenario from a file, and says what is wrong at its line', async () => {
    await page.getByRole('link', { name: 'Scenarios', exact: true }).click()
    await page.getByRole('button', { name: 'New scenario' }).first().click()
    await dialog().getByRole('button', { name: 'From a file' }).click()
    const file = (text: string) => ({ name: 'prices.yaml', mimeType: 'application/yaml', buffer: Buffer.from(text) })
    await dialog().getByLabel('YAML or JSON file').setInputFiles(file('id: prices\nname: [\n'))
    await dialog().getByRole('button', { name: 'Create' }).click()
    await dialog()
      .getByRole('alert')
      .getByText(/^Line \d: /)
      .first()
      .waitFor()
    await dialog()
      .getByLabel('YAML or JSON file')
      .setInputFiles(file(PRICES.replace('thank\n    sendText: { text: ', 'thank\n    assign: { group: ')))
    await dialog().getByRole('button', { name: 'Create' }).click()
    await page.getByRole('heading', { name: 'Answer questions about prices', level: 1 }).waitFor()
    const found = page.getByRole('region', { name: 'What can be said against publishing it' })
    await found.getByText('1 error').waitFor()
    await found.getByRole('listitem').filter({ hasText: 'Line 16' }).getByRole('img', { name: 'Error' }).waitFor()
    await publish()
    await dialog().getByText('It cannot be published before its errors are mended.').waitFor()
    expect(await dialog().getByRole('button', { name: 'Publish', exact: true }).isDisabled()).toBe(true)
    await dialog().getByRole('button', { name: 'Cancel' }).click()
  })

  it('keeps what is typed over a reload, and saves it by itself', async () => {
    await context.route('**/api/scenarios/*', (route) =>
      route.request().method() === 'PUT' ? route.abort() : route.continue(),
    )
    await writeCode(page, PRICES)
    await page.getByText('Your text is kept in this browser').waitFor()
    await page.reload()
    await page.getByText('Your text is kept in this browser').waitFor()
    await context.unroute('**/api/scenarios/*')
    await eventually(async () => expect((await draftOf('prices')).draft.text).toBe(PRICES))
    await page.getByText('Saved', { exact: true }).waitFor()
    await page.getByText('Nothing can be said against publishing it.').waitFor()
  })

  it('says on a real task whether it would start, and why not', async () => {
    await tab('Check').click()
    await page.getByRole('button', { name: 'Choose a task' }).click()
    await dialog().getByPlaceholder('Name, phone, number…').fill('1701110001')
    await dialog()
      .getByRole('listitem')
      .filter({ hasText: 'Wanda Woods' })
      .getByRole('button', { name: 'Use this' })
      .click()
    const result = page.getByRole('region', { name: 'Result' })
    await result.getByText('It asks for the event, so choose a moment.').waitFor()
    await page.getByRole('button', { name: /the client writes.*Good morning/i }).click()
    await result.getByText('It would not start: its condition did not hold.').waitFor()
    await result.getByText('It is: Good morning').waitFor()
    await result.getByRole('img', { name: 'does not hold' }).waitFor()
    await page
      .getByRole('region', { name: 'What really happened then' })
      .getByText('No scenario started then.')
      .waitFor()
  })

  it('is published, answers, and waits', async () => {
    await publish()
    await confirmPublish(1)
    await closeDialog()
    await wanda.write({ text: 'What is the price?' })
    await wanda.receives(({ text }) => text === 'A room is 95 euros. Shall we book it?')
    await tab('Runs').click()
    const row = page.getByRole('row').filter({ hasText: 'Wanda Woods' })
    await row.getByText('Waiting').first().waitFor()
    await row
      .getByText(/Waits: the client writes, or until/)
      .filter({ visible: true })
      .waitFor()
  })

  it('plays a change over what happened, and shows both sides', async () => {
    await tab('Edit').click()
    await writeCode(page, PRICES.replace('95', '89').replace("text: 'Thank you!'", "text: 'Thank you, see you soon!'"))
    await tab('Dry run').click()
    await page.getByRole('button', { name: 'Try it', exact: true }).click()
    const numbers = page.getByRole('region', { name: 'In numbers' })
    await numbers.getByText('1 conversation with').waitFor()
    expect(await numbers.getByRole('row', { name: 'Runs' }).getByRole('cell').allTextContents()).toEqual(['1', '1'])
    await page.getByRole('region', { name: 'It would have run differently' }).getByText('Wanda Woods').click()
    await page.getByRole('cell').filter({ hasText: 'A room is 95 euros' }).waitFor()
    await page.getByRole('cell').filter({ hasText: 'A room is 89 euros' }).waitFor()
    expect(await page.getByRole('link', { name: 'Open the conversation' }).getAttribute('href')).toBe(
      `/inbox/${taskId}`,
    )
  })

  it('watches a draft beside what is live, and ends that', async () => {
    await page.getByRole('button', { name: 'Start watching' }).click()
    await page.getByText(/^A draft is watched since/).waitFor()
    await page.getByRole('button', { name: 'See what it would have done' }).click()
    await page.getByText('Nothing happened in this time.').waitFor()
    await page.getByRole('button', { name: 'Stop watching' }).click()
    await page.getByRole('button', { name: 'Start watching' }).waitFor()
  })

  it('is published so that the open run moves, and the run goes on in the new version', async () => {
    await publish()
    await dialog().getByText('1 run is open. What becomes of them?').waitFor()
    await dialog()
      .getByRole('radio', { name: /They move to the new version/ })
      .check()
    await dialog().getByText('1 of 1 can move').waitFor()
    await dialog().locator('.cm-mergeView').waitFor()
    await confirmPublish(2)
    await dialog().getByText('1 run moves to it now.').waitFor()
    await closeDialog()
    await wanda.write({ text: 'Yes, please' })
    await wanda.receives(({ text }) => text === 'Thank you, see you soon!')
    await tab('Runs').click()
    const row = page.getByRole('row').filter({ hasText: 'Wanda Woods' })
    await row.getByText('Finished').first().waitFor()
    await row.getByText('v2', { exact: true }).waitFor()
  })

  it('shows its versions with what changed, and goes back to an old one', async () => {
    await tab('Versions').click()
    const table = page.getByRole('table', { name: 'Versions' })
    const newest = table.getByRole('row').filter({ hasText: 'v2' })
    await newest.getByRole('link', { name: '1 step changed, variables' }).click()
    const compared = page.getByRole('region', { name: 'Compare two versions' })
    await compared.getByText('see you soon').waitFor()
    await table.getByRole('button', { name: 'More about v1' }).click()
    await page.getByRole('menuitem', { name: 'Publish again…' }).click()
    await dialog().getByText('Live: v2').waitFor()
    await confirmPublish(3)
    await closeDialog()
    await table.getByRole('row').filter({ hasText: 'v3' }).getByText('live', { exact: true }).waitFor()
    await wanda.write({ text: 'And the price for two?' })
    await eventually(async () => {
      const texts = (await wanda.received()).map(({ text }) => text)
      expect(texts.filter((text) => text?.startsWith('A room is 95'))).toHaveLength(2)
    })
    await table.getByRole('button', { name: 'More about v1' }).click()
    await page.getByRole('menuitem', { name: 'Copy to the draft' }).click()
    await dialog().getByRole('button', { name: 'Replace the draft' }).click()
    await eventually(async () => expect((await draftOf('prices')).draft.text).toBe(PRICES))
  })

  it('lets nobody overwrite a colleague: both texts, and the choice', async () => {
    await tab('Edit').click()
    const { id } = await scenarioOf('prices')
    const mine = PRICES.replace('95', '70')
    const theirs = PRICES.replace('95', '120')
    // The colleague is faster: their save comes between the typing here and its own.
    let isFirst = true
    await context.route('**/api/scenarios/*', async (route) => {
      if (isFirst && route.request().method() === 'PUT') {
        isFirst = false
        await parley.api('PUT', `/api/scenarios/${id}`, { document: theirs })
      }
      await route.continue()
    })
    await writeCode(page, mine)
    await page.getByRole('button', { name: 'Choose what stays…' }).click()
    await dialog().getByText('default: 120').waitFor()
    await dialog().getByText('default: 70').waitFor()
    expect((await draftOf('prices')).draft.text).toBe(theirs)
    await dialog().getByRole('button', { name: 'Keep mine' }).click()
    await context.unroute('**/api/scenarios/*')
    await eventually(async () => expect((await draftOf('prices')).draft.text).toBe(mine))
  })

  it('lists all of it, searched and switched off and on', async () => {
    await page.getByRole('link', { name: 'Scenarios', exact: true }).first().click()
    const table = page.getByRole('table', { name: 'Scenarios and buttons' })
    const row = table.getByRole('row').filter({ hasText: 'Answer questions about prices' })
    await row.getByText('Published v3').filter({ visible: true }).waitFor()
    await row.getByText('Unpublished changes').filter({ visible: true }).waitFor()
    await row.getByText('100%').waitFor()
    await page.getByRole('searchbox', { name: 'Search scenarios' }).fill('address')
    await row.waitFor({ state: 'detached' })
    await page.getByRole('searchbox', { name: 'Search scenarios' }).fill('')
    await row.getByRole('switch').uncheck()
    await page.getByText('“Answer questions about prices” starts nothing new.').waitFor()
    await eventually(async () => expect(await scenarioOf('prices')).toMatchObject({ enabled: false }))
    await page.getByRole('button', { name: 'Switch on again' }).click()
    await eventually(async () => expect(await scenarioOf('prices')).toMatchObject({ enabled: true }))
  })

  it('says what a person must decide where a run is held, and lets it go on', async () => {
    const text = `id: hand-over\nname: Hand over\ntrigger: { button: { label: Hand over } }\nsteps:\n  - { id: hand, assign: { employee: '{{ contact.name }}' } }\n`
    const { id } = await parley.api<{ id: string }>('POST', '/api/scenarios', { document: text })
    await parley.api('POST', `/api/scenarios/${id}/publish`, {})
    const { runId } = await parley.api<{ runId: string }>('POST', `/api/tasks/${taskId}/buttons/${id}`, { inputs: {} })
    await eventually(async () =>
      expect(await parley.api('GET', `/api/runs/${runId}`)).toMatchObject({ state: 'blocked' }),
    )
    await page.goto(`${parley.url}/runs/${runId}`)
    await page.getByText('A person has to decide').waitFor()
    await page.getByText('There is no such employee any more').first().waitFor()
    await page.getByRole('button', { name: 'Try again' }).click()
    await dialog().getByText('The step “hand” is done once more.').waitFor()
    await dialog().getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('listitem').filter({ hasText: 'Somebody let it go on' }).waitFor()
    await page.getByRole('button', { name: 'Stop this run' }).click()
    await dialog().getByRole('button', { name: 'Stop this run' }).click()
    await page.getByText('It was stopped').waitFor()
  })

  it('is read by everybody, and changed by authors', async () => {
    const olga = await parley.api<{ id: string }>('POST', '/api/users', { name: 'Olga', email: 'olga@example.test' })
    const { url } = await parley.api<{ url: string }>('POST', `/api/users/${olga.id}/sign-in-link`)
    const hers = await browser.newContext({ locale: 'ru-RU', viewport: { width: 360, height: 740 } })
    const other = await openPage(hers)
    await other.goto(url)
    await other.getByRole('heading', { name: 'Входящие' }).waitFor()
    await other.goto(`${parley.url}/scenarios/${(await scenarioOf('prices')).id}`)
    await other.getByText('Вы можете читать этот сценарий.').waitFor()
    expect(await other.getByRole('button', { name: 'Опубликовать…' }).count()).toBe(0)
    expect(await other.getByRole('link', { name: 'Прогон' }).count()).toBe(0)
    expect(await other.getByRole('switch').isDisabled()).toBe(true)
    await other.getByRole('link', { name: 'Запуски' }).click()
    await other.getByRole('link', { name: 'Wanda Woods' }).first().waitFor()
    expect(await other.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0)
    await hers.close()
  })

  it('gave the browser nothing to complain of', () => {
    expect(complaints).toEqual([])
  })
})
