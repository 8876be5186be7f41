import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ChannelId, ConversationId } from '../../src/domain/ids.ts'
import { channelCache } from '../../src/store/channels/channel-cache.ts'
import { loadChannel } from '../../src/store/channels/load-channel.ts'
import { releaseStranded } from '../../src/store/channels/release-parked.ts'
import { newId } from '../../src/store/new-id.ts'
import { type Api, openApi } from './api.ts'
import { type GraphServer, goodAccount, graphError, startGraph } from './graph-server.ts'

const CANARIES = ['canary-access-token', 'canary-app-secret', 'canary-verify-token', 'canary-next-secret']

let api: Api
let graph: GraphServer
beforeAll(async () => {
  ;[api, graph] = await Promise.all([openApi({ publicUrl: 'https://parley.example.test' }), startGraph()])
})
afterAll(() => Promise.all([api.close(), graph.close()]))
afterEach(() => {
  graph.answer = goodAccount
  graph.calls.length = 0
})

let numbers = 0
const newChannel = (more: object = {}) => ({
  provider: 'whatsapp-cloud',
  name: 'Shop',
  phoneNumberId: String(100_000 + numbers++),
  wabaId: '200',
  accessToken: 'canary-access-token',
  appSecret: 'canary-app-secret',
  verifyToken: 'canary-verify-token',
  graphUrl: graph.url,
  ...more,
})
const create = (more?: object, headers?: Record<string, string>) =>
  api.owner('/api/channels', { body: newChannel(more), ...(headers && { headers }) })

describe('connecting a channel', () => {
  it('gives the first ones, made at once on a fresh installation, one default task template', async () => {
    const made = await Promise.all([create(), create(), create()])
    expect(made.map((one) => one.status)).toEqual([201, 201, 201])
    expect((await api.owner('/api/task-templates')).json.items).toHaveLength(1)
  })

  it('asks the provider, directs its events here, and shows no secret', async () => {
    const answer = await create({
      name: 'Main shop',
      pacing: { perSecond: 40 },
      bulk: { threshold: 5, windowSeconds: 60, by: 'kind' },
    })
    expect(answer.status).toBe(201)
    expect(answer.json).toMatchObject({
      provider: 'whatsapp-cloud',
      name: 'Main shop',
      state: 'connected',
      stateReason: null,
      checked: true,
      displayPhone: '+1 555-078-3881',
      newTaskIfNoActive: true,
      coexistence: false,
      pacing: { perSecond: 40 },
      bulk: { threshold: 5, windowSeconds: 60, by: 'kind' },
      webhookUrl: `https://parley.example.test/webhooks/${answer.json.id}`,
    })
    expect(graph.calls.every((call) => call.authorization === 'Bearer canary-access-token')).toBe(true)
    expect(graph.calls.findLast(({ method }) => method === 'POST')?.body).toContain(answer.json.webhookUrl)
    expect((await api.owner(`/api/channels/${answer.json.id}`)).json).toEqual(answer.json)
  })

  it('gives it the default task template, which a fresh installation has none of before', async () => {
    const { json } = await create()
    const template = await api.owner(`/api/task-templates/${json.taskTemplateId}`)
    expect(template.json).toMatchObject({ name: 'Client conversation', titlePattern: '{contact}' })
    expect((await create()).json.taskTemplateId).toBe(json.taskTemplateId)
    const inUse = await api.owner(`/api/task-templates/${json.taskTemplateId}`, { method: 'DELETE' })
    expect([inUse.status, inUse.json.error.code]).toEqual([409, 'in_use'])
  })

  it('refuses what is no business number, and says why (M5)', async () => {
    graph.answer = () => graphError(400, 100)
    const answer = await create()
    expect([answer.status, answer.json.error.code]).toEqual([422, 'not_a_business_account'])
    expect(answer.json.error.message).toMatch(/Business account/)
    expect(answer.json.error.message).toMatch(/personal number/)
  })

  it('refuses a token that the provider refuses', async () => {
    graph.answer = () => graphError(401, 190)
    const answer = await create()
    expect([answer.status, answer.json.error.code]).toEqual([422, 'access_token_rejected'])
  })

  it('makes it all the same when the provider cannot be reached, and says that it was not checked', async () => {
    const gone = await startGraph()
    await gone.close()
    const answer = await create({ graphUrl: gone.url })
    expect([answer.status, answer.json.checked, answer.json.state]).toEqual([201, false, 'connected'])
    expect(answer.json.stateReason).toMatch(/webhook address/)
  })

  it('shows that events could not be directed here, and goes on', async () => {
    graph.answer = (method) => (method === 'GET' ? goodAccount(method) : graphError(400, 200))
    const answer = await create()
    expect([answer.status, answer.json.checked]).toEqual([201, true])
    expect(answer.json.stateReason).toMatch(/by hand/)
    expect((await api.owner(`/api/channels/${answer.json.id}`)).json.stateReason).toBe(answer.json.stateReason)
  })

  it('refuses a second channel for one account, also when both come at once', async () => {
    const phoneNumberId = '777'
    const both = await Promise.all([create({ phoneNumberId }), create({ phoneNumberId })])
    expect(both.map((one) => one.status).toSorted()).toEqual([201, 409])
    expect(both.find((one) => one.status === 409)?.json.error.code).toBe('channel_exists')
  })

  it('makes one channel for one Idempotency-Key', async () => {
    const body = newChannel()
    const headers = { 'idempotency-key': 'channel-1' }
    const first = await api.owner('/api/channels', { body, headers })
    const asked = graph.calls.length
    const second = await api.owner('/api/channels', { body, headers })
    expect([second.status, second.json.id]).toEqual([201, first.json.id])
    expect(graph.calls.length).toBe(asked)
  })

  it.each([
    ['http elsewhere', { graphUrl: 'http://graph.example' }],
    ['no address', { graphUrl: 'file:///etc/passwd' }],
    ['an address with a password', { graphUrl: 'https://user:pw@graph.example' }],
    ['a token with a line break in it', { accessToken: 'a\r\nx-evil: 1' }],
    ['an unknown provider', { provider: 'carrier-pigeon' }],
    ['an unknown key', { acessToken: 'x' }],
    ['an unknown key inside', { bulk: { treshold: 3 } }],
    ['a pace of nothing', { pacing: { perSecond: 0 } }],
  ])('refuses %s', async (_, more) => {
    const answer = await create(more)
    expect([answer.status, answer.json.error.code]).toEqual([400, 'invalid_request'])
    expect(graph.calls).toEqual([])
  })

  it('refuses a task template that is not there', async () => {
    const answer = await create({ taskTemplateId: crypto.randomUUID() })
    expect([answer.status, answer.json.error.code]).toEqual([422, 'unknown_task_template'])
  })
})

