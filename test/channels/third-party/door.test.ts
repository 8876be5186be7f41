import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { webhookRoutes } from '../../../src/http/webhooks.ts'
import { type Api, openApi } from '../../http/api.ts'
import { fixture } from '../conformance/provider-case.ts'

/** Third-party providers from the form of a channel to a stored event, as they themselves would call. */
const PUBLIC = 'https://parley.example.test/under/a/path'
const KEY = 'canary-webhook-key-0001'
const TOKEN = 'canary-auth-token-0001'
const SID = `AC${'0123456789abcdef'.repeat(2)}`

interface Seen {
  path: string
  headers: Record<string, string | string[] | undefined>
  body: string
}

let api: Api
let provider: Server
let origin: string
const seen: Seen[] = []

beforeAll(async () => {
  provider = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { url = '', headers } = request
    seen.push({ path: url, headers, body: Buffer.concat(chunks).toString() })
    const answer = url.startsWith('/v1/configs/templates') ? { waba_templates: [] } : { status: 'active' }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`
  api = await openApi({
    publicUrl: PUBLIC,
    parts: (deps) => [{ mount: (app) => app.route('/', webhookRoutes(deps)) }],
  })
})
afterAll(async () => {
  await api.close()
  await new Promise((resolve) => provider.close(resolve))
})

const create = async (keys: object) => {
  const made = await api.owner('/api/channels', { body: { name: 'Shop', apiUrl: origin, ...keys } })
  expect(made.status).toBe(201)
  return made.json as { id: string; webhookUrl: string; stateReason: string | null; checked: boolean }
}
/** What a provider does with the address that it was given. */
const call = (address: string, body: string | Buffer, headers: Record<string, string>) =>
  api.app.request(address.replace(PUBLIC, ''), { method: 'POST', body, headers })
const rows = async (sql: string) => (await api.database.pool.query(sql)).rows as Record<string, unknown>[]
const stored = (channelId: string) =>
  rows(`select payload -> 'message' ->> 'id' as id, payload -> 'message' -> 'content' ->> 'text' as text
    from conversation_events where channel_id = '${channelId}' and kind = 'message.received'`)
const reported = (channelId: string) =>
  rows(`select provider_message_id as id, state from status_reports where channel_id = '${channelId}'`)

describe('Twilio', () => {
  const form = (name: string) =>
    new URLSearchParams((JSON.parse(fixture(name).toString()) as { form: Record<string, string> }).form)
  const signature = (address: string, body: URLSearchParams, key = TOKEN) => {
    const parts = [...body].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => name + value)
    return createHmac('sha1', key)
      .update(`${address}${parts.join('')}`)
      .digest('base64')
  }
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }

  it('brings a message and says nothing to the client, brings a status, and is believed by its signature alone', async () => {
    const channel = await create({ provider: 'twilio', phone: '+1 555 078 3881', accountSid: SID, authToken: TOKEN })
    expect(channel).toMatchObject({ checked: true, accountId: '+15550783881', messenger: 'whatsapp' })
    expect(channel.webhookUrl).toBe(`${PUBLIC}/webhooks/${channel.id}`)

    const inbound = form('provider_twilio_inbound_form.json')
    const proof = { ...headers, 'x-twilio-signature': signature(channel.webhookUrl, inbound) }
    for (const time of ['first', 'again']) {
      const answer = await call(channel.webhookUrl, inbound.toString(), proof)
      expect([time, answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
        time,
        200,
        'text/xml',
        '<Response/>',
      ])
    }
    expect(await stored(channel.id)).toEqual([
      { id: 'SM5f1b2c3d4e5f60718293a4b5c6d7e8f9', text: 'Does it come in another color?' },
    ])

    const status = form('provider_twilio_status_form.json')
    const signed = { ...headers, 'x-twilio-signature': signature(channel.webhookUrl, status) }
    expect((await call(channel.webhookUrl, status.toString(), signed)).status).toBe(200)
    expect(await reported(channel.id)).toEqual([{ id: 'SM0a1b2c3d4e5f60718293a4b5c6d7e8f9', state: 'failed' }])

    for (const forged of [
      headers,
      { ...headers, 'x-twilio-signature': signature(channel.webhookUrl, inbound, 'another-token') },
      { ...headers, 'x-twilio-signature': signature('https://elsewhere.example/', inbound) },
      signed,
    ]) {
      expect((await call(channel.webhookUrl, inbound.toString(), forged)).status).toBe(401)
    }
    expect(await rows('select 1 from dead_letters')).toEqual([])
  })
})

describe('Gupshup', () => {
  it('proves itself by the key in its address, which who may set up channels sees, and nobody else', async () => {
    const keys = {
      provider: 'gupshup',
      appName: 'LuckyShrubApp',
      phone: '+15550783881',
      apiKey: TOKEN,
      webhookKey: KEY,
    }
    const channel = await create(keys)
    const plain = `${PUBLIC}/webhooks/${channel.id}`
    expect(channel.webhookUrl).toBe(`${plain}?key=${KEY}`)
    const [admin, operator] = [await api.addToken('admin'), await api.addToken('operator')]
    const shown = async (token: string) => {
      const one = await api.ask(`/api/channels/${channel.id}`, { token })
      const all = await api.ask('/api/channels', { token })
      return [one.json.webhookUrl, all.json.items.find(({ id }: { id: string }) => id === channel.id).webhookUrl]
    }
    expect(await shown(admin)).toEqual([channel.webhookUrl, channel.webhookUrl])
    expect(await shown(operator)).toEqual([plain, plain])

    const headers = { 'content-type': 'application/json' }
    const inbound = fixture('provider_gupshup_v2_inbound.json')
    for (const address of [plain, `${plain}?key=`, `${plain}?key=guessed-key-0000001`]) {
      expect((await call(address, inbound, headers)).status).toBe(401)
    }
    const answer = await call(channel.webhookUrl, inbound, headers)
    expect([answer.status, await answer.json()]).toEqual([200, {}])
    expect(await stored(channel.id)).toEqual([{ id: 'ABEGFlBVUSNABhAjeqSl', text: 'Does it come in another color?' }])
    expect((await call(channel.webhookUrl, fixture('provider_gupshup_v2_status.json'), headers)).status).toBe(200)
    expect(await reported(channel.id)).toEqual([{ id: 'ee4a68a0-1203-4c85-8dc3-49d0b3226a35', state: 'failed' }])

    const enqueued = {
      app: 'LuckyShrubApp',
      timestamp: 1760000000000,
      version: 2,
      type: 'message-event',
      payload: { id: 'ee4a68a0', type: 'enqueued', destination: '1', payload: { whatsappMessageId: 'gBEG' } },
    }
    expect((await call(channel.webhookUrl, JSON.stringify(enqueued), headers)).status).toBe(200)
    expect(await rows('select 1 from dead_letters')).toEqual([])
  })

  it('keeps the key out of the log, and out of what is kept for a repeated request', async () => {
    expect(api.logged.filter((line) => line.includes(KEY))).toEqual([])
    const again = { 'idempotency-key': 'canary-repeat' }
    const keys = { provider: 'gupshup', appName: 'AnotherApp', phone: '+15550783882', apiKey: TOKEN, webhookKey: KEY }
    const body = { name: 'Other', apiUrl: origin, ...keys }
    const first = await api.owner('/api/channels', { body, headers: again })
    const second = await api.owner('/api/channels', { body, headers: again })
    expect([first.status, second.status]).toEqual([201, 201])
    expect(first.json.webhookUrl).toContain(KEY)
    expect([second.json.id, second.text.includes(KEY)]).toEqual([first.json.id, false])
  })
})

describe('360dialog', () => {
  it('is told the address and the key by a call, and is let in by the header', async () => {
    seen.length = 0
    const channel = await create({
      provider: 'dialog360',
      phoneNumberId: '106540352242922',
      wabaId: '102290129340398',
      apiKey: TOKEN,
      webhookKey: KEY,
    })
    expect(channel).toMatchObject({
      checked: true,
      stateReason: null,
      webhookUrl: expect.stringContaining(`?key=${KEY}`),
    })
    const plain = `${PUBLIC}/webhooks/${channel.id}`
    const told = seen.find(({ body }) => body !== '')
    expect(told).toMatchObject({ path: '/v1/configs/webhook', headers: { 'd360-api-key': TOKEN } })
    expect(JSON.parse(told?.body ?? '')).toEqual({ url: plain, headers: { 'x-parley-key': KEY } })
    expect(seen.every(({ headers }) => headers.authorization === undefined)).toBe(true)

    const body = fixture('in_text.json')
    const headers = { 'content-type': 'application/json' }
    expect((await call(plain, body, headers)).status).toBe(401)
    expect((await call(plain, body, { ...headers, 'x-parley-key': 'guessed-key-000000001' })).status).toBe(401)
    expect((await call(plain, body, { ...headers, 'x-parley-key': KEY })).status).toBe(200)
    expect(await stored(channel.id)).toHaveLength(1)
    // The same by hand: the address with its key.
    expect((await call(channel.webhookUrl, fixture('st_read.json'), headers)).status).toBe(200)
    expect(await reported(channel.id)).toMatchObject([{ state: 'read' }])
  })
})
