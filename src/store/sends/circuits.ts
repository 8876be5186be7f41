import { sql } from 'kysely'
import { admit, afterCall, type Circuit, CLOSED, PROVIDER_RULE, withoutTrial } from '../../domain/circuit.ts'
import type { ChannelId } from '../../domain/ids.ts'
import { audit } from '../audit.ts'
import { type Database, inTransaction, type Tx } from '../database.ts'
import { recordLive } from '../live-events.ts'
import type { SendCircuit } from '../schema.ts'

/**
 * The circuit breakers of channels: while a provider does not answer, what is to be sent waits instead of hammering at
 * it, and one message now and then finds out whether it works again.
 *
 * A channel that works costs nothing: each worker counts its own calls in memory. Only what opened is in the channel's
 * row, for all workers and for people to see.
 */
export interface SendCircuits {
  /**
   * May the channel send?
   * @param stored `send_circuit` of its row, as last read; it may be some seconds old
   * @returns whom to tell how the call ended; or milliseconds to wait, in which nobody is called
   */
  admit(channel: ChannelId, stored: SendCircuit | null): Promise<SendTurn | { waitMs: number }>
}

export interface SendTurn {
  /** This call alone finds out whether the provider works again. */
  isTrial: boolean
  /**
   * How a call of this turn ended; a trial must be told, also of a call that was not made.
   * @param works null: nothing is known, or it was not made
   * @returns did the channel begin to wait, or end to?
   */
  ended(works: boolean | null, code: string): Promise<'opened' | 'closed' | null>
}

/** How long a trial may take before another is allowed: its call (30 s at most), an upload before it, the record after it. */
const TRIAL_MS = 45_000
/** Those who wait do not all ask in the same moment. */
const SPREAD_MS = 2_000
/** How soon it is looked again whether a trial has ended. */
const TRIAL_ASK_MS = 1_000
const TRIAL_SPREAD_MS = 4_000

const known = new WeakMap<Database, SendCircuits>()

/** The circuits of this process over a database. */
export function sendCircuits(database: Database): SendCircuits {
  const made = known.get(database) ?? createCircuits(database)
  known.set(database, made)
  return made
}

function createCircuits(database: Database): SendCircuits {
  /** Of channels that send as usual: what went wrong lately. */
  const counting = new Map<ChannelId, Circuit>()

  const usual = (channel: ChannelId): SendTurn => ({
    isTrial: false,
    async ended(works, code) {
      if (works === null) return null
      const before = counting.get(channel)
      if (works && before === undefined) return null
      const now = Date.now()
      const after = afterCall(before ?? CLOSED, { ok: works, trial: false }, now, PROVIDER_RULE)
      if (after.state !== 'open') {
        counting.set(channel, after)
        return null
      }
      counting.delete(channel)
      return (await openCircuit(database, channel, after, after.until - now, code)) ? 'opened' : null
    },
  })

  const trial = (channel: ChannelId): SendTurn => ({
    isTrial: true,
    ended: (works, code) => endTrial(database, channel, works, code),
  })

  return {
    async admit(channel, stored) {
      if (stored === null) return usual(channel)
      counting.delete(channel)
      const now = await look(database, channel)
      if (now === null) return usual(channel)
      const admission = admit(now.circuit, now.at, TRIAL_MS)
      if (admission.now !== 'trial') return { waitMs: waitFor(now.circuit, now.at) }
      return inTransaction(database.db, async (tx) => {
        const held = await hold(tx, channel)
        if (held === null) return usual(channel)
        const again = admit(held.stored.circuit, held.at, TRIAL_MS)
        if (again.now !== 'trial') return { waitMs: waitFor(held.stored.circuit, held.at) }
        await store(tx, channel, { ...held.stored, circuit: again.circuit })
        return trial(channel)
      })
    },
  }
}

/** A trial mostly ends long before its time: whoever waits for one looks again soon. */
const waitFor = ({ state, until }: Circuit, at: number): number =>
  state === 'half_open'
    ? TRIAL_ASK_MS + Math.random() * TRIAL_SPREAD_MS
    : Math.max(0, until - at) + Math.random() * SPREAD_MS

const NOW = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::float8`

async function look({ db }: Database, channel: ChannelId): Promise<{ circuit: Circuit; at: number } | null> {
  const row = await db
    .selectFrom('channels')
    .select(['send_circuit', NOW.as('at')])
    .where('id', '=', channel)
    .executeTakeFirst()
  return row?.send_circuit ? { circuit: row.send_circuit.circuit, at: row.at } : null
}

/** Holds the channel's row. null: it sends as usual, or is gone */
async function hold(tx: Tx, channel: ChannelId): Promise<{ stored: SendCircuit; at: number } | null> {
  const row = await tx
    .selectFrom('channels')
    .select('send_circuit')
    .where('id', '=', channel)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!row?.send_circuit) return null
  const { rows } = await sql<{ at: number }>`select ${NOW} as at`.execute(tx)
  return { stored: row.send_circuit, at: rows[0]?.at ?? Date.now() }
}

const store = (tx: Tx, channel: ChannelId, circuit: SendCircuit | null) =>
  tx
    .updateTable('channels')
    .set({ send_circuit: circuit && JSON.stringify(circuit) })
    .where('id', '=', channel)
    .execute()

/** @returns false where another worker was first, or the channel is gone */
function openCircuit(
  database: Database,
  channel: ChannelId,
  opened: Circuit,
  forMs: number,
  code: string,
): Promise<boolean> {
  return inTransaction(database.db, async (tx) => {
    const row = await tx
      .selectFrom('channels')
      .select(['send_circuit', NOW.as('at')])
      .where('id', '=', channel)
      .where('deleted_at', 'is', null)
      .forNoKeyUpdate()
      .executeTakeFirst()
    if (!row || row.send_circuit) return false
    const at = Math.round(row.at)
    await store(tx, channel, { circuit: { ...opened, until: at + forMs }, since: at, code })
    await tell(tx, channel, 'channel.provider_away', { code })
    return true
  })
}

function endTrial(
  database: Database,
  channel: ChannelId,
  works: boolean | null,
  code: string,
): Promise<'closed' | null> {
  return inTransaction(database.db, async (tx) => {
    const held = await hold(tx, channel)
    if (held === null) return null
    const { stored, at } = held
    const circuit =
      works === null
        ? withoutTrial(stored.circuit, at)
        : afterCall(stored.circuit, { ok: works, trial: true }, at, PROVIDER_RULE)
    if (circuit.state !== 'closed') {
      await store(tx, channel, { ...stored, circuit, ...(works === false && { code }) })
      return null
    }
    await store(tx, channel, null)
    await tell(tx, channel, 'channel.provider_back', { seconds: Math.round((at - stored.since) / 1000) })
    return 'closed'
  })
}

async function tell(tx: Tx, id: ChannelId, action: string, detail: Record<string, unknown>): Promise<void> {
  await audit(tx, { actor: { kind: 'worker', id: null }, action, subject: { kind: 'channel', id }, detail })
  await recordLive(tx, [{ event: 'channel', data: { channelId: id, what: 'sending' } }])
}
