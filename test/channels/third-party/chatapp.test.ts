import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { chatApp } from '../../../src/channels/chatapp/adapter.ts'
import { type ChatAppAccount, chatAppAccount } from '../../../src/channels/chatapp/config.ts'
import type { OutgoingMessage } from '../../../src/channels/port.ts'
import type { DeliveryId } from '../../../src/domain/ids.ts'
import { webhookRoutes } from '../../../src/http/webhooks.ts'
import { type Api, openApi } from '../../http/api.ts'

/** ChatApp from the form of a channel to a stored event, as it would call; who it is signed in to; and what it is told. */
const PUBLIC = 'https://parley.example.test'
const KEY = 'canary-webhook-key-0001'
const PASSWORD = 'canary password: ß'

interface Seen {
  method: string
  path: string
  token: string | undefined
  refresh: string | string[] | undefined
  json: Record<string, unknown> | null
}

let api: Api
let service: Server
let origin: string
let seen: Seen[] = []
let answer: (call: Seen, response: ServerResponse) => void
/** Each test signs in for itself: an account's tokens live as long as the process. */
let people = 0

beforeAll(async () => {
  service = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString()
    const { method = '', url: path = '', headers } = request
    const { authorization: token, refresh } = headers
    const call = { method, path, token, refresh, json: body ? JSON.parse(body) : null }
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
  people += 1
})

const json = (response: ServerResponse, status: number, body: unknown) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
const refuse = (response: ServerResponse, status: number, code: string) =>
  json(response, status, { success: false, error: { code, message: `of ${PASSWORD}` } })
const tokens = (name: string, seconds = 86_400) => ({
  success: true,
  data: {
    accessToken: `access-${name}`,
    accessTokenEndTime: Math.floor(Date.now() / 1000) + seconds,
    refreshToken: `refresh-${name}`,
    refreshTokenEndTime: Math.floor(Date.now() / 1000) + 14 * 86_400,
  },
})
const sent = { success: true, data: { id: 'OUT1', chatId: '16505551234@c.us' } }
const keys = () => ({ email: `p${people}@example.com`, password: PASSWORD, appId: 'app_111_1', webhookKey: KEY })
const account = (): ChatAppAccount => chatAppAccount.parse({ ...keys(), line: '37233/grWhatsApp', apiUrl: origin })
const licences = {
  success: true,
  data: [
    { licenseId: 37233, licenseTo: 4_000_000_000, messenger: [{ type: 'grWhatsApp' }, { type: 'telegram' }] },
    { licenseId: 37234, licenseTo: 1_000_000_000, messenger: [{ type: 'caWhatsApp' }] },
  ],
}
/** Signs everybody in, and says yes to the rest. */
const willing = (call: Seen, response: ServerResponse) =>
  json(response, 200, call.path === '/v1/tokens' ? tokens('1') : call.path === '/v1/licenses' ? licences : sent)
const call = (address: string, body: string) =>
  api.app.request(address.replace(PUBLIC, ''), {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  })
const rows = async (sql: string) => (await api.database.pool.query(sql)).rows as Record<string, unknown>[]
const message = (more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  deliveryId: '0199a1b2-0000-7000-8000-000000000001' as DeliveryId,
  recipient: [{ kind: 'wa_id', value: '16505551234' }],
  quoted: null,
  body: { kind: 'text', text: 'Hi' },
  ...more,
})
const patience = () => AbortSignal.timeout(5_000)
const paths = () => seen.map((one) => one.path)
const body = (type: string, data: unknown[], messengerType = 'grWhatsApp') =>
  JSON.stringify({ data, meta: { type, licenseId: 37233, messengerType } })
const said = {
  id: '3EB0',
  fromApi: false,
  fromMe: false,
  side: 'in',
  time: 1752391936,
  type: 'text',
  message: { text: 'Does it come in another color?', caption: '', file: null },
  fromUser: { id: '16505551234@c.us', name: 'Sheena', phone: '16505551234' },
  chat: { id: '16505551234@c.us', type: 'private', phone: '16505551234', name: 'Sheena Nelson' },
}
const SEND = '/v1/licenses/37233/messengers/grWhatsApp/chats/16505551234/messages/text'