describe('a channel', () => {
  it('changes only what is given', async () => {
    const made = (await create({ newTaskIfNoActive: false })).json
    const changed = await api.owner(`/api/channels/${made.id}`, { method: 'PATCH', body: { name: 'Renamed' } })
    expect(changed.json).toEqual({ ...made, name: 'Renamed' })
    expect((await loadChannel(api.database.db, api.deps.secrets, made.id))?.config.accessToken).toBe(
      'canary-access-token',
    )
  })

  it('takes a new token only if the provider does', async () => {
    const { id } = (await create()).json
    graph.answer = () => graphError(401, 190)
    const refused = await api.owner(`/api/channels/${id}`, { method: 'PATCH', body: { accessToken: 'wrong' } })
    expect([refused.status, refused.json.error.code]).toEqual([422, 'access_token_rejected'])
    expect((await loadChannel(api.database.db, api.deps.secrets, id))?.config.accessToken).toBe('canary-access-token')
  })

  it('accepts both app secrets while one is rotated, and its sisters of the same app stay with it', async () => {
    const appSecret = 'canary-app-secret-rotated'
    const a = (await create({ appSecret })).json
    const b = (await create({ appSecret })).json
    const cache = channelCache(api.database, api.deps.secrets)
    const sisters = async (id: ChannelId) => (await cache.sharingSecret(id)).map((one) => one.row.id as string)
    expect(await sisters(a.id)).toEqual([a.id, b.id])

    const body = { appSecret: 'canary-next-secret', previousAppSecret: appSecret }
    const changed = await api.owner(`/api/channels/${a.id}`, { method: 'PATCH', body })
    expect(changed.json.secretRotation).toBe(true)
    expect((await cache.byId(a.id))?.signingKeys).toEqual(['canary-next-secret', appSecret])
    expect(await sisters(a.id)).toEqual([a.id, b.id])
    expect(await sisters(b.id)).toEqual([a.id, b.id])

    await api.owner(`/api/channels/${a.id}`, { method: 'PATCH', body: { previousAppSecret: null } })
    expect((await cache.byId(a.id))?.signingKeys).toEqual(['canary-next-secret'])
    expect(await sisters(b.id)).toEqual([b.id])
  })

  it('keeps the app secret that it had, for who cannot read it to give it again', async () => {
    const { id } = (await create({ appSecret: 'canary-app-secret-kept' })).json
    const change = (body: object) => api.owner(`/api/channels/${id}`, { method: 'PATCH', body })
    const secrets = async () => (await loadChannel(api.database.db, api.deps.secrets, id))?.signingKeys
    expect((await change({ appSecret: 'canary-next-secret', keepOldAppSecret: true })).json.secretRotation).toBe(true)
    expect(await secrets()).toEqual(['canary-next-secret', 'canary-app-secret-kept'])
    // The same once more does not make it forget the old one.
    await change({ appSecret: 'canary-next-secret', keepOldAppSecret: true })
    expect(await secrets()).toEqual(['canary-next-secret', 'canary-app-secret-kept'])
    await change({ previousAppSecret: null })
    await change({ appSecret: 'canary-app-secret-last' })
    expect(await secrets()).toEqual(['canary-app-secret-last'])
  })

  it('is found by its account, and not after it was deleted', async () => {
    const { id, phoneNumberId } = (await create()).json
    const cache = channelCache(api.database, api.deps.secrets)
    expect((await cache.byAccount('whatsapp-cloud', phoneNumberId))?.row.id).toBe(id)
    expect((await api.owner(`/api/channels/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect(await cache.byAccount('whatsapp-cloud', phoneNumberId)).toBeNull()
    expect(await cache.byId(id)).toBeNull()
    expect((await api.owner(`/api/channels/${id}`)).status).toBe(404)
    const { rows } = await api.database.pool.query('select secrets, config from channels where id = $1', [id])
    expect(rows[0].secrets).toHaveLength(0)
    expect((await create({ phoneNumberId })).status).toBe(201)
  })

  it('is paused, resumed and disconnected, with the reason in words, the audit and a live update', async () => {
    const { id } = (await create()).json
    const states = []
    for (const action of ['pause', 'resume', 'disconnect']) {
      const { json } = await api.owner(`/api/channels/${id}/${action}`, { method: 'POST' })
      states.push([json.state, json.stateReason])
    }
    expect(states).toEqual([
      ['paused', 'Paused by PARLEY_API_TOKEN'],
      ['connected', null],
      ['disconnected', 'Disconnected by PARLEY_API_TOKEN'],
    ])
    const audited = await api.database.db
      .selectFrom('audit_log')
      .select('action')
      .where('subject_id', '=', id)
      .orderBy('id')
      .execute()
    expect(audited.map((row) => row.action)).toEqual([
      'channel.created',
      'channel.paused',
      'channel.connected',
      'channel.disconnected',
    ])
    const live = await api.database.db.selectFrom('live_events').select('data').where('event', '=', 'channel').execute()
    // The end of a connection is told twice: nothing leaves any more, and what is left to do at the provider.
    expect(live.filter((row) => row.data.channelId === id)).toHaveLength(5)
    expect((await api.owner(`/api/channels/${id}/pause`, { method: 'POST' })).json.error.code).toBe(
      'channel_disconnected',
    )
  })
})

describe('resuming', () => {
  /** A conversation with one parked and one ordinary delivery. */
  async function park(channel: ChannelId): Promise<ConversationId> {
    const id = newId<ConversationId>()
    const [contact, task, comment] = [newId(), newId(), newId()]
    const { pool } = api.database
    await pool.query(`insert into contacts (id, name) values ($1, 'Client')`, [contact])
    await pool.query('insert into conversations (id, channel_id, contact_id) values ($1, $2, $3)', [
      id,
      channel,
      contact,
    ])
    await pool.query(
      `insert into tasks (id, title, requester_id, channel_id, conversation_id, statuses, status, active) values ($1, 'T', $2, $3, $4, '[]', 'new', true)`,
      [task, contact, channel, id],
    )
    await pool.query(
      `insert into comments (id, task_id, conversation_id, channel_id, author_kind, author_name, kind) values ($1, $2, $3, $4, 'employee', 'E', 'text')`,
      [comment, task, id, channel],
    )
    for (const [ordinal, parked, state] of [
      [0, 'channel_down', 'queued'],
      [1, null, 'queued'],
      [2, null, 'failed'],
    ]) {
      await pool.query(
        `insert into deliveries (id, comment_id, ordinal, conversation_id, channel_id, body, parked, state) values ($1, $2, $3, $4, $5, '{}', $6, $7)`,
        [newId(), comment, ordinal, id, channel, parked, state],
      )
    }
    return id
  }

  const events = (id: ConversationId) =>
    api.database.db
      .selectFrom('conversation_events')
      .select(['seq', 'kind', 'payload'])
      .where('conversation_id', '=', id)
      .execute()

  it('makes parked deliveries due again, with one event in each conversation', async () => {
    const { id } = (await create()).json
    const other = (await create()).json
    const parked = [await park(id), await park(id)]
    const elsewhere = await park(other.id)
    api.signalled.length = 0
    await api.owner(`/api/channels/${id}/pause`, { method: 'POST' })
    await api.owner(`/api/channels/${id}/resume`, { method: 'POST' })
    for (const conversation of parked) {
      expect(await events(conversation)).toEqual([
        { seq: 1, kind: 'channel.resumed', payload: { kind: 'channel.resumed' } },
      ])
    }
    expect(await events(elsewhere)).toEqual([])
    expect(api.signalled.toSorted()).toEqual(parked.toSorted())
    const { rows } = await api.database.pool.query(
      'select count(*)::int as n from deliveries where channel_id = $1 and parked is not null',
      [id],
    )
    expect(rows[0].n).toBe(0)
    await api.owner(`/api/channels/${id}/resume`, { method: 'POST' })
    expect(await events(parked[0] as ConversationId)).toHaveLength(1)
  })

  it('finds what was parked in the moment of the change', async () => {
    const { id } = (await create()).json
    const paused = (await create()).json
    await api.owner(`/api/channels/${paused.id}/pause`, { method: 'POST' })
    const [stranded, waiting] = [await park(id), await park(paused.id)]
    await releaseStranded(api.database.db, () => undefined)
    expect(await events(stranded)).toHaveLength(1)
    expect(await events(waiting)).toHaveLength(0)
  })
})

describe('who may', () => {
  it('see and change channels, by role', async () => {
    const { id } = (await create()).json
    for (const role of ['operator', 'author'] as const) {
      const token = await api.addToken(role)
      expect((await api.ask(`/api/channels/${id}`, { token })).status).toBe(200)
      const refused = [
        api.ask('/api/channels', { token, body: newChannel() }),
        api.ask(`/api/channels/${id}`, { token, method: 'PATCH', body: { name: 'X' } }),
        api.ask(`/api/channels/${id}`, { token, method: 'DELETE' }),
        ...['pause', 'resume', 'disconnect'].map((action) =>
          api.ask(`/api/channels/${id}/${action}`, { token, method: 'POST' }),
        ),
      ]
      expect((await Promise.all(refused)).map((one) => one.status)).toEqual([403, 403, 403, 403, 403, 403])
    }
  })

  it('see only the channels that one was given', async () => {
    const [mine, other] = [(await create()).json, (await create()).json]
    const token = await api.addToken('admin', [mine.id])
    expect((await api.ask('/api/channels', { token })).json.items.map((one: { id: string }) => one.id)).toEqual([
      mine.id,
    ])
    const foreign = [
      api.ask(`/api/channels/${other.id}`, { token }),
      api.ask(`/api/channels/${other.id}`, { token, method: 'PATCH', body: { name: 'X' } }),
      api.ask(`/api/channels/${other.id}`, { token, method: 'DELETE' }),
      api.ask(`/api/channels/${other.id}/resume`, { token, method: 'POST' }),
    ]
    expect((await Promise.all(foreign)).map((one) => one.status)).toEqual([404, 404, 404, 404])
    expect((await api.ask('/api/channels', { token, body: newChannel() })).status).toBe(403)
    expect((await api.ask('/api/channels', { token: await api.addToken('admin', []) })).json.items).toEqual([])
  })
})

it('keeps every secret out of answers, logs, the audit and live updates', async () => {
  const made = await create()
  await api.owner('/api/channels', { body: newChannel({ phoneNumberId: 'canary-access-token wrong' }) })
  const answers = [made.text]
  for (const path of ['/api/channels', `/api/channels/${made.json.id}`, '/api/openapi.json', '/metrics', '/readyz']) {
    answers.push((await api.owner(path)).text)
  }
  const { rows } = await api.database.pool.query(
    `select detail::text as text from audit_log union all select data::text from live_events union all select config::text from channels
     union all select encode(secrets, 'escape') from channels`,
  )
  const everything = [...answers, ...api.logged, ...rows.map((row) => row.text)].join('\n')
  expect(api.logged.length).toBeGreaterThan(10)
  for (const canary of [...CANARIES, 'canary-environment-token']) expect(everything).not.toContain(canary)
})
