import { createHmac } from 'node:crypto'
import { MockActivityEnvironment } from '@temporalio/testing'
import pino from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { sendActivities } from '../../activities/index.ts'
import type { ChannelId, ConversationId, DeliveryId } from '../../src/domain/ids.ts'
import { webhookRoutes } from '../../src/http/webhooks.ts'
import { sendRulesOf } from '../../src/http/work/announce.ts'
import { workRoutes } from '../../src/http/work/index.ts'
import { channelCache } from '../../src/store/channels/channel-cache.ts'
import { liftRestrictions } from '../../src/store/channels/lift-restrictions.ts'
import { loadChannel } from '../../src/store/channels/load-channel.ts'
import { workEvents } from '../../src/store/steps/work-events.ts'
import { type Api, openApi } from '../http/api.ts'
import { type GraphServer, goodAccount, graphError, startGraph } from '../http/graph-server.ts'
import { addTemplate } from '../kit/templates.ts'

/** How a connection ends and comes back, from the webhook or the button to what the screen shows (M6). */

const SECRET = 'the-app-secret-of-the-test'
const BUSINESS = '102290129340398'

let api: Api
let graph: GraphServer
const answers = (method: string, path: string) =>
  path.endsWith('/messages')
    ? { status: 200, body: { messaging_product: 'whatsapp', contacts: [], messages: [{ id: `wamid.${sent++}` }] } }
    : goodAccount(method, path)
let sent = 0
let stop: () => Promise<void> = () => Promise.resolve()
beforeAll(async () => {
  ;[api, graph] = await Promise.all([
    openApi({
      publicUrl: 'https://parley.example.test',
      parts: (deps) => {
        const work = workRoutes(deps)
        stop = () => work.stop()
        return [
          { mount: (app) => app.route('/', webhookRoutes(deps)) },
          { mount: (app) => app.route('/api', work.routes) },
        ]
      },
    }),
    startGraph(),
  ])
  graph.answer = answers
})
afterAll(async () => {
  await stop()
  await Promise.all([api.close(), graph.close()])
})
afterEach(() => {
  graph.answer = answers
  graph.calls.length = 0
})

let numbers = 0
interface Line {
  id: ChannelId
  phoneNumberId: string
  business: string
}
async function connect(more: object = {}): Promise<Line> {
  const phoneNumberId = String(700_000 + numbers++)
  const business = `${BUSINESS}${numbers}`
  const body = {
    provider: 'whatsapp-cloud',
    name: 'Shop',
    phoneNumberId,
    wabaId: business,
    accessToken: 'canary-token',
    appSecret: SECRET,
    verifyToken: 'verify-me',
    graphUrl: graph.url,
    ...more,
  }
  const made = await api.owner('/api/channels', { body })
  expect(made.status).toBe(201)
  graph.calls.length = 0
  return { id: made.json.id, phoneNumberId, business }
}

