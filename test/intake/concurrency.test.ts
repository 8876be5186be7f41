import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ChannelId } from '../../src/domain/ids.ts'
import { type FreshDatabase, freshDatabase } from '../services/database.ts'
import {
  addChannel,
  bodyOf,
  count,
  sequenceGaps,
  startWebhookServer,
  textFrom,
  type WebhookServer,
} from './webhook-server.ts'

let fresh: FreshDatabase
let servers: [WebhookServer, WebhookServer]
let channel: ChannelId

beforeAll(async () => {
  fresh = await freshDatabase()
  servers = [await startWebhookServer(fresh.url), await startWebhookServer(fresh.url)]
})
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()))
  await fresh.drop()
})
beforeEach(async () => {
  await servers[0].database.pool.query('truncate channels, conversations, raw_bodies, dead_letters, audit_log cascade')
  channel = await addChannel(servers[0].database)
})

const statuses = (answers: Response[]) => [...new Set(answers.map((answer) => answer.status))]

describe('two servers', () => {
  it('number the events of one conversation without a gap, and commit them in that order (P5)', async () => {
    const reader = new pg.Client(fresh.url)
    await reader.connect()
    const [{ database }] = servers
    let done = false
    // Whoever sees an event sees all before it: else a reader that goes by numbers would skip some.
    const holes: unknown[] = []
    let looks = 0
    const watch = async () => {
      while (!done) {
        const { rows } = await reader.query(
          'select max(seq)::int as newest, count(*)::int as n from conversation_events',
        )
        looks += 1
        if ((rows[0].newest ?? 0) !== rows[0].n) holes.push(rows[0])
      }
    }
    const watching = watch()
    const answers = await Promise.all(
      Array.from({ length: 120 }, (_, index) =>
        servers[index % 2 ? 1 : 0].post(
          channel,
          bodyOf({ messages: [textFrom('16505551234'), textFrom('16505551234')] }),
        ),
      ),
    )
    done = true
    await watching
    await reader.end()
    expect(statuses(answers)).toEqual([200])
    expect(looks).toBeGreaterThan(1)
    expect(holes).toEqual([])
    expect(await count(database, 'conversations')).toBe(1)
    expect(await count(database, 'conversation_events')).toBe(240)
    expect(await sequenceGaps(database)).toEqual([])
  })

  it('keep the order of one body', async () => {
    const messages = Array.from({ length: 50 }, (_, index) =>
      textFrom(`1650555000${index % 3}`, { text: String(index) }),
    )
    await Promise.all([servers[0].post(channel, bodyOf({ messages })), servers[1].post(channel, bodyOf({ messages }))])
    const { rows } = await servers[0].database.pool.query<{ texts: number[] }>(`
      select array_agg((payload -> 'message' -> 'content' ->> 'text')::int order by seq) as texts
      from conversation_events group by conversation_id`)
    expect(rows).toHaveLength(3)
    for (const { texts } of rows) expect(texts).toEqual(texts.toSorted((a, b) => a - b))
    expect(rows.flatMap(({ texts }) => texts)).toHaveLength(50)
  })

  it('open one conversation for each new client, whoever is first', async () => {
    const [{ database }] = servers
    const clients = Array.from({ length: 40 }, (_, index) => String(16505550000 + index))
    const bodies = [...clients, ...clients.toReversed(), ...clients].map((from) =>
      bodyOf({ messages: [textFrom(from)] }),
    )
    const answers = await Promise.all(bodies.map((body, index) => servers[index % 2 ? 1 : 0].post(channel, body)))
    expect(statuses(answers)).toEqual([200])
    expect(await count(database, 'conversations')).toBe(40)
    expect(await count(database, 'identities')).toBe(40)
    expect(await count(database, 'conversation_events')).toBe(120)
    expect(await sequenceGaps(database)).toEqual([])
  })
})

describe('a conversation that somebody holds', () => {
  it('holds up its own messages only, and loses none', async () => {
    const [server] = servers
    const held = bodyOf({ messages: [textFrom('16505551234')] })
    await server.post(channel, bodyOf({ messages: [textFrom('16505551234')] }))
    const holder = new pg.Client(fresh.url)
    await holder.connect()
    await holder.query('begin')
    await holder.query('select from conversations for update')
    const waiting = server.post(channel, held)
    const others = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        server.post(channel, bodyOf({ messages: [textFrom(`1650555${index}`)] })),
      ),
    )
    expect(statuses(others)).toEqual([200])
    const refused = await waiting
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('5')
    await holder.query('rollback')
    await holder.end()
    expect((await server.post(channel, held)).status).toBe(200)
    expect(await count(server.database, 'conversation_events')).toBe(12)
  })
})

describe('a connection that breaks in the middle of a transaction', () => {
  it('is answered 503, stores nothing, and the next attempt succeeds (P1)', async () => {
    const [server] = servers
    await server.post(channel, bodyOf({ messages: [textFrom('16505551234')] }))
    const before = await count(server.database, 'raw_bodies')
    const holder = new pg.Client(fresh.url)
    await holder.connect()
    await holder.query('begin')
    await holder.query('select from conversations for update')
    const body = bodyOf({ messages: [textFrom('16505551234')] })
    const waiting = server.post(channel, body)
    let killed = 0
    while (killed === 0) {
      const { rowCount } = await holder.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
      killed = rowCount ?? 0
    }
    expect((await waiting).status).toBe(503)
    await holder.query('rollback')
    await holder.end()
    expect(await count(server.database, 'raw_bodies')).toBe(before)
    expect((await server.post(channel, body)).status).toBe(200)
    expect(await count(server.database, 'conversation_events')).toBe(2)
    expect(await sequenceGaps(server.database)).toEqual([])
  })
})
