import { sql } from 'kysely'
import type { ChannelId, ConversationId, DeliveryId } from '../../domain/ids.ts'
import type { Db } from '../database.ts'

/** An event of a conversation, and what came from outside and led to it: itself, where it follows from nothing. */
export interface EventCause {
  seq: number
  kind: string
  root: { channelId: ChannelId; seq: number; dedupeKey: string | null }
}

/** What follows so long after the last event from outside is a story of its own. */
const TOGETHER = sql`interval '1 minute'`
/** A conversation can have tens of thousands of events: so many are looked at, back from the event, and from the newest. */
const BACK = { toCause: 100, toSend: 1_000 }

/** Events that the house enters in the record because of others: a run's messages, what became of a send. */
const follows = (event: string) => sql`(${sql.ref(`${event}.payload`)} ? 'cause' or ${sql.ref(`${event}.kind`)} in
  ('run.sent', 'run.answered', 'run.due', 'run.requested', 'bulk.found',
   'delivery.released', 'delivery.status', 'delivery.failed'))`

const caused = sql`
  select e.seq, e.kind, r.channel_id, r.seq as root_seq, r.dedupe_key
  from conversation_events e cross join lateral (
    select r.channel_id, r.seq, r.dedupe_key from conversation_events r
    where r.conversation_id = e.conversation_id and r.seq between e.seq - ${BACK.toCause} and e.seq
      and (r.seq = e.seq or (${follows('e')} and r.seq < e.seq and not ${follows('r')}
        and r.received_at > e.received_at - ${TOGETHER}))
    order by r.seq = e.seq, r.seq desc limit 1
  ) r`

/** For traces: asked only where somebody collects them. */
export async function causesOf(db: Db, conversation: ConversationId, seqs: readonly number[]): Promise<EventCause[]> {
  const { rows } = await sql<Row>`${caused}
    where e.conversation_id = ${conversation} and e.seq = any(${seqs}::bigint[]) order by e.seq`.execute(db)
  return rows.map(asCause)
}

/** The event that a message was sent by; null: a campaign sends it without one. */
export async function causeOfSend(
  db: Db,
  conversation: ConversationId,
  delivery: DeliveryId,
): Promise<EventCause | null> {
  const { rows } = await sql<Row>`${caused}
    where e.conversation_id = ${conversation} and e.kind in ('comment.added', 'message.queued')
      and e.seq > (select last_seq from conversations where id = ${conversation}) - ${BACK.toSend}
      and e.payload -> 'deliveries' ? ${delivery} order by e.seq desc limit 1`.execute(db)
  return rows[0] ? asCause(rows[0]) : null
}

interface Row {
  seq: number
  kind: string
  channel_id: ChannelId
  root_seq: number
  dedupe_key: string | null
}

const asCause = ({ seq, kind, channel_id, root_seq, dedupe_key }: Row): EventCause => ({
  seq,
  kind,
  root: { channelId: channel_id, seq: root_seq, dedupeKey: dedupe_key },
})
