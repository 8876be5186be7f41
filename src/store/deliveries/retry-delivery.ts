import { sql } from 'kysely'
import { deliveryRank } from '../../domain/delivery-state.ts'
import type { ConversationId, DeliveryId } from '../../domain/ids.ts'
import { type Actor, auditActor } from '../actor.ts'
import { audit } from '../audit.ts'
import { appendEvent } from '../conversation-events.ts'
import type { Tx } from '../database.ts'
import { recordLive } from '../live-events.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import { checkGate, type GateSubject, type SendRulesOf } from './gate.ts'
import { lockDelivery } from './lock-delivery.ts'

/**
 * Sends a failed or unknown message again because a person asked for it (P3): a new attempt of the same delivery, through
 * the same gate. The provider's id of the old attempt stays with that attempt, so that a late status of it cannot pass
 * for one of the new.
 */
export async function retryDelivery(
  tx: Tx,
  actor: Actor,
  id: DeliveryId,
  rulesOf: SendRulesOf,
): Promise<Refusable<{ conversation: ConversationId }>> {
  const locked = await lockDelivery(tx, actor, id)
  if (!locked) return missing('The delivery')
  const { delivery, conversation, place } = locked
  if (delivery.state !== 'failed' && delivery.state !== 'unknown') {
    return refuse('conflict', 'not_retryable', 'Only a failed delivery, or one of unknown outcome, can be sent again', {
      state: delivery.state,
    })
  }
  const { body } = delivery
  const subject: GateSubject =
    body.kind === 'template'
      ? { kind: 'template', category: body.template.category }
      : { kind: 'free', typed: ('personsReply' in body && body.personsReply) || null, answers: null }
  const gate = await checkGate(tx, conversation, rulesOf, subject)
  if (gate.refused) return gate

  const at = new Date()
  await tx
    .updateTable('deliveries')
    .set({
      // A campaign's message, too: from now on it is its conversation's own.
      lane: 'conversation',
      state: 'queued',
      rank: deliveryRank('queued'),
      provider_message_id: null,
      parked: gate.value.parked,
      hold_until: null,
      slot_at: null,
      error_code: null,
      error_detail: null,
      queued_at: sql<Date>`clock_timestamp()`,
      accepted_at: null,
      sent_at: null,
      delivered_at: null,
      read_at: null,
      played_at: null,
      failed_at: null,
      attended_at: null,
    })
    .where('id', '=', id)
    .execute()
  await appendEvent(tx, conversation.id, { kind: 'delivery.retried', delivery: id, by: actor.userId }, { at })
  await audit(tx, {
    actor: auditActor(actor),
    action: 'delivery.retried',
    subject: { kind: 'delivery', id },
    detail: { from: delivery.state, attempt: delivery.attempt, code: delivery.error_code, by: actor.key },
  })
  await recordLive(tx, [{ event: 'delivery', data: place }])
  return done({ conversation: conversation.id })
}
