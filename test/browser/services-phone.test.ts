import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { findChromium, inBrowser, openBrowser } from './chromium.ts'
import { noteComplaints } from './complaints.ts'
import { type RunningParley, startParley } from './running-parley.ts'

const executable = findChromium()
if (!executable)
  console.warn('browser tests are skipped: no Chromium found (apt install chromium, or set CHROMIUM_PATH)')

const webhookKey = 'a-webhook-key-0001'
/** Connected with what docs/channels/third-party.md says, and no more. */
const SERVICES = [
  { provider: 'gupshup', title: 'Gupshup', appName: 'Shop', phone: '+15550786002', apiKey: 'any-key-0001' },
  { provider: 'green-api', title: 'Green-API', idInstance: '7105000001', apiToken: 'any-token-0001' },
  {
    provider: 'wazzup24',
    title: 'Wazzup',
    channelId: '00000000-0000-4000-8000-000000000024',
    apiKey: 'any-key-0001',
  },
  {
    provider: 'chatapp',
    title: 'ChatApp',
    line: '1001/grWhatsApp',
    email: 'any@example.com',
    password: 'any password',
    appId: 'app_1_1',
  },
]

const TWILIO = { name: 'Shop at Twilio', phone: '+15550786001' }
const CLIENT = '+15551250001'

describe.skipIf(!executable)('clients of services in between, played by hand', inBrowser, () => {
  let parley: RunningParley
  let browser: Browser
  let page: Page
  const complaints: string[] = []

  beforeAll(async () => {
    parley = await startParley()
    browser = await openBrowser(executable ?? '')
    page = await (await browser.newContext({ locale: 'en-GB' })).newPage()
    page.setDefaultTimeout(15_000)
    noteComplaints(page, complaints)
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await parley?.stop()
  }, 60_000)

  /** The page on which their client writes, once it knows the numbers of the business. */
  const openPhone = async (provider: string, title: string) => {
    await page.goto(`${parley.url}/simulator/${provider}-phone`)
    await page.getByRole('heading', { name: `${title} simulator` }).waitFor()
    await page.getByLabel('Number of the business').locator('option').first().waitFor({ state: 'attached' })
  }

  it.each(SERVICES)('$title: connected, written to and answered', async ({ provider, title, ...keys }) => {
    const name = `Shop at ${title}`
    const made = await parley.api<{ id: string; checked: boolean; stateReason: string | null }>(
      'POST',
      '/api/channels',
      { provider, name, webhookKey, apiUrl: `${parley.url}/simulator/${provider}`, ...keys },
    )
    expect(made).toMatchObject({ checked: true, stateReason: null })

    await openPhone(provider, title)
    await page.getByLabel('Text').fill(`Hello ${title}`)
    await page.getByRole('button', { name: 'Send a message' }).click()
    const tasks = async () => JSON.stringify(await parley.api('GET', '/api/tasks'))
    await eventually(async () => expect(await tasks()).toContain(made.id))
    await parley.api('POST', '/api/messages', { channelId: made.id, to: CLIENT, text: `Yes, by ${title}` })

    const answer = page.getByRole('listitem').filter({ hasText: `Yes, by ${title}` })
    await answer.filter({ hasText: 'delivered' }).waitFor()
    await page.getByRole('button', { name: 'Open the chat (read)' }).click()
    await answer.filter({ hasText: /read$/ }).waitFor()
    expect(complaints).toEqual([])
  })

  it('Twilio: is answered with a template, taps its button, and reads', async () => {
    const { id: channelId } = await parley.api<{ id: string }>('POST', '/api/channels', {
      provider: 'twilio',
      ...TWILIO,
      accountSid: `AC${'1'.repeat(32)}`,
      authToken: 'any-auth-token-0123456789',
      apiUrl: `${parley.url}/simulator/twilio`,
    })
    const feed = async () => {
      const { items } = await parley.api<{ items: { id: string }[] }>('GET', `/api/tasks?channelId=${channelId}`)
      const [task] = items
      if (!task) throw new Error('there is no task yet')
      const { items: lines } = await parley.api<{ items: { kind: string; text: string | null }[] }>(
        'GET',
        `/api/tasks/${task.id}/comments`,
      )
      return lines.map(({ kind, text }) => ({ kind, text }))
    }

    await openPhone('twilio', 'Twilio')
    await page.getByLabel('Text').fill('Do you ship abroad?')
    await page.getByRole('button', { name: 'Send a message' }).click()
    const messages = page.getByRole('list').getByRole('listitem')
    await messages.filter({ hasText: 'Do you ship abroad?' }).waitFor()
    await eventually(async () => expect(await feed()).toContainEqual({ kind: 'text', text: 'Do you ship abroad?' }))

    await parley.api('POST', '/api/templates/sync', { channelId })
    const template = { name: 'visit_reminder', language: 'en', parameters: { body: ['Tara'] } }
    await parley.api('POST', '/api/messages', { channelId, to: CLIENT, template })
    const answer = messages.filter({ hasText: 'Hello Tara' })
    await answer.filter({ hasText: 'delivered' }).waitFor()
    await answer.getByRole('button', { name: 'Yes, please' }).click()
    await eventually(async () => expect(await feed()).toContainEqual({ kind: 'button', text: 'Yes, please' }))

    await page.getByRole('button', { name: 'Open the chat (read)' }).click()
    await answer.filter({ hasText: /read$/ }).waitFor()
    expect(complaints).toEqual([])
  })
})
