import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ChannelId } from '../../src/domain/ids.ts'
import { addProviderChannel } from '../channels/provider-channel.ts'
import { type GraphServer, goodAccount, graphError, startGraph } from '../http/graph-server.ts'
import { LiveStream } from '../http/work/live-stream.ts'
import { eventually } from '../kit/eventually.ts'
import { API_TOKEN, openRunningHouse, type RunningHouse } from '../kit/running-house.ts'

/**
 * How a connection ends and comes back, over HTTP: from what Meta posts or a person presses to what the open screen
 * hears and reads; with the worker that sends, and Meta's API in place (M6). What is written down beside it stands in
 * disconnect.test.ts. How long the slowest took is told at the end, and not judged: that is the machine's, too.
 */
const SECRET = 'the-app-secret-of-the-test'
/** Milliseconds from each cause until the screen had it. */
const took: number[] = []

let house: RunningHouse
let graph: GraphServer
let screen: LiveStream
beforeAll(async () => {
  ;[house, graph] = await Promise.all([openRunningHouse(), startGraph()])
  const response = await fetch(`${house.url}/api/live`, { headers: { authorization: `Bearer ${API_TOKEN}` } })
  screen = new LiveStream(response)
  void screen.read().catch(() => undefined)
  await eventually(async () => expect(screen.lastId).not.toBeNull())
}, 60_000)
afterAll(async () => {
  console.log(`on the screen: ${took.length} times, the slowest after ${Math.round(Math.max(...took))} ms`)
  await screen?.close().catch(() => undefined)
  await house?.close()
  await graph?.close()
})
let sent = 0
const meta: GraphServer['answer'] = (method, path) =>
  path.endsWith('/messages')
    ? { status: 200, body: { messaging_product: 'whatsapp', contacts: [], messages: [{ id: `wamid.out-${++sent}` }] } }
    : goodAccount(method, path)
beforeEach(() => {
  graph.answer = meta
  graph.calls.length = 0
})

// biome-ignore lint/suspicious/noExplicitAny: tests read what they expect and fail where it is not
type Json = any
const api = (method: string, path: string, body?: unknown) => house.api<Json>(method, path, body)

interface Line {
  id: ChannelId
  number: string
  business: string
  task: string
}
let lines = 0
/** A number that works: a client has written, and there is a task. */
async function line(more: object = {}): Promise<Line> {
  lines += 1
  const [number, business, from] = [String(880_000 + lines), String(980_000 + lines), `1650555${1000 + lines}`]
  const made = await api('POST', '/api/channels', {
    provider: 'whatsapp-cloud',
    name: `Shop ${lines}`,
    phoneNumberId: number,
    wabaId: business,
    accessToken: 'canary-token',
    appSecret: SECRET,
    verifyToken: 'verify-me',
    graphUrl: graph.url,
    ...more,
  })
  expect(made.status).toBe(201)
  const id = made.body.id
  const metadata = { phone_number_id: number, display_phone_number: '15550783881' }
  const timestamp = String(Math.floor(Date.now() / 1000))
  const messages = [{ from, id: `wamid.in-${from}`, timestamp, type: 'text', text: { body: 'hello' } }]
  await post(id, { id: business, changes: [{ field: 'messages', value: { metadata, messages } }] })
  const task = await eventually(async () => {
    const { body } = await api('GET', `/api/tasks?q=${from}`)
    expect(body.items).toHaveLength(1)
    return body.items[0].id
  })
  return { id, number, business, task }
}
async function post(channel: ChannelId, entry: object): Promise<void> {
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [entry] })
  const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`
  const answer = await fetch(`${house.url}/webhooks/${channel}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': signature },
    body,
  })
  expect(answer.status).toBe(200)
}
let clock = 1_760_000_000
const says = ({ id, business }: Line, value: object, entry = business) =>
  post(id, { id: entry, time: clock++, changes: [{ field: 'account_update', value }] })
const press = ({ id }: Line, action: string) => api('POST', `/api/channels/${id}/${action}`)
const shown = async ({ id }: Pick<Line, 'id'>) => (await api('GET', `/api/channels/${id}`)).body
const answer = ({ task }: Line, text: string) =>
  api('POST', `/api/tasks/${task}/comments`, { text, notify: { contact: true } })
