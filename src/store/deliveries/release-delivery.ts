import type { ConversationId, DeliveryId } from '../../domain/ids.ts'
import { type Actor, auditActor } from '../actor.ts'
import { audit } from '../audit.ts'
import { appendEvent } from '../conversation-events.ts'
import type { Tx } from '../database.ts'
import { recordLive } from '../live-events.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import { openDeliveries } from '../steps/open-deliveries.ts'
import { lockDelivery } from './lock-delivery.ts'

/**
 * Lets a held message go before its time, with all the parts of its comment. Whoever takes it back, or lets it go in time,
 * holds the same conversation: the row says who came first.
 *
 * Refuses with `not_held` once it was let go or taken back.
 */
export async function releaseDelivery(
  tx: Tx,
  actor: Actor,
  id: DeliveryId,
): Promise<Refusable<{ conversation: ConversationId }>> {
  const locked = await lockDelivery(tx, actor, id)
  if (!locked) return missing('The delivery')
  const { delivery, conversation, place } = locked
  if (delivery.state !== 'queued' || delivery.hold_until === null) {
    return refuse('conflict', 'not_held', 'Only a message that is still held can be let go', { state: delivery.state })
  }
  const parts = await tx
    .updateTable('deliveries')
    .set({ hold_until: null })
    .where('comment_id', '=', delivery.comment_id)
    .where('state', '=', 'queued')
    .where('hold_until', 'is not', null)
    .returning('id')
    .execute()
  const released = new Set(parts.map((part) => part.id))
  // Those of a paused channel leave when it is resumed.
  const deliveries = (await openDeliveries(tx, conversation.id)).filter((part) => released.has(part))
  await appendEvent(tx, conversation.id, { kind: 'delivery.released', deliveries }, { at: new Date() })
  await audit(tx, {
    actor: auditActor(actor),
    action: 'delivery.released',
    subject: { kind: 'delivery', id },
    detail: { deliveries: [...released], commentId: delivery.comment_id, by: actor.key },
  })
  await recordLive(
    tx,
    [...released].map((deliveryId) => ({ event: 'delivery', data: { ...place, deliveryId } })),
  )
  return done({ conversation: conversation.id })
}
