import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults } from './axe.ts'
import { findChromium, inBrowser, openBrowser } from './chromium.ts'
import { noteComplaints } from './complaints.ts'
import { type Furnished, furnish } from './furnished.ts'
import { type RunningParley, startParley } from './running-parley.ts'
import { type Screen, screensOf } from './screens.ts'
import { watchRequests } from './settled.ts'
import { dialogsOf, pagesOf, type Sight } from './sights.ts'

const executable = findChromium()
const DESKTOP = { width: 1280, height: 800 }
const PHONE = { width: 360, height: 800 }
/** Each screen is opened on a desktop in one language and on a phone in the other, the longer one. */
const LANGUAGES = [
  { locale: 'en-GB', viewport: DESKTOP },
  { locale: 'ru-RU', viewport: PHONE },
]

describe.skipIf(!executable)('every screen', { ...inBrowser, timeout: 240_000 }, () => {
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

  async function open(locale: string, viewport = DESKTOP) {
    const context = await browser.newContext({
      locale,
      viewport,
      storageState: signedIn,
      reducedMotion: 'reduce',
    })
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    noteComplaints(page, complaints)
    return { page, requests: watchRequests(page) }
  }

  async function faultsOf(page: Page, name: string): Promise<string[]> {
    const faults: string[] = []
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      const found = await accessibilityFaults(page)
      faults.push(...found.map((fault) => `${name}, ${colorScheme}: ${fault}`))
    }
    return faults
  }

  const sidewaysScroll = (page: Page) =>
    page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')

  describe.each(LANGUAGES)('in $locale', ({ locale, viewport }) => {
    it(`stands up to axe, light and dark, and fits ${viewport.width} pixels`, async () => {
      const { page, requests } = await open(locale, viewport)
      const show = async ({ path, ready, name }: Screen) => {
        await page.setViewportSize(viewport)
        await page.goto(parley.url + path)
        await page
          .locator(ready)
          .first()
          .waitFor({ state: name === 'inbox' ? 'attached' : 'visible' })
        await requests.settled()
      }
      const faults: string[] = []
      for (const screen of screensOf(house)) {
        await show(screen)
        const overflow = await sidewaysScroll(page)
        if (overflow > 0) faults.push(`${screen.name}: ${overflow} px too wide for ${viewport.width}`)
        if (viewport !== DESKTOP) {
          await page.setViewportSize(DESKTOP)
          await requests.settled()
        }
        faults.push(...(await faultsOf(page, screen.name)))
      }
      await page.context().close()
      expect(faults).toEqual([])
    })

    async function visit(sights: Sight[], what: string) {
      const { page, requests } = await open(locale)
      const faults: string[] = []
      for (const { name, path, open: opens } of sights) {
        await page.goto(parley.url + path)
        await requests.settled()
        await opens?.(page)
        await page.locator(what).first().waitFor()
        await requests.settled()
        faults.push(...(await faultsOf(page, name)))
      }
      await page.context().close()
      return faults
    }

    it('stands up to axe, light and dark: one thing among others', async () => {
      expect(await visit(await pagesOf(parley, house), 'main h1')).toEqual([])
    })

    it('stands up to axe, light and dark: what opens above a page', async () => {
      expect(await visit(dialogsOf(house), '[role=dialog], dialog[open]')).toEqual([])
    })
  })

  it('stands up to axe where somebody signs in', async () => {
    for (const [locale, colorScheme] of [
      ['en-GB', 'dark'],
      ['ru-RU', 'light'],
    ] as const) {
      const context = await browser.newContext({ locale, colorScheme })
      const page = await context.newPage()
      await page.goto(`${parley.url}/inbox`)
      await page.waitForURL(/\/sign-in/)
      await page.locator('h1').waitFor()
      expect(await accessibilityFaults(page)).toEqual([])
      await context.close()
    }
  })

  it('gives the browser nothing to complain of', () => {
    expect(complaints).toEqual([])
  })
})