/** The delivery below the newest message, as the feed shows it. */
const delivery = async ({ task }: Line): Promise<Json> =>
  (await api('GET', `/api/tasks/${task}/comments`)).body.items.findLast((one: Json) => one.delivery)?.delivery

/**
 * What the open screen hears of the channel, and reads when it does.
 * @param since when the cause was there, where that is later than the call
 */
async function onScreen(
  channel: Pick<Line, 'id'>,
  state: string,
  cause: () => Promise<unknown>,
  since: () => number = () => 0,
): Promise<Json> {
  const before = screen.events.length
  const began = performance.now()
  await cause()
  const seen = await eventually(async () => {
    const heard = screen.events
      .slice(before)
      .filter(({ event, data }) => event === 'channel' && data?.channelId === channel.id)
    expect(heard.map(({ data }) => data?.state)).toContain(state)
    const read = await shown(channel)
    expect(read.state).toBe(state)
    return read
  })
  took.push(performance.now() - Math.max(began, since()))
  return seen
}

describe('a connection that ends is on the open screen', () => {
  it('ended here, by a person', async () => {
    const one = await line()
    const seen = await onScreen(one, 'disconnected', () => press(one, 'disconnect'))
    expect(seen).toMatchObject({ stateReason: 'Disconnected by PARLEY_API_TOKEN', closed: { left: [] } })
    const refused = await answer(one, 'too late')
    expect([refused.status, refused.body.error.code]).toEqual([409, 'channel_disconnected'])
  })

  it.each<[string, object, RegExp, object]>([
    [
      'in the phone app',
      {
        event: 'PARTNER_REMOVED',
        disconnection_info: { reason: 'ACCOUNT_DISCONNECTED', initiated_by: 'USER' },
      },
      /disconnected in the phone app/,
      { coexistence: true },
    ],
    ['by removing the partner’s permission', { event: 'PARTNER_REMOVED' }, /owner ended the connection/, {}],
    ['by uninstalling the app', { event: 'PARTNER_APP_UNINSTALLED' }, /app's access was removed/, {}],
    ['by deleting the account', { event: 'ACCOUNT_DELETED' }, /was deleted at Meta/, {}],
    ['by moving the number away', { event: 'ACCOUNT_OFFBOARDED' }, /moved to another device/, {}],
  ])('%s', async (_name, value, words, more) => {
    const one = await line(more)
    const owner = { waba_info: { waba_id: one.business, owner_business_id: '2329417887457253' } }
    // A partner's event is filed under the partner's own id.
    const isPartners = (value as { event: string }).event.startsWith('PARTNER')
    const seen = await onScreen(one, 'disconnected', () =>
      isPartners ? says(one, { ...value, ...owner }, '506914307656634') : says(one, value),
    )
    expect(seen.stateReason).toMatch(words)
    const refused = await answer(one, 'too late')
    expect([refused.status, refused.body.error.code]).toEqual([409, 'channel_disconnected'])
    expect(graph.calls.filter(({ path }) => path.endsWith('/messages'))).toEqual([])
    // Its history stays.
    expect((await api('GET', `/api/tasks/${one.task}`)).status).toBe(200)
  })

  it.each<[string, object, RegExp]>([
    [
      'disabled by Meta',
      { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'DISABLE', waba_ban_date: 'April 17, 2025' } },
      /disabled the account on April 17, 2025/,
    ],
    [
      'restricted by Meta',
      {
        event: 'ACCOUNT_RESTRICTION',
        restriction_info: [
          {
            restriction_type: 'RESTRICTED_CUSTOMER_INITIATED_MESSAGING',
            expiration: Math.floor(Date.now() / 1000) + 3600,
          },
        ],
      },
      /clients cannot be answered until/,
    ],
  ])('%s: what is written waits in sight, and leaves once it is over', async (_name, value, words) => {
    const one = await line()
    const seen = await onScreen(one, 'restricted', () => says(one, value))
    expect(seen.stateReason).toMatch(words)
    expect((await answer(one, 'wait for it')).status).toBe(201)
    await eventually(async () => expect(await delivery(one)).toMatchObject({ state: 'queued', parked: 'channel_down' }))
    expect(graph.calls.filter(({ path }) => path.endsWith('/messages'))).toEqual([])
    await onScreen(one, 'connected', () =>
      says(one, { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'REINSTATE' } }),
    )
    await eventually(async () => expect(await delivery(one)).toMatchObject({ state: 'accepted', parked: null }))
  })

  it('a token that Meta refuses when a message is to leave: it waits, and leaves with the next token', async () => {
    const one = await line()
    let refusedAt = 0
    graph.answer = (method, path) => {
      if (!path.endsWith('/messages')) return meta(method, path)
      refusedAt = performance.now()
      return graphError(401, 190)
    }
    const seen = await onScreen(
      one,
      'needs_attention',
      () => answer(one, 'with an old token'),
      () => refusedAt,
    )
    expect(seen.stateReason).toMatch(/\S/)
    await eventually(async () => expect(await delivery(one)).toMatchObject({ state: 'queued', parked: 'channel_down' }))
    graph.answer = meta
    await onScreen(one, 'connected', () => api('PATCH', `/api/channels/${one.id}`, { accessToken: 'canary-next' }))
    await eventually(async () => expect(await delivery(one)).toMatchObject({ state: 'accepted' }))
  })

  it('the phone behind Green-API unlinked, and its number blocked', async () => {
    const id = await addProviderChannel(house.database, 'green-api', {
      idInstance: '7105000777',
      apiToken: 'a-token-of-green-api-0001',
      webhookKey: 'a-webhook-key-0001',
      apiUrl: 'http://127.0.0.1:9',
    })
    const tells = async (stateInstance: string) => {
      const event = {
        typeWebhook: 'stateInstanceChanged',
        instanceData: { idInstance: 7105000777, wid: '15550783881@c.us', typeInstance: 'whatsapp' },
        timestamp: clock++,
        stateInstance,
      }
      const taken = await fetch(`${house.url}/webhooks/${id}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer a-webhook-key-0001' },
        body: JSON.stringify(event),
      })
      expect(taken.status).toBe(200)
    }
    await onScreen({ id }, 'disconnected', () => tells('notAuthorized'))
    await onScreen({ id }, 'connected', () => tells('authorized'))
    await onScreen({ id }, 'restricted', () => tells('blocked'))
  })
})

describe('a connection that comes back', () => {
  it('off-boarded with a message on its way, reconnected: the message waits, and leaves', async () => {
    const one = await line()
    // Meta is too busy for it, so that it is still here when the account goes.
    graph.answer = (method, path) => (path.endsWith('/messages') ? graphError(429, 130429) : meta(method, path))
    expect((await answer(one, 'on its way')).status).toBe(201)
    await eventually(async () => expect(graph.calls.some(({ path }) => path.endsWith('/messages'))).toBe(true))
    await onScreen(one, 'disconnected', () => says(one, { event: 'ACCOUNT_OFFBOARDED' }))
    graph.answer = meta
    await eventually(async () => expect(await delivery(one)).toMatchObject({ state: 'queued', parked: 'channel_down' }))
    const seen = await onScreen(one, 'connected', () => says(one, { event: 'ACCOUNT_RECONNECTED' }))
    expect(seen.stateReason).toBeNull()
    await eventually(async () => expect(await delivery(one)).toMatchObject({ state: 'accepted', parked: null }))
  })

  it('ended here, and begun again with a new token: the number is registered, and messages leave', async () => {
    const one = await line()
    await onScreen(one, 'disconnected', () => press(one, 'disconnect'))
    graph.calls.length = 0
    await onScreen(one, 'connected', () => api('PATCH', `/api/channels/${one.id}`, { accessToken: 'canary-next' }))
    expect(graph.calls.map(({ path }) => path.split('/').at(-1))).toContain('register')
    expect((await answer(one, 'here again')).status).toBe(201)
    await eventually(async () => expect(await delivery(one)).toMatchObject({ state: 'accepted' }))
  })
})