describe('a channel', () => {
  it('is checked, tried and told the address after one login; a message comes in once, by the key alone', async () => {
    let tried: number | null = null
    answer = async (asked, response) => {
      if (asked.method === 'PUT') tried = (await call(String(asked.json?.url), '')).status
      willing(asked, response)
    }
    const made = await api.owner('/api/channels', {
      body: { provider: 'chatapp', name: 'Shop', line: '37233/grWhatsApp', apiUrl: origin, ...keys() },
    })
    expect(made.status).toBe(201)
    const { id, webhookUrl } = made.json
    expect(made.json).toMatchObject({ checked: true, stateReason: null })
    expect(tried).toBe(200)
    expect(seen.map((one) => [one.method, one.path, one.token])).toEqual([
      ['POST', '/v1/tokens', undefined],
      ['GET', '/v1/licenses', 'access-1'],
      ['PUT', '/v1/licenses/37233/messengers/grWhatsApp/callbackUrl', 'access-1'],
    ])
    expect(seen[0]?.json).toEqual({ email: `p${people}@example.com`, password: PASSWORD, appId: 'app_111_1' })
    expect(seen[2]?.json).toEqual({
      events: ['message', 'messageStatus'],
      url: `${PUBLIC}/webhooks/${id}?key=${KEY}`,
    })
    expect(JSON.stringify(made.json)).not.toContain(PASSWORD)

    const [bare = ''] = webhookUrl.split('?')
    for (const wrong of [bare, `${bare}?key=guessed-key-00000001`]) {
      expect((await call(wrong, body('message', [said]))).status).toBe(401)
    }
    for (const _ of ['first', 'again']) expect((await call(webhookUrl, body('message', [said]))).status).toBe(200)
    expect(
      await rows(`select payload -> 'message' ->> 'id' as id from conversation_events where channel_id = '${id}'`),
    ).toEqual([{ id: '3EB0' }])
    await call(webhookUrl, body('messageStatus', [{ id: 'OUT1', type: 'viewed', time: 1752391999, error: null }]))
    expect(
      await rows(`select provider_message_id as id, state from status_reports where channel_id = '${id}'`),
    ).toEqual([{ id: 'OUT1', state: 'read' }])
    expect(await rows('select id from dead_letters')).toEqual([])
  })

  it.each([
    ['of another account', '99999/grWhatsApp', 'not_a_business_account'],
    ['without this messenger', '37233/caWhatsApp', 'not_a_business_account'],
  ])('on a line %s is refused', async (_, line, code) => {
    answer = willing
    const made = await api.owner('/api/channels', {
      body: { provider: 'chatapp', name: 'x', line, apiUrl: origin, ...keys() },
    })
    expect([made.status, made.json.error.code]).toEqual([422, code])
  })

  it('on a line that is not paid for is made, and says so', async () => {
    answer = willing
    const unpaid = { ...account(), line: '37234/caWhatsApp' }
    expect(await chatApp.check(unpaid, patience())).toMatchObject({ ok: null, failure: { code: 'api_account_down' } })
  })

  it('with a wrong password is refused, in words that do not hold it', async () => {
    answer = (_call, response) => refuse(response, 401, 'ApiInvalidCredentialsError')
    const given = { provider: 'chatapp', name: 'x', line: '37235/grWhatsApp', apiUrl: origin, ...keys() }
    const made = await api.owner('/api/channels', { body: given })
    expect([made.status, made.json.error.code]).toEqual([422, 'access_token_rejected'])
    const outcome = await chatApp.send(account(), message(), patience())
    expect(outcome).toMatchObject({ outcome: 'rejected', failure: { class: 'channel_down' } })
    for (const answered of [made.json, outcome]) expect(JSON.stringify(answered)).not.toContain(PASSWORD)
  })
})

