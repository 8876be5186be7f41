import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { greenApi } from '../../../src/channels/green-api/adapter.ts'
import { greenApiAccount } from '../../../src/channels/green-api/config.ts'
import type { OutgoingMessage } from '../../../src/channels/port.ts'
import { wazzup24 } from '../../../src/channels/wazzup24/adapter.ts'
import { wazzupAccount } from '../../../src/channels/wazzup24/config.ts'
import type { DeliveryId, ProviderMessageId } from '../../../src/domain/ids.ts'
import { webhookRoutes } from '../../../src/http/webhooks.ts'
import { type Api, openApi } from '../../http/api.ts'
import { fixture } from '../conformance/provider-case.ts'

/** Green-API and Wazzup from the form of a channel to a stored event, as they themselves would call; and what they are told. */
const PUBLIC = 'https://parley.example.test/under/a/path'
const KEY = 'canary-webhook-key-0001'
const TOKEN = 'canary/token+of-the-service'
const WAZZUP_CHANNEL = 'e3f1c6a4-0f0b-4b47-a2c5-8a1a6f5b9d10'

interface Seen {
  method: string
  path: string
  authorization: string | undefined
  json: Record<string, unknown> | null
}

let api: Api
let service: Server
let origin: string
let seen: Seen[] = []
let answer: (call: Seen, response: ServerResponse) => void

