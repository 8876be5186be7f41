import { sql } from 'kysely'
import { deliveryRank } from '../../domain/delivery-state.ts'
import type { ConversationId, DeliveryId } from '../../domain/ids.ts'
import { type Actor, auditActor } from '../actor.ts'
import { audit } from '../audit.ts'
import { appendEvent } from '../conversation-events.ts'
import type { Tx } from '../database.ts'
import { appendEvents } from '../intake/events.ts'
import { runIn } from '../intake/run.ts'
import { statusEvents } from '../intake/status-events.ts'
import { recordLive } from '../live-events.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import { lockDelivery } from './lock-delivery.ts'

/** A person's word that a message never arrived. */
export const SETTLED_BY_PERSON = 'settled_by_person'

/** A person says how a send ended that nobody else can say the outcome of (P3). Nothing is sent. */
export async function settleDelivery(
  tx: Tx,
  actor: Actor,
  id: DeliveryId,
  outcome: 'sent' | 'failed',
): Promise<Refusable<{ conversation: ConversationId }>> {
  const locked = await lockDelivery(tx, actor, id)
  if (!locked) return missing('The delivery')
  const { delivery, conversation, place } = locked
  if (delivery.state !== 'unknown') {
    return refuse('conflict', 'not_unknown', 'Only a delivery of unknown outcome can be settled', {
      state: delivery.state,
    })
  }
  await tx
    .updateTable('deliveries')
    .set({
      state: outcome,
      rank: deliveryRank(outcome),
      ...(outcome === 'sent'
        ? { sent_at: sql<Date>`now()`, error_code: null, error_detail: null }
        : { failed_at: sql<Date>`now()`, error_code: SETTLED_BY_PERSON, error_detail: null }),
    })
    .where('id', '=', id)
    .execute()
  const at = new Date()
  await appendEvent(tx, conversation.id, { kind: 'delivery.settled', delivery: id, outcome, by: actor.userId }, { at })
  if (outcome === 'sent') {
    const run = runIn(tx)
    const { channel_id: channelId } = delivery
    const reached = { delivery: id, conversationId: conversation.id, channelId, campaignId: null, state: outcome, at }
    await appendEvents(run, await statusEvents(run, [reached]))
  }
  await audit(tx, {
    actor: auditActor(actor),
    action: 'delivery.settled',
    subject: { kind: 'delivery', id },
    detail: { outcome, attempt: delivery.attempt, by: actor.key },
  })
  await recordLive(tx, [{ event: 'delivery', data: place }])
  return done({ conversation: conversation.id })
}