describe('the login', () => {
  it('serves calls that come at the same time, and those after them', async () => {
    answer = willing
    const send = () => chatApp.send(account(), message(), patience())
    const outcomes = await Promise.all([send(), send(), send()])
    outcomes.push(await send())
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'accepted', 'accepted'])
    expect(paths()).toEqual(['/v1/tokens', SEND, SEND, SEND, SEND])
  })

  it('is of one account: another password is another login', async () => {
    answer = willing
    await chatApp.send(account(), message(), patience())
    await chatApp.send({ ...account(), password: 'another' }, message(), patience())
    expect(paths()).toEqual(['/v1/tokens', SEND, '/v1/tokens', SEND])
  })

  it('is renewed by its own token when its time is over, or when ChatApp turns it away; the message leaves once', async () => {
    answer = ({ path, token }, response) => {
      if (path === '/v1/tokens') return json(response, 200, tokens('old', 30))
      if (path === '/v1/tokens/refresh') return json(response, 200, tokens('new'))
      return token === 'access-new' ? json(response, 200, sent) : refuse(response, 403, 'ApiInvalidTokenError')
    }
    const [first, second] = [account(), { ...account(), email: 'other@example.com' }]
    // Refused though it was only just given.
    expect((await chatApp.send(first, message(), patience())).outcome).toBe('accepted')
    expect(paths()).toEqual(['/v1/tokens', SEND, '/v1/tokens/refresh', SEND])
    expect(seen[2]?.refresh).toBe('refresh-old')
    // Over by the clock.
    seen = []
    answer = ({ path }, response) =>
      json(response, 200, path.startsWith('/v1/tokens') ? tokens(path.length > 10 ? 'new' : 'old', 30) : sent)
    await chatApp.send(second, message(), patience())
    await chatApp.send(second, message(), patience())
    expect(paths()).toEqual(['/v1/tokens', SEND, '/v1/tokens/refresh', SEND])
    expect(seen[3]?.token).toBe('access-new')
  })

  it('asks for the password again where its token has ended, too; and never more than once for a call', async () => {
    answer = ({ path }, response) =>
      path === '/v1/tokens'
        ? json(response, 200, tokens(`${seen.length}`))
        : refuse(response, path === '/v1/tokens/refresh' ? 403 : 401, 'ApiInvalidTokenError')
    expect(await chatApp.send(account(), message(), patience())).toMatchObject({
      outcome: 'rejected',
      failure: { class: 'channel_down', code: 'key_refused' },
    })
    expect(paths()).toEqual(['/v1/tokens', SEND, '/v1/tokens/refresh', '/v1/tokens', SEND])
  })

  it('that breaks off has sent nothing: the message is tried again later', async () => {
    answer = (_call, response) => response.socket?.resetAndDestroy()
    expect(await chatApp.send(account(), message(), patience())).toMatchObject({
      outcome: 'rejected',
      failure: { class: 'retry' },
    })
    answer = (_call, response) => json(response, 200, { success: true })
    expect((await chatApp.send(account(), message(), patience())).outcome).toBe('rejected')
    expect(paths()).toEqual(['/v1/tokens', '/v1/tokens'])
  })

  it('lets go who does not want to wait', async () => {
    const giveUp = new AbortController()
    answer = () => giveUp.abort()
    expect(await chatApp.send(account(), message(), giveUp.signal)).toMatchObject({
      outcome: 'rejected',
      failure: { code: 'not_started' },
    })
  })
})

