import { sql } from 'kysely'
import type { PrivateReply } from '../../domain/delivery.ts'
import type { ConversationId, ProviderMessageId } from '../../domain/ids.ts'
import type { Tx } from '../database.ts'

/** The last minute belongs to the clocks, as with the reply window (src/domain/reply-window.ts). */
const SAFETY_MARGIN_MS = 60_000

/**
 * The comment under a post that may still be answered in private: the one that is answered, else the newest. One answer
 * each; one that certainly did not leave does not count. The caller holds the conversation's lock, so that two cannot
 * take the same.
 * @param answers the entry that is answered, by its provider's id; null: none in particular
 */
export async function openPrivateReply(
  tx: Tx,
  conversation: ConversationId,
  answers: ProviderMessageId | null,
  now: Date,
): Promise<PrivateReply | null> {
  const { rows } = await sql<PrivateReply>`
    select m.data -> 'publicComment' ->> 'id' as comment, m.data -> 'publicComment' ->> 'answerUntil' as until
    from comments m
    where m.conversation_id = ${conversation} and m.data ? 'publicComment' and m.deleted_at is null
      and (m.data -> 'publicComment' ->> 'answerUntil')::timestamptz > ${new Date(now.getTime() + SAFETY_MARGIN_MS)}
      and not exists (
        select from deliveries d where d.conversation_id = m.conversation_id and d.state <> 'failed' and d.body ? 'privateReply'
          and d.body -> 'privateReply' ->> 'comment' = m.data -> 'publicComment' ->> 'id')
    order by m.provider_message_id = ${answers} desc nulls last, m.provider_at desc
    limit 1`.execute(tx)
  return rows[0] ?? null
}
