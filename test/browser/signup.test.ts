import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults } from './axe.ts'
import { findChromium, inBrowser, openBrowser } from './chromium.ts'
import { type RunningParley, startParley } from './running-parley.ts'

const executable = findChromium()
if (!executable)
  console.warn('browser tests are skipped: no Chromium found (apt install chromium, or set CHROMIUM_PATH)')

/** An installation with an app of its own at Meta, whose side the simulator plays. */
const ownApp = (url: string) => ({
  META_APP_ID: '670843887433847',
  META_APP_SECRET: 'the-secret-of-the-app',
  META_SIGNUP_CONFIG_ID: '1234567890',
  META_GRAPH_URL: `${url}/simulator/graph`,
  META_DIALOG_URL: `${url}/simulator/dialog/oauth`,
})

describe.skipIf(!executable)('a sign-up through Meta’s dialogue', inBrowser, () => {
  let parley: RunningParley
  let browser: Browser
  let page: Page
  const complaints: string[] = []

  beforeAll(async () => {
    parley = await startParley(ownApp)
    browser = await openBrowser(executable ?? '')
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 } })
    page = await context.newPage()
    page.setDefaultTimeout(15_000)
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) complaints.push(message.text())
    })
    await page.goto(parley.signInLink)
    await page.getByRole('heading', { name: 'Inbox' }).waitFor()
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await parley?.stop()
  }, 60_000)

  const begin = async (way: string, name: string) => {
    await page.goto(`${parley.url}/channels/new?way=${way}`)
    const card = page
      .getByRole('region', { name: 'Sign up with Meta' })
      .or(page.locator('form').filter({ has: page.getByRole('button', { name: 'Go to Meta’s dialogue' }) }))
    await card.getByRole('textbox').fill(name)
    await card.getByRole('button', { name: 'Go to Meta’s dialogue' }).click()
    await page.getByRole('heading', { name: 'Simulated sign-up' }).waitFor()
  }
  const channels = async () =>
    (await parley.api<{ items: { name: string; state: string; coexistence: boolean }[] }>('GET', '/api/channels')).items

  it('shares a new number, and its channel is connected without anything being copied', async () => {
    await begin('new_number', 'Flower shop')
    await page.getByRole('link', { name: 'Share the new account' }).click()
    await page.getByRole('heading', { name: 'Flower shop', level: 1 }).waitFor()
    expect((await channels()).find(({ name }) => name === 'Flower shop')).toMatchObject({
      state: 'connected',
      coexistence: false,
    })
    expect(page.url()).not.toContain('code=')
  })

  it('shares a number of the phone app, which goes on working there', async () => {
    await begin('coexistence', 'Market stall')
    await page.getByRole('link', { name: 'Share the new account' }).click()
    await page.getByRole('heading', { name: 'Market stall', level: 1 }).waitFor()
    expect((await channels()).find(({ name }) => name === 'Market stall')).toMatchObject({ coexistence: true })
  })

  it('is left without sharing anything, and can be begun again', async () => {
    const before = await channels()
    await begin('new_number', 'Nobody')
    await page.getByRole('link', { name: 'Cancel' }).click()
    await page.getByText('The dialogue at Meta was left without sharing an account.').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    expect(await channels()).toEqual(before)
    await page.getByRole('link', { name: 'Begin again' }).click()
    await page.getByRole('button', { name: 'Go to Meta’s dialogue' }).waitFor()
  })

  it('takes no code that was not asked for in this tab', async () => {
    const before = await channels()
    await page.goto(`${parley.url}/channels/signup?code=signup-1234567-7654321&state=made-up`)
    await page.getByText('This sign-up was not begun in this tab').waitFor()
    expect(await channels()).toEqual(before)
    expect(complaints).toEqual([])
  })
})
