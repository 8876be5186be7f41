import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChannelId } from '../../src/domain/ids.ts'
import {
  addChannel,
  bodyOf,
  count,
  sequenceGaps,
  startWebhookServer,
  textFrom,
  type WebhookServer,
} from '../intake/webhook-server.ts'
import { eventually } from '../kit/eventually.ts'
import { type FreshDatabase, freshDatabase } from '../services/database.ts'
import { findToxiproxy, startToxiproxy, type Toxiproxy } from './plan/toxiproxy.ts'

/** A webhook is answered within 8 s (src/http/webhooks.ts); the rest is for a busy machine. */
const LONGEST_MS = 15_000
const program = await findToxiproxy()

describe.skipIf(program === null)('PostgreSQL is slow, half open, or resets its connections (F5)', () => {
  let toxiproxy: Toxiproxy
  let fresh: FreshDatabase
  let server: WebhookServer
  let channel: ChannelId
  beforeAll(async () => {
    toxiproxy = await startToxiproxy(program ?? '')
    fresh = await freshDatabase()
    const url = new URL(fresh.url)
    url.port = String(await toxiproxy.gate('database', url.host))
    server = await startWebhookServer(url.href)
    channel = await addChannel(server.database)
  }, 60_000)
  afterAll(async () => {
    await server.close()
    await toxiproxy.stop()
    await fresh.drop()
  })

  let messages = 0
  /** Posts so many webhooks at once. @returns how many were acknowledged; the others were told to come again */
  const post = async (many: number): Promise<number> => {
    const bodies = Array.from({ length: many }, () =>
      bodyOf({ messages: [textFrom(`1650555${++messages % 5}`, { id: `wamid.F5-${messages}` })] }),
    )
    const statuses = (await Promise.all(bodies.map((body) => server.post(channel, body)))).map(({ status }) => status)
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([])
    return statuses.filter((status) => status === 200).length
  }
  const stored = () => count(server.database, 'conversation_events')
  /** Nothing waits for a connection, none is lost to the pool, and no transaction was left open at the other end. */
  const isWhole = async () => {
    const { pool } = server.database
    expect([pool.waitingCount, pool.totalCount - pool.idleCount]).toEqual([0, 0])
    expect(pool.totalCount).toBeLessThanOrEqual(4)
    const open = await pool.query(`select pid from pg_stat_activity
      where datname = current_database() and state like 'idle in transaction%'`)
    expect(open.rows).toEqual([])
    expect(await sequenceGaps(server.database)).toEqual([])
  }

  it('slow: every webhook is stored all the same', async () => {
    const before = await stored()
    const heal = await toxiproxy.poison('database', { type: 'latency', attributes: { latency: 150, jitter: 100 } })
    expect(await post(12)).toBe(12)
    await heal()
    expect(await stored()).toBe(before + 12)
    // What is noted of the address, beside the answers, may still be on its way.
    await eventually(isWhole)
  }, 60_000)

  it('reset in the middle of transactions: what was acknowledged is stored, and the pool is whole again', async () => {
    const before = await stored()
    let acknowledged = 0
    for (const bytes of [1, 200, 400, 800, 1_600]) {
      const heal = await toxiproxy.poison('database', { type: 'limit_data', attributes: { bytes } })
      acknowledged += await post(6)
      await heal()
    }
    expect(acknowledged).toBeLessThan(30)
    await eventually(async () => expect(await post(1)).toBe(1))
    await eventually(isWhole)
    expect(await stored()).toBeGreaterThanOrEqual(before + acknowledged + 1)
  }, 120_000)

  it('half open: each webhook is told to come again within seconds, never a 200, and all is well once it is over', async () => {
    await post(1)
    const unknown = await addChannel(server.database, { number: '333333333333333' })
    const before = await stored()
    const heal = await toxiproxy.poison('database', { type: 'timeout', attributes: { timeout: 0 } })
    // Over connections that stood, over new ones, behind others that wait, and for a channel that has to be looked up.
    for (let wave = 0; wave < 3; wave++) {
      const begun = performance.now()
      const body = bodyOf({ messages: [textFrom('16505559999', { id: `wamid.F5-unknown-${wave}` })] })
      const [many, one] = await Promise.all([post(6), server.post(unknown, body)])
      expect([many, one.status]).toEqual([0, 503])
      expect(performance.now() - begun).toBeLessThan(LONGEST_MS)
    }
    await heal()
    await eventually(async () => expect(await post(1)).toBe(1))
    await eventually(isWhole, 60_000)
    expect(await stored()).toBeGreaterThan(before)
  }, 180_000)
})