describe('what leaves', () => {
  it('goes to numbers and to groups; files by their link', async () => {
    answer = willing
    const recipient = [{ kind: 'chat_id' as const, value: '120363-1@g.us' }]
    const file = { name: 'plan.pdf', mime: 'application/pdf', size: 7 }
    const media = {
      kind: 'media' as const,
      media: 'document' as const,
      mediaId: 'https://parley.example/files/t/plan.pdf',
      caption: 'The plan',
      fileName: 'plan.pdf',
      file,
    }
    await chatApp.send(account(), message(), patience())
    await chatApp.send(account(), message({ recipient, body: media }), patience())
    expect(seen.slice(1)).toMatchObject([
      { path: SEND, json: { text: 'Hi' } },
      {
        path: '/v1/licenses/37233/messengers/grWhatsApp/chats/120363-1%40g.us/messages/file',
        json: { file: 'https://parley.example/files/t/plan.pdf', fileName: 'plan.pdf', caption: 'The plan' },
      },
    ])
  })
  it('and was refused although the answer says 200, is not sent', async () => {
    answer = ({ path }, response) =>
      path === '/v1/tokens' ? json(response, 200, tokens('1')) : refuse(response, 200, 'ApiChatNotFoundError')
    expect(await chatApp.send(account(), message(), patience())).toMatchObject({
      outcome: 'rejected',
      failure: { class: 'fix', detail: 'ApiChatNotFoundError: of [secret]' },
    })
  })
})

describe('templates of the Business Platform', () => {
  const platform = () => ({ ...account(), line: '37233/caWhatsApp' })
  const PATH = '/v1/licenses/37233/messengers/caWhatsApp'
  const listed = (...items: unknown[]) => ({ success: true, data: { items } })
  const answering = (body: object) => {
    answer = ({ path }, response) => json(response, 200, path === '/v1/tokens' ? tokens('1') : body)
  }
  const ready = (more: object): OutgoingMessage['body'] => ({
    kind: 'template',
    template: {
      providerId: '680246037632141',
      name: 'hello',
      language: 'en',
      category: 'utility',
      header: null,
      body: [{ name: null, text: 'Bob' }],
      buttons: [],
      ...more,
    },
  })
  const send = (body: OutgoingMessage['body'], of = platform()) => chatApp.send(of, message({ body }), patience())

  it('are listed in either form; the ordinary WhatsApp has none, and is not asked', async () => {
    const meta = { data: 'Hi {{1}}', footer: 'Shop', buttons: [{ type: 'QUICK_REPLY', text: 'Yes' }] }
    answering(
      listed(
        { id: '1', elementName: 'hello', languageCode: 'en', status: 'APPROVED', containerMeta: JSON.stringify(meta) },
        { id: 2, name: 'sale', language: 'ru', status: 'PENDING', components: [{ type: 'BODY', text: 'Hi' }] },
        { id: '3', elementName: 'plain', languageCode: 'en', status: 'APPROVED', data: 'Hi' },
        { nameless: true },
        'nonsense',
      ),
    )
    expect(await chatApp.templates?.list(platform(), patience())).toMatchObject({
      ok: true,
      templates: [
        { providerId: '1', name: 'hello', status: 'approved', components: [{ text: 'Hi {{1}}' }, {}, {}] },
        { providerId: '2', name: 'sale', language: 'ru', status: 'pending', components: [{ type: 'BODY' }] },
        { providerId: '3', components: [{ type: 'BODY', text: 'Hi' }] },
      ],
    })
    expect(paths()).toEqual(['/v1/tokens', `${PATH}/templates`])
    seen = []
    expect(await chatApp.templates?.list(account(), patience())).toEqual({ ok: true, templates: [] })
    expect(paths()).toEqual([])
  })
  it('leave by their id, with the values of their text and a file by its link', async () => {
    answering(sent)
    const header = { kind: 'media', media: 'image', source: { link: 'https://a.example/f.jpg' }, fileName: null }
    expect((await send(ready({}))).outcome).toBe('accepted')
    expect((await send(ready({ header }))).outcome).toBe('accepted')
    const template = { id: '680246037632141', params: ['Bob'] }
    expect(seen.filter(({ path }) => path.startsWith(PATH))).toMatchObject([
      { path: `${PATH}/chats/16505551234/messages/template`, json: { template } },
      { json: { template, file: 'https://a.example/f.jpg', fileName: 'image' } },
    ])
  })
  it('do not leave with what has no place there, without an id, or over the ordinary WhatsApp', async () => {
    answering(sent)
    const link = { index: 0, kind: 'url', value: 'x' }
    const outcomes = [
      await send(ready({ buttons: [link] })),
      await send(ready({ header: { kind: 'text', values: [{ name: null, text: 'a' }] } })),
      await send(ready({}), account()),
      await send(ready({ providerId: undefined })),
    ]
    expect(outcomes.map((one) => one.outcome === 'rejected' && one.failure.code)).toEqual([
      'not_offered',
      'not_offered',
      'not_offered',
      '132001',
    ])
    expect(seen).toEqual([])
  })
  it('are made in the cabinet', async () => {
    const api = chatApp.templates
    expect(await api?.edit(platform(), '1', {}, patience())).toMatchObject({ failure: { code: 'not_offered' } })
    expect(await api?.remove(platform(), 'a', null, patience())).toMatchObject({ failure: { code: 'not_offered' } })
  })
})

