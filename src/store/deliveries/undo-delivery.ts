import { sql } from 'kysely'
import { deliveryRank } from '../../domain/delivery-state.ts'
import type { ConversationId, DeliveryId } from '../../domain/ids.ts'
import { type Actor, auditActor } from '../actor.ts'
import { audit } from '../audit.ts'
import { appendEvent } from '../conversation-events.ts'
import type { Tx } from '../database.ts'
import { recordLive } from '../live-events.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import { lockDelivery } from './lock-delivery.ts'

/** A person took the message back before it left. */
export const UNDONE = 'undone'

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
    .set({
      state: 'failed',
      rank: deliveryRank('failed'),
      hold_until: null,
      parked: null,
      error_code: UNDONE,
      error_detail: null,
      failed_at: sql<Date>`clock_timestamp()`,
    })
    .where('comment_id', '=', delivery.comment_id)
    .where('state', '=', 'queued')
    .where('hold_until', 'is not', null)
    .returning('id')
    .execute()
  const at = new Date()
  for (const part of parts) {
    await appendEvent(tx, conversation.id, { kind: 'delivery.failed', delivery: part.id, code: UNDONE }, { at })
  }
  await audit(tx, {
    actor: auditActor(actor),
    action: 'delivery.undone',
    subject: { kind: 'delivery', id },
    detail: { deliveries: parts.map((part) => part.id), commentId: delivery.comment_id, by: actor.key },
  })
  await recordLive(
    tx,
    parts.map((part) => ({ event: 'delivery', data: { ...place, deliveryId: part.id } })),
  )
  return done({ conversation: conversation.id })
}
