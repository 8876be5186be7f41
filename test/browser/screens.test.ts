import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults, colourFaults, formOf } from './axe.ts'
import { findChromium, inBrowser, openBrowser } from './chromium.ts'
import { noteComplaints } from './complaints.ts'
import { type Furnished, furnish } from './furnished.ts'
import { type RunningParley, startParley } from './running-parley.ts'
import { type Screen, screensOf } from './screens.ts'
import { watchRequests } from './settled.ts'

const executable = findChromium()
const LANGUAGES = ['en-GB', 'ru-RU']

describe.skipIf(!executable)('every screen', { ...inBrowser, timeout: 120_000 }, () => {
  let parley: RunningParley
  let browser: Browser
  let house: Furnished
  let signedIn: Awaited<ReturnType<BrowserContext['storageState']>>
  const complaints: string[] = []

  beforeAll(async () => {
    parley = await startParley()
    browser = await openBrowser(executable ?? '')
    house = await furnish(parley)
    const context = await browser.newContext({ locale: 'en-GB' })
    const page = await context.newPage()
    await page.goto(parley.signInLink)
    await page.getByRole('heading', { name: 'Inbox' }).waitFor()
    signedIn = await context.storageState()
    await context.close()
  }, 180_000)

  afterAll(async () => {
    await browser?.close()
    await parley?.stop()
  }, 60_000)

  async function open(locale: string, width: number) {
    const context = await browser.newContext({
      locale,
      viewport: { width, height: 800 },
      storageState: signedIn,
      reducedMotion: 'reduce',
    })
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    noteComplaints(page, complaints)
    const requests = watchRequests(page)
    return {
      page,
      async show({ path, ready, name }: Screen) {
        await page.goto(parley.url + path)
        await page
          .locator(ready)
          .first()
          .waitFor({ state: name === 'inbox' ? 'attached' : 'visible' })
        await requests.settled()
      },
    }
  }

  const sidewaysScroll = (page: Page) =>
    page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')

  for (const locale of LANGUAGES) {
    it(`stands up to axe in ${locale}, light and dark`, async () => {
      const { page, show } = await open(locale, 1280)
      const faults: string[] = []
      for (const screen of screensOf(house)) {
        await page.emulateMedia({ colorScheme: 'light' })
        await show(screen)
        const light = await accessibilityFaults(page)
        const form = await formOf(page)
        await page.emulateMedia({ colorScheme: 'dark' })
        // What differs in its colours alone has them looked at alone.
        const dark = await ((await formOf(page)) === form ? colourFaults(page) : accessibilityFaults(page))
        faults.push(...light.map((fault) => `${screen.name}, light: ${fault}`))
        faults.push(...dark.map((fault) => `${screen.name}, dark: ${fault}`))
      }
      await page.context().close()
      expect(faults).toEqual([])
    })
  }

  it('fits 360 pixels, in the longer language', async () => {
    const { page, show } = await open('ru-RU', 360)
    const wide: string[] = []
    for (const screen of screensOf(house)) {
      await show(screen)
      const overflow = await sidewaysScroll(page)
      if (overflow > 0) wide.push(`${screen.name}: ${overflow} px too wide`)
    }
    await page.context().close()
    expect(wide).toEqual([])
  })

  it('gives the browser nothing to complain of', () => {
    expect(complaints).toEqual([])
  })
})
