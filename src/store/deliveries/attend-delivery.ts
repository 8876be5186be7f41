import { sql } from 'kysely'
import type { DeliveryId } from '../../domain/ids.ts'
import { type Actor, auditActor } from '../actor.ts'
import { audit } from '../audit.ts'
import type { Tx } from '../database.ts'
import { recordLive } from '../live-events.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import { lockDelivery } from './lock-delivery.ts'

/**
 * A person has looked at a message that failed, and wants to do nothing more about it: it needs no attention any more, and
 * stays what it is. One of unknown outcome is settled instead.
 */
export async function attendDelivery(tx: Tx, actor: Actor, id: DeliveryId): Promise<Refusable<true>> {
  const locked = await lockDelivery(tx, actor, id)
  if (!locked) return missing('The delivery')
  const { delivery, place } = locked
  if (delivery.state !== 'failed') {
    return refuse('conflict', 'not_failed', 'Only a message that failed can be put away', { state: delivery.state })
  }
  if (delivery.attended_at !== null) return done(true)
  await tx.updateTable('deliveries').set({ attended_at: sql<Date>`now()` }).where('id', '=', id).execute()
  await audit(tx, {
    actor: auditActor(actor),
    action: 'delivery.attended',
    subject: { kind: 'delivery', id },
    detail: { attempt: delivery.attempt, code: delivery.error_code, by: actor.key },
  })
  await recordLive(tx, [{ event: 'delivery', data: place }])
  return done(true)
}
