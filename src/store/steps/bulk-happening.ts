import { sql } from 'kysely'
import type { ClusterId, CommentId, OutgoingMessageId } from '../../domain/ids.ts'
import type { Happening } from '../../domain/scenario/engine/happening.ts'
import type { Tx } from '../database.ts'
import type { ConversationState, RecordedEvent } from './conversation-state.ts'
import { causeOfMessage } from './message-happenings.ts'

/**
 * `bulk.detected`: the rule found that a message of this conversation belongs to a mailing. Once for each mailing in each
 * conversation, whether the message was held from the start or had been shown first; so what is asked is whether another
 * message of the mailing was told here before. A campaign's messages were never found to be bulk: it was known.
 * A scenario is not started by a mailing of its own making.
 * @param event that which is worked off: what is told of other messages later in the record does not count
 * @returns empty where it was told before
 */
export async function bulkHappening(
  tx: Tx,
  state: ConversationState,
  event: RecordedEvent,
  message: OutgoingMessageId,
): Promise<Happening[]> {
  const { rows } = await sql<{ cluster: ClusterId; comment: CommentId | null; size: number }>`
    select k.id as cluster, o.comment_id as comment,
      (select count(*)::int from outgoing_messages s where s.cluster_id = k.id and s.state <> 'void') as size
    from outgoing_messages o join bulk_clusters k on k.id = o.cluster_id
    where o.id = ${message} and k.campaign_id is null
      and not exists (
        select from outgoing_messages other
        where other.cluster_id = k.id and other.conversation_id = ${state.id} and other.id <> o.id
          and (other.hold_until is not null or exists (
            select from conversation_events e
            where e.channel_id = other.channel_id and e.dedupe_key = 'bulk:' || other.id and e.seq < ${event.seq})))`.execute(
    tx,
  )
  const [row] = rows
  if (!row) return []
  const { cluster, comment, size } = row
  return [
    {
      name: 'bulk.detected',
      data: { clusterId: cluster, size, commentId: comment },
      comment,
      cause: comment === null ? null : await causeOfMessage(tx, comment),
    },
  ]
}
