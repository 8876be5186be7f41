import { randomUUID } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { type ConversationId, workflowIdOf } from '../../src/domain/ids.ts'
import { Dispatcher } from '../../src/intake/dispatcher.ts'
import { ConversationRefused, type SignalConversation, temporalSignals } from '../../src/intake/signal-conversation.ts'
import { Sweeper } from '../../src/intake/sweeper.ts'
import { claimBacklog } from '../../src/store/intake/backlog.ts'
import { addConversation, type House, openHouse, receive } from '../kit/house.ts'

const log = pino({ level: 'silent' })
let house: House
let connection: Connection
let client: Client

beforeAll(async () => {
  house = await openHouse()
  connection = await Connection.connect({ address: inject('temporalAddress') })
  client = new Client({ connection })
})
afterAll(async () => {
  await connection.close()
  await house.close()
})
beforeEach(async () => {
  await house.database.pool.query('truncate conversations cascade')
})

const newClient = () => addConversation(house, [{ kind: 'wa_id', value: String(Math.random()).slice(2) }])

/** What a conversation's workflow was told, from its history. */
async function told(id: ConversationId): Promise<unknown[]> {
  const { events } = await client.workflow.getHandle(workflowIdOf(id)).fetchHistory()
  return (events ?? []).flatMap((event) => {
    const data = event.workflowExecutionSignaledEventAttributes?.input?.payloads?.[0]?.data
    return data ? [JSON.parse(Buffer.from(data).toString())] : []
  })
}

/** Signals that wait until they are let go. */
function gate() {
  const seen: { id: ConversationId; seq: number }[] = []
  const waiting: (() => void)[] = []
  const signal: SignalConversation = (backlog) => {
    seen.push(backlog)
    return new Promise((resolve) => waiting.push(resolve))
  }
  return { seen, signal, open: () => waiting.splice(0).forEach((resolve) => void resolve()) }
}

describe('over Temporal', () => {
  it('starts the workflow with the newest number, and nothing but ids and numbers (P8)', async () => {
    const queuePrefix = `test-${randomUUID()}`
    const id = await newClient()
    await receive(house.database, id, { text: 'a secret text' })
    await receive(house.database, id, { text: 'another' })
    const dispatcher = new Dispatcher({ db: house.database.db, signal: temporalSignals(client, queuePrefix), log })
    dispatcher.stored([id])
    await vi.waitFor(async () => expect(await told(id)).toEqual([{ upTo: 2 }]))
    await dispatcher.stop()
    const description = await client.workflow.getHandle(workflowIdOf(id)).describe()
    expect(description).toMatchObject({ type: 'conversation', taskQueue: `${queuePrefix}-conversations` })
    const history = JSON.stringify(await client.workflow.getHandle(workflowIdOf(id)).fetchHistory())
    expect(history).not.toContain(Buffer.from('secret text').toString('base64').slice(0, 12))
    await client.workflow.getHandle(workflowIdOf(id)).terminate()
  })

  it('keeps what an engine that is away does not take, says so, and sends it when it is back (P7)', async () => {
    const id = await newClient()
    await receive(house.database, id)
    const away = Connection.lazy({ address: '127.0.0.1:1' })
    const signals = {
      away: temporalSignals(new Client({ connection: away }), 'nowhere'),
      back: temporalSignals(client, `test-${randomUUID()}`),
    }
    let now = signals.away
    const dispatcher = new Dispatcher({ db: house.database.db, signal: (backlog) => now(backlog), log })
    expect(dispatcher.problem()).toBeNull()
    dispatcher.stored([id])
    await vi.waitFor(() => expect(dispatcher.problem()).toMatch(/does not take signals/), { timeout: 15_000 })
    now = signals.back
    await vi.waitFor(async () => expect(await told(id)).toEqual([{ upTo: 1 }]), { timeout: 15_000 })
    await vi.waitFor(() => expect(dispatcher.problem()).toBeNull())
    await dispatcher.stop()
    await away.close()
    await client.workflow.getHandle(workflowIdOf(id)).terminate()
  })
})