async function post({ id }: Line, entry: object): Promise<void> {
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [entry] })
  const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`
  const answer = await api.ask(`/webhooks/${id}`, { body, headers: { 'x-hub-signature-256': signature } })
  expect(answer.status).toBe(200)
}
let clock = 1_760_000_000
/** Meta says something of the account; each time a moment later. */
const says = (line: Line, value: object, entryId = line.business) =>
  post(line, { id: entryId, time: clock++, changes: [{ field: 'account_update', value }] })

const shown = async ({ id }: Line) => (await api.owner(`/api/channels/${id}`)).json
const press = ({ id }: Line, action: string) => api.owner(`/api/channels/${id}/${action}`, { method: 'POST' })
/** What the browsers were told of the channel since the last look. */
let seen = 0
async function heard({ id }: Line): Promise<unknown[]> {
  const { rows } = await api.database.pool.query(
    `select id::int, data from live_events where id > $1 and event = 'channel' and data ->> 'channelId' = $2 order by id`,
    [seen, id],
  )
  seen = rows.at(-1)?.id ?? seen
  return rows.map(({ data }) => data.state).filter(Boolean)
}

interface Chat {
  conversation: ConversationId
  task: string
}
/** A client writes, and there is a task. */
async function clientWrites(line: Line): Promise<Chat> {
  const from = `1650555${String(++clients).padStart(4, '0')}`
  const metadata = { phone_number_id: line.phoneNumberId, display_phone_number: '15550783881' }
  const message = {
    from,
    id: `wamid.in-${from}`,
    timestamp: String(Math.floor(Date.now() / 1000)),
    type: 'text',
    text: { body: 'hello' },
  }
  await post(line, {
    id: line.business,
    changes: [{ field: 'messages', value: { messaging_product: 'whatsapp', metadata, messages: [message] } }],
  })
  const { rows } = await api.database.pool.query('select conversation_id as id from identities where value = $1', [
    from,
  ])
  const conversation = rows[0].id
  await work(conversation)
  const { rows: tasks } = await api.database.pool.query('select id from tasks where conversation_id = $1', [
    conversation,
  ])
  return { conversation, task: tasks[0].id }
}
let clients = 0

async function work(conversation: ConversationId): Promise<DeliveryId[]> {
  const { rows } = await api.database.pool.query('select last_seq::int as n from conversations where id = $1', [
    conversation,
  ])
  const result = await workEvents(
    api.database,
    { conversationId: conversation, after: null, upTo: rows[0].n },
    sendRulesOf,
  )
  return result.sends
}

/** An employee answers; what the workflow would do comes from `leave`. */
async function answer({ task }: Chat, text = 'hi') {
  return api.owner(`/api/tasks/${task}/comments`, { body: { text, notify: { contact: true } } })
}
async function leave(delivery: DeliveryId): Promise<void> {
  channelCache(api.database, api.deps.secrets).forget()
  await new MockActivityEnvironment().run(
    sendActivities({
      database: api.database,
      channels: channelCache(api.database, api.deps.secrets),
      secrets: api.deps.secrets,
      files: api.deps.files,
      publicUrl: 'http://127.0.0.1:9',
      log: pino({ level: 'silent' }),
      worker: 'test',
      notifyLive: () => undefined,
      stopping: new AbortController().signal,
    }).sendDelivery,
    delivery,
  )
}
const deliveryOf = async ({ conversation }: Chat) => {
  const { rows } = await api.database.pool.query(
    'select id, state, parked, error_code as code from deliveries where conversation_id = $1 order by queued_at desc',
    [conversation],
  )
  return rows[0]
}
/** Answered just before the end: the message waits, and the screen says so. */
async function waits(line: Line, end: () => Promise<unknown>): Promise<Chat> {
  const chat = await clientWrites(line)
  expect((await answer(chat)).status).toBe(201)
  await end()
  for (const delivery of await work(chat.conversation)) await leave(delivery)
  const { id, state } = await deliveryOf(chat)
  if (state === 'queued') await leave(id)
  expect(await deliveryOf(chat)).toMatchObject({ state: 'queued', parked: 'channel_down' })
  return chat
}
const called = (end: string) => graph.calls.filter(({ path }) => path.endsWith(end)).map(({ method }) => method)

describe('a connection that is ended here', () => {
  it('is ended at Meta, loses its token, keeps its history, and is ended once however often one asks', async () => {
    const line = await connect()
    const chat = await waits(line, () => press(line, 'disconnect'))
    expect([called('/deregister'), called('/subscribed_apps')]).toEqual([['POST'], ['DELETE']])
    expect(await shown(line)).toMatchObject({
      state: 'disconnected',
      stateReason: 'Disconnected by PARLEY_API_TOKEN',
      closed: { by: 'PARLEY_API_TOKEN', left: [] },
    })
    const stored = await loadChannel(api.database.db, api.deps.secrets, line.id)
    expect([stored?.config.accessToken, stored?.config.appSecret]).toEqual(['', SECRET])

    const before = graph.calls.length
    const again = await press(line, 'disconnect')
    expect([again.status, again.json.state, graph.calls.length]).toEqual([200, 'disconnected', before])

    expect((await api.owner(`/api/tasks/${chat.task}`)).status).toBe(200)
    const refused = await answer(chat, 'too late')
    expect([refused.status, refused.json.error.code]).toEqual([409, 'channel_disconnected'])
    // What is still on its way from the client is taken.
    await clientWrites(line)
  })

  it('is ended here although Meta is away, and says what is left to a person', async () => {
    const line = await connect()
    graph.answer = () => ({ status: 503, body: 'away' })
    const { status, json } = await press(line, 'disconnect')
    expect([status, json.state]).toEqual([200, 'disconnected'])
    expect(json.closed.left.map(({ what }: { what: string }) => what)).toEqual(['deregister', 'unsubscribe'])
    expect(json.closed.left[0].message).toMatch(/WhatsApp Manager.*could not be asked/)
    expect((await loadChannel(api.database.db, api.deps.secrets, line.id))?.config.accessToken).toBe('')
  })

  it('leaves to its owner what only the phone app can end, and is never deregistered then', async () => {
    const line = await connect({ coexistence: true })
    const { json } = await press(line, 'disconnect')
    expect([called('/deregister'), called('/subscribed_apps')]).toEqual([[], ['DELETE']])
    expect(json.closed.left).toMatchObject([{ what: 'phone_app' }])
  })

  it('keeps the events of its sister of the same business account', async () => {
    const line = await connect()
    await connect({ wabaId: line.business })
    await press(line, 'disconnect')
    expect([called('/deregister'), called('/subscribed_apps')]).toEqual([['POST'], []])
  })

  it('is not begun again by Meta, nor without a token; with a new one it is, and what waited leaves', async () => {
    const line = await connect()
    const chat = await waits(line, () => press(line, 'disconnect'))
    await says(line, { event: 'ACCOUNT_RECONNECTED' })
    const refused = await press(line, 'resume')
    expect([refused.status, refused.json.error.code]).toEqual([409, 'access_token_missing'])
    expect((await api.owner(`/api/channels/${line.id}/check`, { method: 'POST' })).json).toMatchObject({
      ok: false,
      steps: [{ step: 'token', state: 'bad' }],
    })
    expect((await shown(line)).state).toBe('disconnected')

    const renewed = await api.owner(`/api/channels/${line.id}`, {
      method: 'PATCH',
      body: { accessToken: 'canary-next' },
    })
    expect(renewed.json).toMatchObject({ state: 'connected', stateReason: null, closed: null })
    const [register] = graph.calls.filter(({ path }) => path.endsWith('/register'))
    expect(JSON.parse(register?.body ?? '')).toEqual({
      messaging_product: 'whatsapp',
      pin: expect.stringMatching(/^\d{6}$/),
    })
    for (const delivery of await work(chat.conversation)) await leave(delivery)
    expect(await deliveryOf(chat)).toMatchObject({ state: 'accepted', parked: null })
    expect(graph.calls.findLast(({ path }) => path.endsWith('/messages'))?.authorization).toBe('Bearer canary-next')
  })

  it('that cannot be registered again says so, and sends nothing', async () => {
    const line = await connect()
    await press(line, 'disconnect')
    graph.answer = (method, path) => (path.endsWith('/register') ? graphError(400, 133005) : answers(method, path))
    const renewed = await api.owner(`/api/channels/${line.id}`, {
      method: 'PATCH',
      body: { accessToken: 'canary-next' },
    })
    expect(renewed.json).toMatchObject({
      state: 'needs_attention',
      stateReason: expect.stringMatching(/registered again/),
    })
  })
})

describe('a connection that ends at Meta', () => {
  it.each([
    [
      'PARTNER_REMOVED',
      { disconnection_info: { reason: 'CHANGE_NUMBER', initiated_by: 'USER' } },
      /number was changed/,
    ],
    ['PARTNER_REMOVED', { disconnection_info: { reason: 'PRIMARY_INACTIVITY' } }, /offline for about 14 days/],
    ['PARTNER_APP_UNINSTALLED', {}, /access was removed/],
  ])('%s names the account in waba_info, not in its entry', async (event, more, words) => {
    const line = await connect()
    await heard(line)
    const owner = { waba_info: { waba_id: line.business, owner_business_id: '2329417887457253' } }
    const chat = await waits(line, () => says(line, { event, ...owner, ...more }, '506914307656634'))
    expect(await shown(line)).toMatchObject({ state: 'disconnected', stateReason: expect.stringMatching(words) })
    expect(await heard(line)).toEqual(['disconnected'])
    expect((await answer(chat)).json.error.code).toBe('channel_disconnected')
  })

  it('PARTNER_REMOVED of the older form names only the number', async () => {
    const line = await connect()
    await api.database.pool.query(`update channels set display_phone = '+1 555-000-0001' where id = $1`, [line.id])
    await says(line, { event: 'PARTNER_REMOVED', phone_number: '15550000001' }, '506914307656634')
    expect((await shown(line)).state).toBe('disconnected')
  })

  it('ACCOUNT_DELETED ends it; ended here as well, the reason of Meta stays', async () => {
    const line = await connect()
    await says(line, { event: 'ACCOUNT_DELETED' })
    const { json } = await press(line, 'disconnect')
    expect(json).toMatchObject({ stateReason: expect.stringMatching(/deleted at Meta/), closed: { left: [] } })
  })

  it('ACCOUNT_OFFBOARDED parks what waits, ACCOUNT_RECONNECTED sends it', async () => {
    const line = await connect()
    const chat = await waits(line, () => says(line, { event: 'ACCOUNT_OFFBOARDED' }))
    await heard(line)
    await says(line, { event: 'ACCOUNT_RECONNECTED' })
    expect(await heard(line)).toEqual(['connected'])
    for (const delivery of await work(chat.conversation)) await leave(delivery)
    expect(await deliveryOf(chat)).toMatchObject({ state: 'accepted' })
  })

  it('lets fail, with the reason, what the reply window does not let through any more', async () => {
    const line = await connect()
    const chat = await waits(line, () => says(line, { event: 'ACCOUNT_OFFBOARDED' }))
    await api.database.pool.query(`update conversations set last_in_at = now() - interval '25 hours' where id = $1`, [
      chat.conversation,
    ])
    await press(line, 'resume')
    for (const delivery of await work(chat.conversation)) await leave(delivery)
    expect(await deliveryOf(chat)).toMatchObject({ state: 'failed', code: 'window_closed' })
  })
})

describe('an account that Meta keeps from sending', () => {
  it('DISABLED_UPDATE stops everything, in both forms; reinstated, it sends again', async () => {
    for (const state of ['DISABLE', ['DISABLE']]) {
      const line = await connect()
      const ban = { waba_ban_state: state, waba_ban_date: 'April 17, 2025' }
      const chat = await waits(line, () => says(line, { event: 'DISABLED_UPDATE', ban_info: ban }))
      expect(await shown(line)).toMatchObject({ state: 'restricted', restrictions: [] })
      await says(line, { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'REINSTATE' } })
      for (const delivery of await work(chat.conversation)) await leave(delivery)
      expect(await deliveryOf(chat)).toMatchObject({ state: 'accepted' })
    }
  })

  it('a ban that is announced is told, and stops nothing', async () => {
    const line = await connect()
    const ban = { waba_ban_state: ['SCHEDULE_FOR_DISABLE'], waba_ban_date: 'April 17, 2025' }
    await says(line, { event: 'DISABLED_UPDATE', ban_info: ban })
    expect(await shown(line)).toMatchObject({
      state: 'connected',
      stateReason: 'Meta will disable the account on April 17, 2025',
    })
  })

  it('ACCOUNT_RESTRICTION stops the sends that it names, and ends by itself', async () => {
    const line = await connect()
    const until = Math.floor(Date.now() / 1000) + 3600
    const info = { restriction_type: 'RESTRICTED_CUSTOMER_INITIATED_MESSAGING', expiration: until }
    const chat = await waits(line, () => says(line, { event: 'ACCOUNT_RESTRICTION', restriction_info: [info] }))
    expect(await shown(line)).toMatchObject({
      state: 'restricted',
      restrictions: [{ blocks: 'replies', until: new Date(until * 1000).toISOString() }],
    })
    // A template is none of the sends that are named.
    await addTemplate({ database: api.database, channel: line.id }, { name: 'hello_there' })
    const other = await clientWrites(line)
    const template = { name: 'hello_there', language: 'en_US' }
    const sending = await api.owner(`/api/tasks/${other.task}/comments`, {
      body: { template, notify: { contact: true } },
    })
    expect([sending.status, sending.json.error]).toEqual([201, undefined])
    for (const delivery of await work(other.conversation)) await leave(delivery)
    expect(await deliveryOf(other)).toMatchObject({ state: 'accepted' })

    await liftRestrictions(api.database.db, () => undefined)
    expect((await shown(line)).state).toBe('restricted')
    await heard(line)
    await liftRestrictions(api.database.db, () => undefined, new Date((until + 1) * 1000))
    expect(await shown(line)).toMatchObject({ state: 'connected', stateReason: null, restrictions: [] })
    expect(await heard(line)).toEqual(['connected'])
    for (const delivery of await work(chat.conversation)) await leave(delivery)
    expect(await deliveryOf(chat)).toMatchObject({ state: 'accepted' })
  })
})
