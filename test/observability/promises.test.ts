import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { APP_SECRET, openRunningHouse, PHONE_NUMBER_ID, type RunningHouse } from '../kit/running-house.ts'
import { type Scraped, scrape } from './prometheus-text.ts'

/** What the figures say of a conversation that is held over real HTTP, with the real engine. */

const CLIENT = '16505550177'
const TEXT = 'canary-text-of-a-client'
const NAME = 'Canary Clientname'

let house: RunningHouse
let before: Scraped
beforeAll(async () => {
  house = await openRunningHouse()
  before = await page()
})
afterAll(() => house.close())

const page = () => scrape(`${house.url}/metrics`)
/** How much a figure has grown since the beginning. */
const grown = (now: Scraped, name: string, labels: Record<string, string> = {}) =>
  (now.value(name, labels) || 0) - (before.value(name, labels) || 0)

function message(id: string): string {
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '15550783881', phone_number_id: PHONE_NUMBER_ID },
    contacts: [{ profile: { name: NAME }, wa_id: CLIENT }],
    messages: [
      { from: CLIENT, id, timestamp: String(Math.floor(Date.now() / 1_000)), type: 'text', text: { body: TEXT } },
    ],
  }
  return JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: '102290129340398', changes: [{ field: 'messages', value }] }],
  })
}

async function post(body: string, secret = APP_SECRET): Promise<number> {
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature }
  return (await fetch(`${house.url}/webhooks/${house.channel}`, { method: 'POST', headers, body })).status
}

it('counts a webhook, its repetition and its refusal, and how long the comment took', async () => {
  const body = message('wamid.metrics-1')
  expect([await post(body), await post(body), await post(body, 'another secret')]).toEqual([200, 200, 401])
  await eventually(async () => {
    const now = await page()
    const acks = (code: string) => grown(now, 'parley_webhook_ack_seconds_count', { provider: 'whatsapp-cloud', code })
    expect([acks('200'), acks('401')]).toEqual([2, 1])
    expect(grown(now, 'parley_duplicates_refused_total')).toBe(1)
    expect(grown(now, 'parley_event_worked_seconds_count', { kind: 'message.received' })).toBe(1)
    const seconds = grown(now, 'parley_event_worked_seconds_sum', { kind: 'message.received' })
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThan(20)
  })
})

it('counts a repetition that comes in the same webhook', async () => {
  const known = (await page()).value('parley_duplicates_refused_total')
  const one = JSON.parse(message('wamid.metrics-2'))
  one.entry.push(one.entry[0])
  expect(await post(JSON.stringify(one))).toBe(200)
  expect((await page()).value('parley_duplicates_refused_total') - known).toBe(1)
})

it('counts a message from the order to the call, and how the call ended', async () => {
  const task = await eventually(async () => {
    const { items } = (await house.api<{ items: { id: string }[] }>('GET', '/api/tasks?status=all')).body
    expect(items).toHaveLength(1)
    return items[0] as { id: string }
  })
  const say = (text: string) => house.api('POST', `/api/tasks/${task.id}/comments`, { text, notify: { contact: true } })
  expect((await say('canary-text-of-an-employee')).status).toBe(201)
  const call = { provider: 'whatsapp-cloud', lane: 'conversation' }
  await eventually(async () => {
    const now = await page()
    expect(grown(now, 'parley_provider_call_seconds_count', { ...call, outcome: 'accepted' })).toBe(1)
    expect(grown(now, 'parley_order_to_call_seconds_count', { provider: 'whatsapp-cloud' })).toBe(1)
    expect(grown(now, 'parley_order_to_call_seconds_sum', { provider: 'whatsapp-cloud' })).toBeGreaterThan(0)
  })

  await house.fault({ kind: 'reset_after_accept', times: 1 })
  expect((await say('canary-text-of-unknown-fate')).status).toBe(201)
  await eventually(async () => {
    const now = await page()
    expect(grown(now, 'parley_provider_call_seconds_count', { ...call, outcome: 'unknown' })).toBe(1)
  })
})

it('counts what a closed window refuses', async () => {
  await house.database.db
    .updateTable('conversations')
    .set({ last_in_at: new Date(Date.now() - 25 * 3_600_000) })
    .execute()
  const { items } = (await house.api<{ items: { id: string }[] }>('GET', '/api/tasks?status=all')).body
  const answer = await house.api<{ error: { code: string } }>('POST', `/api/tasks/${items[0]?.id}/comments`, {
    text: 'late',
    notify: { contact: true },
  })
  expect([answer.status, answer.body.error.code]).toEqual([409, 'window_closed'])
  expect(grown(await page(), 'parley_requests_refused_total', { code: 'window_closed' })).toBe(1)
})

it('counts the rounds of the sweep', async () => {
  await eventually(async () => expect(grown(await page(), 'parley_sweeps_total', { ended: 'done' })).toBeGreaterThan(0))
})

it('says nothing of anybody: no text, name, number, id, address or secret (P8)', async () => {
  const text = await (await fetch(`${house.url}/metrics`)).text()
  expect(text).toContain('parley_webhook_ack_seconds_count')
  const secrets = ['canary', NAME, CLIENT, PHONE_NUMBER_ID, APP_SECRET, 'token-of-the-test', house.channel, 'Shop']
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
})
