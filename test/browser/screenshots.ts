import { readFileSync, statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { findChromium, launchBrowser } from './chromium.ts'
import { type Furnished, furnish } from './furnished.ts'
import { type RunningParley, runParley } from './parley-process.ts'

// The program behind `npm run screenshots`; it runs bundled, two folders below the root.
const root = join(import.meta.dirname, '../..')
const FOLDER = join(root, 'docs/screens')
/** Pictures come with every clone. */
const MOST_BYTES = 150_000

interface Picture {
  name: string
  path: string
  /** Stands there once the screen shows what it is for. */
  ready: string
  options?: BrowserContextOptions
  /** What a person does before they look. */
  before?: (page: Page) => Promise<void>
}

const picturesOf = (house: Furnished, scenarioId: string): Picture[] => [
  { name: 'inbox', path: '/inbox', ready: 'main [role=listitem] a' },
  { name: 'task', path: `/inbox/${house.taskId}`, ready: 'main article img' },
  { name: 'scenario-form', path: `/scenarios/${scenarioId}`, ready: 'main [role=tab]', before: showTab('Form') },
  { name: 'scenario-graph', path: `/scenarios/${scenarioId}`, ready: 'main [role=tab]', before: showTab('Graph') },
  { name: 'campaign', path: `/mailings/campaigns/${house.campaignId}`, ready: 'main dl' },
  { name: 'channels', path: '/channels', ready: 'main h2' },
  { name: 'attention', path: '/attention', ready: 'main h2' },
  { name: 'dark', path: `/inbox/${house.taskId}`, ready: 'main article img', options: { colorScheme: 'dark' } },
  {
    name: 'phone-360',
    path: `/inbox/${house.taskId}`,
    ready: 'main article img',
    options: { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
  },
  { name: 'russian', path: `/inbox/${house.taskId}`, ready: 'main article img', options: { locale: 'ru-RU' } },
]

const showTab = (name: string) => async (page: Page) => {
  await page.getByRole('tab', { name }).click()
  await page.locator('[role=tab][aria-selected=true]', { hasText: name }).waitFor()
}

const ROOM = `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="240">
  <rect width="480" height="240" fill="#e8e2d6"/><rect y="176" width="480" height="64" fill="#c9b79c"/>
  <rect x="40" y="28" width="96" height="84" fill="#bfd8e6" stroke="#fff" stroke-width="6"/>
  <path d="M150 118h230v14H150zM164 132h14v82h-14zM352 132h14v82h-14z" fill="#9c6b3f"/>
  <path d="M240 118c-6-40-30-38-34-56 22 2 30 16 36 30 2-24 8-36 26-44 2 26-12 36-16 70z" fill="#5f8a5c"/>
  <path d="M232 98h26l-4 20h-18z" fill="#d9846a"/></svg>`

/** What Maria shows: her room, as far as lines can. */
async function drawRoom(browser: Browser): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: 480, height: 240 } })
  await page.setContent(`<body style="margin:0">${ROOM}</body>`)
  const picture = await page.screenshot()
  await page.close()
  return picture
}

async function draftScenario(parley: RunningParley): Promise<string> {
  const ready = readFileSync(join(root, 'docs/gallery/quote-follow-up.yaml'), 'utf8')
  // With the names that the furnished account has.
  const document = ready
    .replace('calendar: sales', 'calendar: support')
    .replace('quote_sent', 'waiting')
    .replace('no_answer', 'done')
  return (await parley.api<{ id: string }>('POST', '/api/scenarios', { document })).id
}

async function take(browser: Browser, parley: RunningParley): Promise<void> {
  const house = await furnish(parley, await drawRoom(browser))
  const pictures = picturesOf(house, await draftScenario(parley))
  const first = await browser.newContext({ locale: 'en-GB' })
  const page = await first.newPage()
  await page.goto(parley.signInLink)
  await page.getByRole('heading', { name: 'Inbox' }).waitFor()
  const storageState = await first.storageState()
  await first.close()

  await mkdir(FOLDER, { recursive: true })
  for (const { name, path, ready, options, before } of pictures) {
    const context = await browser.newContext({
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
      storageState,
      ...options,
    })
    const screen = await context.newPage()
    await screen.goto(parley.url + path)
    await screen.locator(ready).first().waitFor()
    await before?.(screen)
    await screen.waitForLoadState('networkidle', { timeout: 1_500 }).catch(() => undefined)
    await screen.evaluate('document.fonts.ready.then(() => true)')
    const file = join(FOLDER, `${name}.png`)
    await screen.screenshot({ path: file, animations: 'disabled', caret: 'hide' })
    await context.close()
    const { size } = statSync(file)
    console.log(`docs/screens/${name}.png ${(size / 1000).toFixed(0)} kB`)
    if (size > MOST_BYTES) throw new Error(`${name}.png is larger than ${MOST_BYTES / 1000} kB`)
  }
}

const executable = findChromium()
if (!executable) {
  console.error('There is no Chromium: apt install chromium, or set CHROMIUM_PATH.')
  process.exit(1)
}
const parley = await runParley()
try {
  const browser = await launchBrowser(executable)
  await take(browser, parley).finally(() => browser.close())
} finally {
  await parley.stop()
}