beforeAll(async () => {
  service = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString()
    const { method = '', url: path = '', headers } = request
    const call = { method, path, authorization: headers.authorization, json: body ? JSON.parse(body) : null }
    seen.push(call)
    answer(call, response)
  })
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(service.address() as AddressInfo).port}`
  api = await openApi({
    publicUrl: PUBLIC,
    parts: (deps) => [{ mount: (app) => app.route('/', webhookRoutes(deps)) }],
  })
})
afterAll(async () => {
  await api.close()
  await new Promise((resolve) => service.close(resolve))
})
beforeEach(() => {
  seen = []
})

const json = (response: ServerResponse, status: number, body: unknown) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
const create = async (keys: object) => {
  const made = await api.owner('/api/channels', { body: { name: 'Shop', apiUrl: origin, webhookKey: KEY, ...keys } })
  expect(made.status).toBe(201)
  return made.json as { id: string; webhookUrl: string; stateReason: string | null; checked: boolean }
}
const call = (address: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  api.app.request(address.replace(PUBLIC, ''), {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  })
const rows = async (sql: string) => (await api.database.pool.query(sql)).rows as Record<string, unknown>[]
const stored = (channelId: string) =>
  rows(`select payload -> 'message' ->> 'id' as id, payload -> 'message' -> 'content' ->> 'text' as text
    from conversation_events where channel_id = '${channelId}' and kind = 'message.received'`)
const reported = (channelId: string) =>
  rows(`select provider_message_id as id, state from status_reports where channel_id = '${channelId}'`)
const message = (more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  deliveryId: '0199a1b2-0000-7000-8000-000000000001' as DeliveryId,
  recipient: [{ kind: 'wa_id', value: '16505551234' }],
  quoted: null,
  body: { kind: 'text', text: 'Hi' },
  ...more,
})
const patience = () => AbortSignal.timeout(5_000)

describe('Green-API', () => {
  const path = (method: string) => `/waInstance1101000001/${method}/${encodeURIComponent(TOKEN)}`
  const account = () =>
    greenApiAccount.parse({ idInstance: '1101000001', apiToken: TOKEN, webhookKey: KEY, apiUrl: origin })
  const fromIt = { authorization: `Bearer ${KEY}` }
  const answers = ({ path: asked }: Seen, response: ServerResponse) =>
    json(
      response,
      200,
      asked.includes('getStateInstance')
        ? { stateInstance: 'authorized' }
        : asked.includes('getSettings')
          ? { wid: '15550783881@c.us' }
          : { saveSettings: true, idMessage: '3EB0' },
    )

  it('is told the address and the key, brings a message once, and is let in by the key alone', async () => {
    answer = answers
    const channel = await create({ provider: 'green-api', idInstance: '1101000001', apiToken: TOKEN })
    expect(channel).toMatchObject({ checked: true, stateReason: null, displayPhone: '+15550783881' })
    expect(seen.map((one) => [one.method, one.path])).toEqual([
      ['GET', path('getStateInstance')],
      ['GET', path('getSettings')],
      ['POST', path('setSettings')],
    ])
    expect(seen[2]?.json).toMatchObject({
      webhookUrl: `${PUBLIC}/webhooks/${channel.id}`,
      webhookUrlToken: KEY,
      incomingWebhook: 'yes',
      outgoingAPIMessageWebhook: 'yes',
    })

    const body = fixture('provider_greenapi_incoming.json')
    for (const wrong of [{}, { authorization: 'Bearer guessed-key-00000001' }, { authorization: TOKEN }]) {
      expect((await call(channel.webhookUrl, body, wrong as Record<string, string>)).status).toBe(401)
    }
    expect(await stored(channel.id)).toEqual([])
    for (const _ of ['first', 'again']) expect((await call(channel.webhookUrl, body, fromIt)).status).toBe(200)
    expect(await stored(channel.id)).toEqual([
      { id: 'F7AEC1B7086ECDC7E6E45923F5EDB825', text: 'Does it come in another color?' },
    ])

    const event = JSON.parse(body.toString())
    const status = { ...event, typeWebhook: 'outgoingMessageStatus', idMessage: 'OUT1', status: 'delivered' }
    await call(channel.webhookUrl, JSON.stringify(status), fromIt)
    expect(await reported(channel.id)).toEqual([{ id: 'OUT1', state: 'delivered' }])

    // The phone was unlinked: people see it at the channel.
    const state = { ...event, typeWebhook: 'stateInstanceChanged', stateInstance: 'notAuthorized' }
    await call(channel.webhookUrl, JSON.stringify(state), fromIt)
    expect((await api.owner(`/api/channels/${channel.id}`)).json).toMatchObject({ state: 'disconnected' })
  })

  it('refuses a wrong token in words that do not hold it', async () => {
    answer = ({ path: asked }, response) => json(response, 401, { message: `Unauthorized ${asked} ${TOKEN}` })
    const given = {
      provider: 'green-api',
      name: 'x',
      idInstance: '1102',
      apiToken: TOKEN,
      webhookKey: KEY,
      apiUrl: origin,
    }
    const made = await api.owner('/api/channels', { body: given })
    expect([made.status, made.json.error.code]).toEqual([422, 'access_token_rejected'])
    const { name: _, ...tried } = given
    const checked = await api.owner('/api/channels/check', { body: tried })
    expect(checked.json.ok).toBe(false)
    const outcome = await greenApi.send(account(), message(), patience())
    expect(outcome).toMatchObject({ outcome: 'rejected', failure: { class: 'channel_down' } })
    for (const said of [made.json, checked.json, outcome]) {
      for (const secret of [TOKEN, encodeURIComponent(TOKEN)]) expect(JSON.stringify(said)).not.toContain(secret)
    }
  })

  it('is sent texts, files by link, and quotes; to numbers and to groups', async () => {
    answer = answers
    const quoted = 'F7AE' as ProviderMessageId
    await greenApi.send(account(), message({ quoted }), patience())
    const recipient = [{ kind: 'chat_id' as const, value: '120363-1@g.us' }]
    const file = { name: 'plan.pdf', mime: 'application/pdf', size: 7 }
    const body = {
      kind: 'media' as const,
      media: 'document' as const,
      mediaId: 'https://parley.example/files/t/plan.pdf',
      caption: 'The plan',
      fileName: 'plan.pdf',
      file,
    }
    await greenApi.send(account(), message({ recipient, body }), patience())
    expect(seen).toMatchObject([
      { path: path('sendMessage'), json: { chatId: '16505551234@c.us', message: 'Hi', quotedMessageId: 'F7AE' } },
      {
        path: path('sendFileByUrl'),
        json: {
          chatId: '120363-1@g.us',
          urlFile: 'https://parley.example/files/t/plan.pdf',
          fileName: 'plan.pdf',
          caption: 'The plan',
        },
      },
    ])
  })

  const read = (typeWebhook: string, more: object) =>
    greenApi.parse(
      Buffer.from(
        JSON.stringify({
          typeWebhook,
          instanceData: { idInstance: 1101000001 },
          timestamp: 1760000000,
          idMessage: 'ID1',
          senderData: { chatId: '16505551234@c.us', senderName: 'Sheena' },
          ...more,
        }),
      ),
      null,
    )[0]
  it.each<[string, string, object, object]>([
    [
      'a quote',
      'incomingMessageReceived',
      {
        typeMessage: 'quotedMessage',
        extendedTextMessageData: { text: 'yes' },
        quotedMessage: { stanzaId: 'Q1' },
      },
      { event: { message: { content: { text: 'yes' }, context: { quoted: 'Q1' } } } },
    ],
    [
      'a reaction',
      'incomingMessageReceived',
      { typeMessage: 'reactionMessage', extendedTextMessageData: { text: '👍' }, quotedMessage: { stanzaId: 'Q1' } },
      { event: { kind: 'message.reacted', target: 'Q1', emoji: '👍', by: 'contact' } },
    ],
    [
      'an edit',
      'incomingMessageReceived',
      { typeMessage: 'editedMessage', editedMessageData: { textMessage: 'new', stanzaId: 'Q1' } },
      { opensWindow: false, event: { kind: 'message.edited', target: 'Q1', content: { text: 'new' } } },
    ],
    [
      'a withdrawal in the phone',
      'outgoingMessageReceived',
      { typeMessage: 'deletedMessage', deletedMessageData: { stanzaId: 'Q1' } },
      { event: { kind: 'message.deleted', target: 'Q1', by: 'phone_app' } },
    ],
    [
      'a message written in the phone',
      'outgoingMessageReceived',
      { typeMessage: 'textMessage', textMessageData: { textMessage: 'Hi' } },
      { opensWindow: false, event: { kind: 'message.echoed', by: 'phone_app' } },
    ],
    [
      'a message of the API',
      'outgoingAPIMessageReceived',
      { typeMessage: 'textMessage', textMessageData: { textMessage: 'Hi' } },
      { opensWindow: false, event: { kind: 'message.echoed', by: 'other_system' } },
    ],
    [
      'a kind that is not known',
      'incomingMessageReceived',
      { typeMessage: 'pollMessage' },
      { event: { message: { content: { kind: 'unsupported', data: { subtype: 'pollMessage' } } } } },
    ],
  ])('reads %s', (_, type, messageData, expected) => {
    expect(read(type, { messageData })).toMatchObject(expected)
  })
  it('says why a message did not arrive', () => {
    expect(read('outgoingMessageStatus', { status: 'noAccount', description: 'no WhatsApp' })).toMatchObject({
      status: { state: 'failed', errors: [{ code: 'api_no_such_client', title: 'noAccount' }] },
    })
    expect(read('outgoingMessageStatus', { status: 'invented' })).toMatchObject({ to: 'dead_letter' })
  })
})

describe('Wazzup', () => {
  const account = () =>
    wazzupAccount.parse({ channelId: WAZZUP_CHANNEL, apiKey: TOKEN, webhookKey: KEY, apiUrl: origin })
  const channels = [
    { channelId: WAZZUP_CHANNEL, transport: 'whatsapp', plainId: '15550783881', state: 'active' },
    { channelId: 'e3f1c6a4-0f0b-4b47-a2c5-8a1a6f5b9d11', transport: 'telegram', plainId: 'x', state: 'active' },
  ]

  it('tries the address while it is told it, brings messages and statuses in one body, and is let in by the key', async () => {
    let tried: number | null = null
    answer = async ({ path, json: asked }, response) => {
      if (path === '/v3/channels') return json(response, 200, channels)
      tried = (await call(String(asked?.webhooksUri), '{"test":true}')).status
      return json(response, 200, { ok: true })
    }
    const channel = await create({ provider: 'wazzup24', channelId: WAZZUP_CHANNEL.toUpperCase(), apiKey: TOKEN })
    expect(channel).toMatchObject({ checked: true, stateReason: null, displayPhone: '+15550783881' })
    expect(tried).toBe(200)
    expect(channel.webhookUrl).toBe(`${PUBLIC}/webhooks/${channel.id}?key=${KEY}`)
    expect(seen.map((one) => [one.method, one.path, one.authorization])).toEqual([
      ['GET', '/v3/channels', `Bearer ${TOKEN}`],
      ['PATCH', '/v3/webhooks', `Bearer ${TOKEN}`],
    ])

    const body = fixture('provider_wazzup_messages_and_statuses.json')
    const [bare = ''] = channel.webhookUrl.split('?')
    expect((await call(bare, body)).status).toBe(401)
    expect((await call(`${bare}?key=guessed-key-00000001`, body)).status).toBe(401)
    expect(await stored(channel.id)).toEqual([])
    expect((await call(channel.webhookUrl, body)).status).toBe(200)
    expect((await call(bare, body, { authorization: `Bearer ${KEY}` })).status).toBe(200)
    expect(await stored(channel.id)).toEqual([
      { id: '6a2087e9-6e0d-4a4b-9ef5-2f6a1d4c0b77', text: 'Does it come in another color?' },
    ])
    expect(new Set((await reported(channel.id)).map((one) => JSON.stringify(one)))).toEqual(
      new Set([JSON.stringify({ id: '0f6e2a1c-5d0b-4a55-8d2e-7f2a9d3c1b11', state: 'delivered' })]),
    )
  })

  it('routes by its channel what comes to the one address of the account; a status finds its message on any of them', async () => {
    const [one, two] = ['e3f1c6a4-0f0b-4b47-a2c5-8a1a6f5b9d21', 'e3f1c6a4-0f0b-4b47-a2c5-8a1a6f5b9d22']
    answer = ({ path }, response) =>
      json(response, 200, path === '/v3/channels' ? [one, two].map((channelId) => ({ ...channels[0], channelId })) : {})
    const first = await create({ provider: 'wazzup24', channelId: one, apiKey: TOKEN, webhookKey: `${KEY}-shared` })
    const second = await create({ provider: 'wazzup24', channelId: two, apiKey: TOKEN, webhookKey: `${KEY}-shared` })
    const { messages, statuses } = JSON.parse(fixture('provider_wazzup_messages_and_statuses.json').toString())
    const body = { messages: [{ ...messages[0], channelId: two, messageId: 'm-of-two' }], statuses }
    expect((await call(first.webhookUrl, JSON.stringify(body))).status).toBe(200)
    expect([(await stored(first.id)).length, (await stored(second.id)).length]).toEqual([0, 1])
    expect([(await reported(first.id)).length, (await reported(second.id)).length]).toEqual([1, 1])
  })

  it.each([
    ['of another account', 'e3f1c6a4-0f0b-4b47-a2c5-8a1a6f5b9d12'],
    ['of another messenger', 'e3f1c6a4-0f0b-4b47-a2c5-8a1a6f5b9d11'],
  ])('refuses a channel %s', async (_, channelId) => {
    answer = (_call, response) => json(response, 200, channels)
    const given = { provider: 'wazzup24', name: 'x', channelId, apiKey: TOKEN, webhookKey: KEY, apiUrl: origin }
    const made = await api.owner('/api/channels', { body: given })
    expect([made.status, made.json.error.code]).toEqual([422, 'not_a_business_account'])
  })

  it('is given the delivery’s id as a key of idempotence: a repetition that it refuses is a message that it has', async () => {
    answer = (_call, response) =>
      seen.length === 1
        ? response.socket?.resetAndDestroy()
        : json(response, 400, { error: 'repeatedCrmMessageId', description: 'already sent' })
    const { deliveryId } = message()
    expect((await wazzup24.send(account(), message(), patience())).outcome).toBe('unknown')
    expect(await wazzup24.send(account(), message(), patience())).toMatchObject({
      outcome: 'accepted',
      providerMessageId: `crmMessageId:${deliveryId}`,
    })
    expect(seen.map((one) => one.json)).toEqual(
      [1, 2].map(() => ({
        channelId: WAZZUP_CHANNEL,
        chatType: 'whatsapp',
        chatId: '16505551234',
        crmMessageId: deliveryId,
        text: 'Hi',
      })),
    )
  })

  const read = (list: string, element: object) =>
    wazzup24.parse(Buffer.from(JSON.stringify({ [list]: [element] })), null)[0]
  const said = {
    messageId: 'm1',
    channelId: WAZZUP_CHANNEL,
    chatType: 'whatsapp',
    chatId: '16505551234',
    dateTime: '2025-10-09T08:53:20.000Z',
    type: 'text',
    text: 'Hi',
  }
  it.each<[string, object, object]>([
    ['an echo', { isEcho: true }, { opensWindow: false, event: { kind: 'message.echoed', by: 'phone_app' } }],
    ['an edit', { isEdited: true }, { opensWindow: false, event: { kind: 'message.edited', target: 'm1' } }],
    ['a withdrawal', { isDeleted: true }, { event: { kind: 'message.deleted', target: 'm1', by: 'contact' } }],
    ['a quote', { quotedMessage: { messageId: 'q' } }, { event: { message: { context: { quoted: 'q' } } } }],
    ['a group', { chatType: 'whatsgroup', chatId: 'g-1' }, { identities: [{ kind: 'chat_id', value: 'g-1' }] }],
    ['another messenger as a dead letter', { chatType: 'telegram' }, { to: 'dead_letter' }],
    ['a kind that is not known', { type: 'missed_call' }, { event: { message: { content: { kind: 'unsupported' } } } }],
  ])('reads %s', (_, more, expected) => {
    expect(read('messages', { ...said, ...more })).toMatchObject(expected)
  })
  it('reads what becomes of the channel', () => {
    const of = { channelId: WAZZUP_CHANNEL, timestamp: 1760000000000 }
    expect(read('channelsUpdates', { ...of, state: 'active' })).toMatchObject({
      event: { effect: { does: 'reconnect' } },
    })
    expect(read('channelsUpdates', { ...of, state: 'qr' })).toMatchObject({
      account: { accountId: WAZZUP_CHANNEL },
      event: { effect: { does: 'needs_attention' } },
    })
  })
})
