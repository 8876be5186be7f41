import { type Selectable, sql } from 'kysely'
import type { ChannelId, ConversationId, RunId, ScenarioId } from '../../../domain/ids.ts'
import type { LiveDecision, LiveRun, Tape, TapeEvent } from '../../../domain/scenario/dry-run/tape.ts'
import type { LogEntry } from '../../../domain/scenario/interpreter/log-entry.ts'
import type { Db, Tx } from '../../database.ts'
import type { RunsTable } from '../../schema.ts'

/** A stretch of the record. Conversations are taken in the order of their ids. */
export interface Stretch {
  from: Date
  to: Date
  /** null: all that have an event in that time */
  conversations: readonly ConversationId[] | null
  /** null: every channel */
  channels: readonly ChannelId[] | null
}

export interface LoadedTape extends Tape {
  conversation: ConversationId
  /** Runs of the scenario that were open before it begins. */
  olderRuns: number
  /** It has more events than are looked at. */
  isCut: boolean
}

/** So many events of one conversation are looked at. */
export const MOST_EVENTS = 5_000

/** The next conversations of a stretch. @param after the last one that was seen */
export async function nextConversations(
  db: Db | Tx,
  { from, to, conversations, channels }: Stretch,
  { after, limit }: { after: ConversationId | null; limit: number },
): Promise<ConversationId[]> {
  const { rows } = await sql<{ id: ConversationId }>`
    select c.id from conversations c
    where (${after}::uuid is null or c.id > ${after})
      and (${conversations}::uuid[] is null or c.id = any(${conversations}))
      and (${channels}::uuid[] is null or c.channel_id = any(${channels}))
      and exists (select from conversation_events e
        where e.conversation_id = c.id and e.received_at >= ${from} and e.received_at < ${to} and e.seq <= c.worked_seq)
    order by c.id limit ${limit}`.execute(db)
  return rows.map(({ id }) => id)
}

/**
 * What happened in conversations within a stretch of time, with what scenarios saw of it and what they made of it.
 * @param scenario the one under test
 */
export async function loadTapes(
  db: Db | Tx,
  ids: readonly ConversationId[],
  { from, to }: Pick<Stretch, 'from' | 'to'>,
  scenario: ScenarioId | null,
): Promise<LoadedTape[]> {
  const events = await loadEvents(db, ids, from, to)
  const runs = await loadRuns(db, ids, from, to)
  const runIds = runs.map(({ id }) => id)
  const [entries, decisions, deliveries, older] = [
    await loadEntries(db, runIds),
    await loadDecisions(db, ids, from, to),
    await loadDeliveries(db, runIds),
    scenario === null ? new Map<ConversationId, number>() : await countOlder(db, ids, from, scenario),
  ]
  return ids.map((conversation) => {
    const all = events.get(conversation) ?? []
    const shown = all.slice(0, MOST_EVENTS)
    const last = shown.at(-1)?.seq ?? 0
    const own = runs.filter((run) => run.conversation_id === conversation)
    const ownIds = new Set(own.map(({ id }) => id))
    return {
      conversation,
      events: shown,
      runs: own.map((run) => liveRun(run, entries.get(run.id) ?? [], last)),
      decisions: decisions.filter((one) => one.conversation === conversation && one.seq <= last),
      deliveries: new Map([...deliveries].filter(([, { run }]) => ownIds.has(run))),
      hasOlderRuns: (older.get(conversation) ?? 0) > 0,
      olderRuns: older.get(conversation) ?? 0,
      isCut: all.length > MOST_EVENTS,
    }
  })
}

const liveRun = (
  { id, scenario_id, version, start, parent_id }: RunRow,
  entries: readonly { entry: LogEntry; seq: number | null }[],
  last: number,
): LiveRun => ({
  id,
  scenario: scenario_id,
  version,
  startEventId: start?.event.id ?? null,
  parent: parent_id,
  entries: entries.filter(({ seq }) => seq === null || seq <= last).map(({ entry }) => entry),
})

