import { sql } from 'kysely'
import type { Db } from '../database.ts'

/** What waits somewhere, and how long the first of it has been due. */
export interface QueueSize {
  name: QueueName
  items: number
  /** seconds; null: nothing waits, or nothing of it can be late */
  oldest: number | null
}

/** Every place where work waits. What each of them holds is in docs/operating.md (Watching). */
export const WATCHED_QUEUES = [
  'inbound_events',
  'inbound_events_quiet',
  'conversations_unanswered',
  'deliveries_pending',
  'deliveries_undoable',
  'deliveries_sending',
  'deliveries_parked',
  'deliveries_unknown',
  'holds',
  'holds_overdue',
  'holds_folding',
  'runs_due',
  'runs_blocked',
  'run_requests',
  'house_events',
  'outside_calls',
  'dead_letters',
  'campaign_recipients',
  'campaigns_unheard',
  'files_to_fetch',
  'webhooks_out',
] as const
export type QueueName = (typeof WATCHED_QUEUES)[number]

/** Deliveries that have not ended, by what they wait for, and how many of them are older than so many seconds. */
export interface DeliveryAge {
  state: 'pending' | 'parked' | 'unknown'
  olderThan: number
  items: number
}

export interface Queues {
  sizes: QueueSize[]
  deliveryAges: DeliveryAge[]
  /** channels that were not deleted, by state */
  channels: { state: string; items: number }[]
  /** channels whose provider does not answer, by provider; those of which all do stand at 0 */
  providersAway: { provider: string; items: number }[]
  /** seconds since a worker of each task queue was seen */
  workers: { queue: string; silence: number }[]
}

/** Nobody waits for a scrape: a database that has better things to do is asked again later. */
const STATEMENT_TIMEOUT_MS = 2_000
/** Of the conversations that are behind, the ages of so many are looked at: the first that were due are the oldest. */
const LOOKED_AT = 1_000
const AGES = [60, 600, 3_600, 86_400] as const
/** A workflow that was signalled so often without working anything off does not answer. */
const UNANSWERED_NUDGES = 3

/**
 * The size of every queue, in one statement over partial indexes that hold only what is open: its cost grows with the
 * backlog, not with the history.
 * @throws what the database says, a statement timeout of two seconds among it
 */
export async function readQueues(db: Db): Promise<Queues> {
  const rows = await db.transaction().execute(async (tx) => {
    await sql`set local statement_timeout = ${sql.lit(STATEMENT_TIMEOUT_MS)}`.execute(tx)
    const read = await sql<Row>`with ${behind}, ${open} ${sql.join([...queues, ...beside], sql` union all `)}`.execute(
      tx,
    )
    // A moment to come is not late.
    return read.rows.map((row) => ({ ...row, oldest: row.oldest === null ? null : Math.max(0, row.oldest) }))
  })
  const of = (kind: Row['kind']) => rows.filter((row) => row.kind === kind)
  const sizes = new Map(of('queue').map(({ name, items, oldest }) => [name, { items, oldest }]))
  return {
    sizes: WATCHED_QUEUES.map((name) => ({ name, items: 0, oldest: null, ...sizes.get(name) })),
    deliveryAges: of('age').map(({ name, items, oldest }) => ({
      state: name as DeliveryAge['state'],
      olderThan: oldest ?? 0,
      items,
    })),
    channels: of('channel').map(({ name, items }) => ({ state: name, items })),
    providersAway: of('provider_away').map(({ name, items }) => ({ provider: name, items })),
    workers: of('worker').map(({ name, oldest }) => ({ queue: name, silence: oldest ?? 0 })),
  }
}

interface Row {
  kind: 'queue' | 'age' | 'channel' | 'provider_away' | 'worker'
  name: string
  items: number
  oldest: number | null
}

/** Seconds since a moment. */
const since = (moment: string) => sql.raw(`extract(epoch from now() - ${moment})::float8`)
const queue = (name: QueueName, items: string, oldest: string | null, from: string) =>
  sql`select 'queue' as kind, ${sql.lit(name)} as name, ${sql.raw(items)}::float8 as items,
    ${oldest === null ? sql`null::float8` : since(oldest)} as oldest from ${sql.raw(from)}`

