import { sql } from 'kysely'
import type { ConversationId, DeliveryId } from '../../domain/ids.ts'
import type { Tx } from '../database.ts'

/**
 * Deliveries that a conversation has still to send and that nothing keeps back, in the order of its record (P5): clocks of several servers
 * differ, and a comment's place in the feed may change.
 */
export async function openDeliveries(tx: Tx, conversation: ConversationId): Promise<DeliveryId[]> {
  const { rows } = await sql<{ id: DeliveryId }>`
    select d.id from deliveries d
    left join lateral (
      select max(e.seq) as seq from conversation_events e
      where e.conversation_id = d.conversation_id and e.kind in ('comment.added', 'message.queued')
        and e.payload ->> 'comment' = d.comment_id::text
    ) written on true
    where d.conversation_id = ${conversation} and d.lane = 'conversation' and d.state in ('queued', 'sending')
      and d.parked is null and d.hold_until is null
    order by written.seq, d.queued_at, d.ordinal`.execute(tx)
  return rows.map(({ id }) => id)
}
