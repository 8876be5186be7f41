import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { findChromium, inBrowser, openBrowser } from './chromium.ts'
import { type RunningParley, startParley } from './running-parley.ts'

const executable = findChromium()
if (!executable)
  console.warn('browser tests are skipped: no Chromium found (apt install chromium, or set CHROMIUM_PATH)')

const SENDER = '+15550786001'
const CLIENT = '+15551250001'

describe.skipIf(!executable)('a client of a Twilio channel, played by hand', inBrowser, () => {
  let parley: RunningParley
  let browser: Browser
  let page: Page
  const complaints: string[] = []

  beforeAll(async () => {
    parley = await startParley()
    await parley.api('POST', '/api/channels', {
      provider: 'twilio',
      name: 'Shop at Twilio',
      phone: SENDER,
      accountSid: `AC${'1'.repeat(32)}`,
      authToken: 'any-auth-token-0123456789',
      apiUrl: `${parley.url}/simulator/twilio`,
    })
    browser = await openBrowser(executable ?? '')
    page = await (await browser.newContext({ locale: 'en-GB' })).newPage()
    page.setDefaultTimeout(15_000)
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) complaints.push(message.text())
    })
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await parley?.stop()
  }, 60_000)

  const feed = async () => {
    const { items } = await parley.api<{ items: { id: string }[] }>('GET', '/api/tasks')
    const [task] = items
    if (!task) throw new Error('there is no task yet')
    const { items: lines } = await parley.api<{ items: { kind: string; text: string | null }[] }>(
      'GET',
      `/api/tasks/${task.id}/comments`,
    )
    return lines.map(({ kind, text }) => ({ kind, text }))
  }
  const channel = async () => {
    const { items } = await parley.api<{ items: { id: string; name: string }[] }>('GET', '/api/channels')
    return items.find(({ name }) => name === 'Shop at Twilio')?.id
  }

  it('writes, is answered with a template, taps its button, and reads', async () => {
    await page.goto(`${parley.url}/simulator/twilio-phone`)
    await page.getByRole('heading', { name: 'Twilio simulator' }).waitFor()
    await page.getByLabel('Text').fill('Do you ship abroad?')
    await page.getByRole('button', { name: 'Send a message' }).click()
    const messages = page.getByRole('list').getByRole('listitem')
    await messages.filter({ hasText: 'Do you ship abroad?' }).waitFor()
    await eventually(async () => expect(await feed()).toContainEqual({ kind: 'text', text: 'Do you ship abroad?' }))

    const channelId = await channel()
    await parley.api('POST', '/api/templates/sync', { channelId })
    const template = { name: 'visit_reminder', language: 'en', parameters: { body: ['Tara'] } }
    await parley.api('POST', '/api/messages', { channelId, to: CLIENT, template })
    const answer = messages.filter({ hasText: 'Hello Tara' }).last()
    await answer.filter({ hasText: 'delivered' }).waitFor()
    await answer.getByRole('button', { name: 'Yes, please' }).click()
    await eventually(async () => expect(await feed()).toContainEqual({ kind: 'button', text: 'Yes, please' }))

    await page.getByRole('button', { name: 'Open the chat (read)' }).click()
    await answer.filter({ hasText: /read$/ }).waitFor()
    expect(complaints).toEqual([])
  })
})