async function loadEvents(db: Db | Tx, ids: readonly ConversationId[], from: Date, to: Date) {
  const { rows } = await sql<{
    conversation: ConversationId
    seq: number
    payload: TapeEvent['payload']
    at: Date
    received_at: Date
    happened: TapeEvent['happened'] | null
    frames: TapeEvent['frames'] | null
  }>`
    select e.conversation_id as conversation, e.seq, e.payload, e.provider_at as at, e.received_at, s.happened, s.frames
    from unnest(${ids}::uuid[]) as c (id), lateral (
      select * from conversation_events e
      where e.conversation_id = c.id and e.received_at >= ${from} and e.received_at < ${to} and e.worked_at is not null
      order by e.seq limit ${MOST_EVENTS + 1}
    ) e
    left join event_snapshots s on s.conversation_id = e.conversation_id and s.seq = e.seq
    order by e.conversation_id, e.seq`.execute(db)
  const byConversation = new Map<ConversationId, TapeEvent[]>()
  for (const { conversation, seq, payload, at, received_at, happened, frames } of rows) {
    const events = byConversation.get(conversation) ?? []
    byConversation.set(conversation, events)
    events.push({
      seq,
      payload,
      at: at.getTime(),
      receivedAt: received_at.getTime(),
      happened: happened ?? [],
      frames: frames ?? [],
    })
  }
  return byConversation
}

type RunRow = Pick<Selectable<RunsTable>, 'id' | 'scenario_id' | 'version' | 'conversation_id' | 'start' | 'parent_id'>

const loadRuns = (db: Db | Tx, ids: readonly ConversationId[], from: Date, to: Date): Promise<RunRow[]> =>
  db
    .selectFrom('runs')
    .select(['id', 'scenario_id', 'version', 'conversation_id', 'start', 'parent_id'])
    .where('conversation_id', 'in', ids)
    .where('started_at', '>=', from)
    .where('started_at', '<', to)
    .orderBy('id')
    .execute()

async function loadEntries(db: Db | Tx, runs: readonly RunId[]) {
  const entries = new Map<RunId, { entry: LogEntry; seq: number | null }[]>()
  if (runs.length === 0) return entries
  const rows = await db
    .selectFrom('run_entries')
    .select(['run_id', 'entry', 'seq'])
    .where('run_id', 'in', runs)
    .orderBy('run_id')
    .orderBy('n')
    .execute()
  for (const { run_id, entry, seq } of rows) {
    const known = entries.get(run_id)
    if (known) known.push({ entry, seq })
    else entries.set(run_id, [{ entry, seq }])
  }
  return entries
}

async function loadDecisions(db: Db | Tx, ids: readonly ConversationId[], from: Date, to: Date) {
  const rows = await db
    .selectFrom('scenario_decisions')
    .select(['conversation_id', 'seq', 'n', 'started', 'not_started'])
    .where('conversation_id', 'in', ids)
    .where('at', '>=', from)
    .where('at', '<', to)
    .orderBy('conversation_id')
    .orderBy('seq')
    .orderBy('n')
    .execute()
  return rows.map(
    ({ conversation_id, seq, n, started, not_started }): LiveDecision & { conversation: ConversationId } => ({
      conversation: conversation_id,
      seq,
      n,
      started,
      notStarted: not_started,
    }),
  )
}

async function loadDeliveries(db: Db | Tx, runs: readonly RunId[]): Promise<Map<string, RunEffect>> {
  if (runs.length === 0) return new Map()
  const { rows } = await sql<RunEffect & { delivery: string }>`
    select id as delivery, run_id as run, run_step as step, run_effect as number from deliveries
    where run_id = any(${runs}::uuid[])`.execute(db)
  return new Map(rows.map(({ delivery, ...effect }) => [delivery, effect]))
}

interface RunEffect {
  run: RunId
  step: string
  number: number
}

async function countOlder(
  db: Db | Tx,
  ids: readonly ConversationId[],
  from: Date,
  scenario: ScenarioId,
): Promise<Map<ConversationId, number>> {
  const { rows } = await sql<{ id: ConversationId; runs: number }>`
    select conversation_id as id, count(*)::int as runs from runs
    where conversation_id = any(${ids}::uuid[]) and scenario_id = ${scenario} and started_at < ${from}
      and (ended_at is null or ended_at >= ${from})
    group by conversation_id`.execute(db)
  return new Map(rows.map(({ id, runs }) => [id, runs]))
}
