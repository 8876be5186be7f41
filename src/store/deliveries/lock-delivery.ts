import type { DeliveryId } from '../../domain/ids.ts'
import { type Actor, maySee } from '../actor.ts'
import { lockConversation } from '../conversation-events.ts'
import type { Tx } from '../database.ts'

/**
 * Takes a delivery for a decision by a person: its conversation first, then its row.
 * @returns null where there is no such delivery, or where the actor may not see it
 */
export async function lockDelivery(tx: Tx, actor: Actor, id: DeliveryId) {
  const found = await tx
    .selectFrom('deliveries')
    .select(['conversation_id', 'channel_id'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!found || !maySee(actor, found.channel_id)) return null
  const conversation = await lockConversation(tx, found.conversation_id)
  const delivery = await tx.selectFrom('deliveries').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  if (!conversation || !delivery) return null
  const comment = await tx
    .selectFrom('comments')
    .select('task_id')
    .where('id', '=', delivery.comment_id)
    .executeTakeFirstOrThrow()
  const place = {
    deliveryId: id,
    commentId: delivery.comment_id,
    taskId: comment.task_id,
    conversationId: conversation.id,
    channelId: delivery.channel_id,
  }
  return { conversation, delivery, place }
}
