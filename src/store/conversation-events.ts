import { sql } from 'kysely'
import type { ConversationEvent } from '../domain/conversation-event.ts'
import type { ConversationId } from '../domain/ids.ts'
import type { Tx } from './database.ts'

/**
 * Takes the conversation's row for this transaction. Every writer of a conversation takes it first, which makes
 * commit order the order of sequence numbers. Several conversations: in ascending id order (src/store/migrations/0001).
 * @returns null where there is no such conversation
 */
export function lockConversation(tx: Tx, id: ConversationId) {
  return tx.selectFrom('conversations').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
}

/**
 * Appends what somebody in the house did to a conversation's record, for its workflow to work off.
 * The caller holds the conversation's lock and, after the commit, calls `eventsStored`.
 * @param at the moment it happened
 * @returns its sequence number
 */
export async function appendEvent(
  tx: Tx,
  conversation: ConversationId,
  event: ConversationEvent,
  options: { at: Date; dedupeKey?: string },
): Promise<number> {
  const { rows } = await sql<{ seq: number }>`
    with c as (
      update conversations set last_seq = last_seq + 1, due_at = now(), quiet = false
      where id = ${conversation} returning id, channel_id, last_seq
    )
    insert into conversation_events (conversation_id, seq, channel_id, dedupe_key, kind, payload, provider_at)
    select id, last_seq, channel_id, ${options.dedupeKey ?? null}, ${event.kind}, ${JSON.stringify(event)}::jsonb, ${options.at}
    from c returning seq`.execute(tx)
  const row = rows[0]
  if (!row) throw new Error(`conversation ${conversation} does not exist`)
  return row.seq
}
