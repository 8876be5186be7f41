import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults } from './axe.ts'
import { findChromium, inBrowser, openBrowser } from './chromium.ts'
import { noteComplaints } from './complaints.ts'
import { type Furnished, furnish } from './furnished.ts'
import { type RunningParley, startParley } from './running-parley.ts'
import { watchRequests } from './settled.ts'

const executable = findChromium()

interface Sight {
  name: string
  path: string
  /** What a person does to see it; the same in every language. */
  open?: (page: Page) => Promise<void>
}

const press = (selector: string) => (page: Page) => page.locator(selector).first().click()
const key = (combination: string) => async (page: Page) => {
  await page.locator('main h1').first().waitFor({ state: 'attached' })
  await page.keyboard.press(combination)
}
/** The button beside a page's title: it makes a new one of what the page lists. */
const MAKES = 'main header button'

// What has an address is in screens.ts; here are addresses of one thing among others, and what opens above a page.
describe.skipIf(!executable)('what opens on and beside the screens', { ...inBrowser, timeout: 120_000 }, () => {
  let parley: RunningParley
  let browser: Browser
  let house: Furnished
  let ids: { template: string; calendar: string; cluster: string }
  let signedIn: Awaited<ReturnType<BrowserContext['storageState']>>
  const complaints: string[] = []

  beforeAll(async () => {
    parley = await startParley()
    browser = await openBrowser(executable ?? '')
    house = await furnish(parley)
    const first = async (path: string) => {
      const [item] = (await parley.api<{ items: { id: string }[] }>('GET', path)).items
      if (!item) throw new Error(`${path} has nothing`)
      return item.id
    }
    ids = {
      template: await first('/api/task-templates'),
      calendar: await first('/api/calendars'),
      cluster: await first('/api/bulk'),
    }
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

  const pages = (): Sight[] => [
    { name: 'all runs', path: '/runs' },
    { name: 'messengers', path: '/account/integrations/messengers' },
    { name: 'way back from the sign-up', path: '/channels/signup' },
    { name: 'bulk message', path: `/mailings/bulk/${ids.cluster}` },
    { name: 'task template', path: `/settings/task-templates/${ids.template}` },
    { name: 'calendar', path: `/settings/calendars/${ids.calendar}` },
    { name: 'code of a scenario', path: `/scenarios/${house.scenarioId}`, open: press('[role=tab] >> nth=1') },
    { name: 'graph of a scenario', path: `/scenarios/${house.scenarioId}`, open: press('[role=tab] >> nth=2') },
  ]
  const dialogs = (): Sight[] => [
    { name: 'command bar', path: '/inbox', open: key('Control+KeyK') },
    { name: 'keys', path: '/inbox', open: key('Shift+Slash') },
    { name: 'new conversation', path: '/inbox', open: key('KeyC') },
    { name: 'assignees', path: `/inbox/${house.taskId}`, open: key('KeyA') },
    { name: 'snooze', path: `/inbox/${house.taskId}`, open: key('KeyH') },
    { name: 'new scenario', path: '/scenarios', open: press(MAKES) },
    { name: 'new template', path: '/templates', open: press(MAKES) },
    ...['people', 'groups', 'tokens', 'quick-replies', 'endpoints', 'webhooks', 'webhooks/incoming'].map((name) => ({
      name: `new one of ${name}`,
      path: `/settings/${name}`,
      open: press(MAKES),
    })),
  ]

  async function visit(locale: string, colorScheme: 'light' | 'dark', sights: Sight[], what: string) {
    const context = await browser.newContext({ locale, colorScheme, storageState: signedIn, reducedMotion: 'reduce' })
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    noteComplaints(page, complaints)
    const requests = watchRequests(page)
    const faults: string[] = []
    for (const { name, path, open } of sights) {
      await page.goto(parley.url + path)
      await requests.settled()
      await open?.(page)
      await page.locator(what).first().waitFor()
      await requests.settled()
      const found = await accessibilityFaults(page)
      faults.push(...found.map((fault) => `${name}, ${locale}, ${colorScheme}: ${fault}`))
    }
    await context.close()
    return faults
  }

  it.each([
    ['en-GB', 'light'],
    ['en-GB', 'dark'],
    ['ru-RU', 'light'],
    ['ru-RU', 'dark'],
  ] as const)('stands up to axe in %s, %s: pages', async (locale, scheme) => {
    expect(await visit(locale, scheme, pages(), 'main h1')).toEqual([])
  })

  it.each([
    ['en-GB', 'light'],
    ['ru-RU', 'dark'],
  ] as const)('stands up to axe in %s, %s: dialogs', async (locale, scheme) => {
    expect(await visit(locale, scheme, dialogs(), '[role=dialog], dialog[open]')).toEqual([])
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