describe('what comes', () => {
  const read = (text: string) => chatApp.parse(Buffer.from(text), 'application/json')
  it.each<[string, object, object]>([
    ['what was written in the phone', { side: 'out', fromMe: true }, { event: { by: 'phone_app' } }],
    ['what left by the API', { side: 'out', fromMe: true, fromApi: true }, { event: { by: 'other_system' } }],
    ['what left by an app', { side: 'out', fromApp: { id: 'app_1' } }, { event: { by: 'other_system' } }],
    [
      'a group, which opens no window',
      { chat: { id: '120363-1@g.us', type: 'group', phone: null, name: 'Neighbours' } },
      {
        opensWindow: false,
        identities: [{ kind: 'chat_id', value: '120363-1@g.us' }],
        event: { profile: { name: 'Neighbours' } },
      },
    ],
    ['a number by the name of its chat', { chat: { id: '447700900123@c.us' } }, { identities: [{ kind: 'wa_id' }] }],
    ['a kind that is not known', { type: 'location' }, { event: { message: { content: { kind: 'unsupported' } } } }],
    [
      'a tap on a template, whatever it is called',
      { type: 'quickReply', message: { text: 'Yes' } },
      { event: { message: { content: { kind: 'button', text: 'Yes' } } } },
    ],
    ['a side that there is not', { side: 'up' }, { to: 'dead_letter' }],
  ])('%s', (_, more, expected) => {
    expect(read(body('message', [{ ...said, ...more }]))).toMatchObject([expected])
  })
  it('several envelopes in one body, each with its place', () => {
    const both = `[${body('message', [said])},${body('messageStatus', [{ id: 'O', type: 'sent', time: 1 }])}]`
    expect(read(both)).toMatchObject([
      { to: 'conversation', path: '/0/data/0' },
      { to: 'delivery', path: '/1/data/0', status: { state: 'sent' } },
    ])
  })
  it('another messenger of the line as a dead letter, and the Business Platform as an account of its own', () => {
    expect(read(body('message', [said], 'telegram'))).toMatchObject([{ to: 'dead_letter', reason: 'unknown_object' }])
    expect(read(body('message', [said], 'caWhatsApp'))).toMatchObject([{ account: '37233/caWhatsApp' }])
  })
  it.each([
    ['words', 'no such number', { title: 'no such number', details: null }],
    ['an object', { code: 'X1', message: 'no such number' }, { title: 'X1', details: 'no such number' }],
  ])('a failure told by %s', (_, error, expected) => {
    const status = { id: 'O', type: 'sent', time: 1752391999, error }
    expect(read(body('messageStatus', [status]))).toMatchObject([
      { status: { state: 'failed', errors: [{ code: 'api_refused', ...expected }] } },
    ])
  })
})
