import type { ConversationId, DeliveryId } from '../../domain/ids.ts'
import { type Actor, auditActor } from '../actor.ts'
import { audit } from '../audit.ts'
import type { Tx } from '../database.ts'
import { recordLive } from '../live-events.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import { lockDelivery } from './lock-delivery.ts'
import { enterTakenBack, TAKEN_BACK, UNDONE } from './taken-back.ts'

/**
 * Takes a held message back, with all the parts of its comment: none of it leaves. Whoever takes it back and the step
 * that lets it go hold the same conversation, so the row decides, once. Asked again, it stays taken back.
 *
 * Refuses with `already_sent` once the message was let go, though it may not have left yet.
 * @returns the conversation that has to hear of it; null where it was taken back before
 */
export async function undoDelivery(
  tx: Tx,
  actor: Actor,
  id: DeliveryId,
): Promise<Refusable<{ conversation: ConversationId | null }>> {
  const locked = await lockDelivery(tx, actor, id)
  if (!locked) return missing('The delivery')
  const { delivery, conversation, place } = locked
  if (delivery.state === 'failed' && delivery.error_code === UNDONE) return done({ conversation: null })
  if (delivery.state !== 'queued' || delivery.hold_until === null) {
    return refuse('conflict', 'already_sent', 'It is too late: the message has left, or is about to', {
      state: delivery.state,
    })
  }
  const parts = await tx
    .updateTable('deliveries')
    .set(TAKEN_BACK)
    .where('comment_id', '=', delivery.comment_id)
    .where('state', '=', 'queued')
    .where('hold_until', 'is not', null)
    .returning('id')
    .execute()
  const ids = parts.map((part) => part.id)
  await enterTakenBack(tx, conversation.id, ids)
  await audit(tx, {
    actor: auditActor(actor),
    action: 'delivery.undone',
    subject: { kind: 'delivery', id },
    detail: { deliveries: ids, commentId: delivery.comment_id, by: actor.key },
  })
  await recordLive(
    tx,
    ids.map((deliveryId) => ({ event: 'delivery', data: { ...place, deliveryId } })),
  )
  return done({ conversation: conversation.id })
}