const behind = sql`behind as materialized (
  select id, last_seq, worked_seq, due_at, quiet, nudges from conversations where worked_seq < last_seq
)`
const open = sql`open as materialized (
  select queued_at, case when state <> 'queued' then state when parked is not null then 'parked'
    when hold_until is not null then 'undoable' else 'pending' end as state
  from deliveries where state in ('queued', 'sending', 'unknown')
)`

// The time that a conversation is due moves with every new event: how long it has waited says its first open event.
const firstOpen = (quiet: boolean) => `(
  select min(e.received_at) from (
    select id, worked_seq from behind where ${quiet ? '' : 'not '}quiet order by due_at limit ${LOOKED_AT}
  ) b join conversation_events e on e.conversation_id = b.id and e.seq = b.worked_seq + 1)`
const events = (quiet: boolean) => `behind where ${quiet ? '' : 'not '}quiet`
const EVENTS = 'coalesce(sum(last_seq - worked_seq), 0)'

const queues = [
  queue('inbound_events', EVENTS, firstOpen(false), events(false)),
  queue('inbound_events_quiet', EVENTS, firstOpen(true), events(true)),
  queue(
    'conversations_unanswered',
    'count(*)',
    'min(due_at)',
    `behind where not quiet and nudges >= ${UNANSWERED_NUDGES}`,
  ),
  ...(['pending', 'undoable', 'sending', 'parked', 'unknown'] as const).map((state) =>
    queue(`deliveries_${state}`, 'count(*)', 'min(queued_at)', `open where state = '${state}'`),
  ),
  queue('holds', 'count(*)', null, `outgoing_messages where state = 'held'`),
  queue(
    'holds_overdue',
    'count(*)',
    'min(hold_until)',
    `outgoing_messages where state = 'held' and hold_until < now()`,
  ),
  queue('holds_folding', 'count(*)', null, `outgoing_messages where state = 'folding'`),
  queue(
    'runs_due',
    'count(*)',
    'min(deadline)',
    `runs where state in ('running', 'waiting', 'blocked') and deadline < now()`,
  ),
  queue('runs_blocked', 'count(*)', null, `runs where state = 'blocked'`),
  queue('run_requests', 'count(*)', 'min(created_at)', 'run_requests'),
  queue('house_events', 'count(*)', 'min(received_at)', 'house_events where changed > heard'),
  queue(
    'outside_calls',
    'count(*)',
    'min(greatest(next_at, lease_until))',
    `outside_calls where state in ('waiting', 'calling')`,
  ),
  queue('dead_letters', 'count(*)', 'min(created_at)', 'dead_letters where resolved_at is null'),
  queue(
    'campaign_recipients',
    'count(*)',
    null,
    `campaign_recipients r join campaigns c on c.id = r.campaign_id where c.state = 'running' and r.state = 'queued'`,
  ),
  queue(
    'campaigns_unheard',
    'count(*)',
    'min(changed_at)',
    `campaigns where state in ('scheduled', 'running', 'paused', 'stopped') and (
      (changed_at < now() - interval '3 seconds' and (heard_at is null or heard_at < changed_at))
      or (state = 'running' and heard_at < now() - interval '6 minutes'))`,
  ),
  queue(
    'files_to_fetch',
    'count(*)',
    'min(created_at)',
    `attachments where state = 'pending' and provider_media_id is not null`,
  ),
  queue(
    'webhooks_out',
    'count(*)',
    'min(d.next_at)',
    `webhook_deliveries d join webhooks w on w.id = d.webhook_id where d.state = 'queued' and w.state = 'active'`,
  ),
]

const beside = [
  sql`select 'age', s.state, count(o.state)::float8, a.seconds::float8
    from (values ('pending'), ('parked'), ('unknown')) s (state)
    cross join unnest(${sql.lit(`{${AGES.join()}}`)}::int[]) a (seconds)
    left join open o on o.state = s.state and o.queued_at < now() - make_interval(secs => a.seconds)
    group by s.state, a.seconds`,
  sql`select 'provider_away', provider, count(*) filter (where send_circuit is not null)::float8, null::float8
    from channels where deleted_at is null group by provider`,
  sql`select 'channel', state, count(*)::float8, null::float8 from channels where deleted_at is null group by state`,
  sql`select 'worker', q.name, count(*)::float8, ${since('max(seen_at)')}
    from worker_heartbeats, unnest(queues) q (name) group by q.name`,
]