describe('coalescing', () => {
  it('sends one signal for what comes while another is under way, with the newest number', async () => {
    const id = await newClient()
    await receive(house.database, id)
    const { seen, signal, open } = gate()
    const dispatcher = new Dispatcher({ db: house.database.db, signal, log })
    dispatcher.stored([id])
    await vi.waitFor(() => expect(seen).toEqual([{ id, seq: 1 }]))
    for (let event = 0; event < 5; event++) {
      await receive(house.database, id)
      dispatcher.stored([id])
    }
    await vi.waitFor(() => expect(dispatcher.waiting).toBe(1))
    expect(seen).toHaveLength(1)
    await vi.waitFor(() => {
      open()
      expect(seen.at(-1)).toEqual({ id, seq: 6 })
    })
    expect(seen.length).toBeLessThan(6)
    open()
    await dispatcher.stop()
  })

  it('has at most 50 signals under way, and gets through all', async () => {
    const ids = await Promise.all(Array.from({ length: 120 }, newClient))
    for (const id of ids) await receive(house.database, id)
    const { seen, signal, open } = gate()
    const dispatcher = new Dispatcher({ db: house.database.db, signal, log })
    dispatcher.stored(ids)
    await vi.waitFor(() => expect(seen).toHaveLength(50))
    await vi.waitFor(() => {
      open()
      expect(new Set(seen.map(({ id }) => id)).size).toBe(120)
    })
    open()
    await dispatcher.stop()
  })

  it('leaves a conversation that the engine refuses to the sweep, and holds up no other', async () => {
    const [refused, other] = [await newClient(), await newClient()]
    for (const id of [refused, other]) await receive(house.database, id)
    const seen: ConversationId[] = []
    const signal: SignalConversation = async ({ id }) => {
      seen.push(id)
      if (id === refused) throw new ConversationRefused('too many signals')
    }
    const dispatcher = new Dispatcher({ db: house.database.db, signal, log })
    dispatcher.stored([refused, other])
    await vi.waitFor(() => expect(seen.toSorted()).toEqual([refused, other].toSorted()))
    await dispatcher.stop()
    expect([dispatcher.problem(), dispatcher.waiting]).toEqual([null, 0])
  })
})

describe('the sweep', () => {
  const behind = async (id: ConversationId, seconds: number) =>
    void (await house.database.pool.query(
      `update conversations set due_at = now() - make_interval(secs => $2) where id = $1`,
      [id, seconds],
    ))

  it('signals conversations that a crash left behind, and no fresh or finished ones (P1)', async () => {
    const [left, fresh, finished] = [await newClient(), await newClient(), await newClient()]
    for (const id of [left, fresh, finished]) await receive(house.database, id)
    await house.database.pool.query('update conversations set worked_seq = last_seq where id = $1', [finished])
    await behind(left, 60)
    await behind(finished, 60)
    const seen: unknown[] = []
    const signal: SignalConversation = async (backlog) => void seen.push(backlog)
    const dispatcher = new Dispatcher({ db: house.database.db, signal, log })
    const sweeper = new Sweeper({ database: house.database, dispatcher, log, interval: 20 })
    sweeper.start()
    await vi.waitFor(() => expect(seen).toEqual([{ id: left, seq: 1 }]))
    await sweeper.stop()
    await dispatcher.stop()
    expect(seen).toHaveLength(1)
  })

  it('comes back with growing pauses, and at once for a newer event', async () => {
    const id = await newClient()
    await receive(house.database, id)
    await behind(id, 3600)
    const { db } = house.database
    const claimed = async () => (await claimBacklog(db, 10)).length
    const nudgedAgo = (seconds: number) =>
      house.database.pool.query(`update conversations set nudged_at = now() - make_interval(secs => $1)`, [seconds])
    expect([await claimed(), await claimed()]).toEqual([1, 0])
    await nudgedAgo(29)
    expect(await claimed()).toBe(0)
    await nudgedAgo(31)
    expect(await claimed()).toBe(1)
    await nudgedAgo(59)
    expect(await claimed()).toBe(0)
    await nudgedAgo(600)
    await behind(id, 11)
    expect(await claimed()).toBe(1)
    const { nudges } = await db.selectFrom('conversations').select('nudges').executeTakeFirstOrThrow()
    expect(nudges).toBe(1)
  })

  it('is shared by servers: each conversation is claimed once', async () => {
    const ids = await Promise.all(Array.from({ length: 30 }, newClient))
    for (const id of ids) {
      await receive(house.database, id)
      await behind(id, 60)
    }
    const claims = await Promise.all(Array.from({ length: 6 }, () => claimBacklog(house.database.db, 10)))
    const claimed = claims.flat().map(({ id }) => id)
    expect(new Set(claimed).size).toBe(claimed.length)
  })
})
