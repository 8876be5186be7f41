import type { ConversationEvent } from '../../domain/conversation-event.ts'
import type { ChannelId, ConversationId } from '../../domain/ids.ts'
import type { Run, Statement } from './run.ts'

/** An event to append to its conversation's record. */
export interface NewEvent {
  conversationId: ConversationId
  channelId: ChannelId
  /** null: nothing can repeat it */
  dedupeKey: string | null
  event: ConversationEvent
  opensWindow: boolean
  rawBodyId: number | null
  rawPath: string | null
  at: Date
  /** by when the workflow should hear of it, where nobody waits for it; absent: at once */
  due?: Date
}

/**
 * Under the conversations' locks, so that this statement sees every event committed before: what is stored already is
 * dropped, the rest gets the next numbers, without a gap, in the order of arrival.
 */
const APPEND: Statement = {
  name: 'intake-append-events',
  text: `
    with arrived as materialized (
      select * from jsonb_to_recordset($1::jsonb) as a (place int, conversation uuid, channel uuid, key text,
        payload jsonb, opens boolean, raw bigint, path text, at timestamptz, due timestamptz)
    ), fresh as materialized (
      select a.*, row_number() over (partition by a.conversation order by a.place) as n
      from arrived a left join conversation_events e on e.channel_id = a.channel and e.dedupe_key = a.key
      where e.seq is null
    ), stored as (
      insert into conversation_events (conversation_id, seq, channel_id, dedupe_key, kind, payload, opens_window,
        raw_body_id, raw_path, provider_at)
      select f.conversation, c.last_seq + f.n, f.channel, f.key, f.payload ->> 'kind', f.payload, f.opens,
        f.raw, f.path, f.at
      from fresh f join conversations c on c.id = f.conversation
    )
    update conversations c set last_seq = c.last_seq + f.count,
      due_at = case when f.urgent then now() when c.worked_seq < c.last_seq then least(c.due_at, f.due) else f.due end,
      quiet = not f.urgent and (c.quiet or c.worked_seq = c.last_seq)
    from (
      select conversation, count(*) as count, min(due) as due, bool_or(due is null) as urgent
      from fresh group by conversation
    ) f
    where c.id = f.conversation
    returning c.id, c.quiet, f.count::int as count`,
}

/** Counts over several appends. */
export interface AppendTally {
  /** events that were stored already */
  repeated: number
}

/**
 * Appends events. The caller holds the locks of their conversations.
 * @param events in the order of arrival; no dedupe key twice for one channel
 * @returns conversations that have something new, without those in which nothing waits that is due only later
 */
export async function appendEvents(
  run: Run,
  events: readonly NewEvent[],
  tally: AppendTally = { repeated: 0 },
): Promise<ConversationId[]> {
  if (events.length === 0) return []
  const rows = events.map((event, place) => ({
    place,
    conversation: event.conversationId,
    channel: event.channelId,
    key: event.dedupeKey,
    payload: event.event,
    opens: event.opensWindow,
    raw: event.rawBodyId,
    path: event.rawPath,
    at: event.at,
    due: event.due ?? null,
  }))
  const changed = await run<{ id: ConversationId; quiet: boolean; count: number }>(APPEND, [JSON.stringify(rows)])
  tally.repeated += events.length - changed.reduce((sum, { count }) => sum + count, 0)
  return changed.flatMap(({ id, quiet }) => (quiet ? [] : [id]))
}
