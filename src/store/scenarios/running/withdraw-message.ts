import { sql } from 'kysely'
import type { CommentId, DeliveryId } from '../../../domain/ids.ts'
import type { HeldRun } from '../../../domain/scenario/engine/host.ts'
import { audit } from '../../audit.ts'
import { enterTakenBack, TAKEN_BACK } from '../../deliveries/taken-back.ts'
import type { Running } from './running.ts'

/**
 * Takes back the message that a run waits to hear of, where none of its parts has left: held, parked, or not claimed by
 * a sender yet. A sender claims a delivery by its row: one of the two comes first.
 * @param because the code with which the run ends
 * @returns false where it is too late
 */
export async function withdrawMessage({ tx, state, live }: Running, held: HeldRun, because: string): Promise<boolean> {
  const { asked } = held.run
  if (!asked) return false
  const { rows } = await sql<{ id: DeliveryId; comment: CommentId; waits: boolean }>`
    select d.id, d.comment_id as comment, d.state = 'queued' and not exists (
      select from delivery_attempts a where a.delivery_id = d.id and coalesce(a.outcome, 'unknown') = 'unknown') as waits
    from deliveries d
    where d.comment_id = (select comment_id from deliveries
      where run_id = ${held.id} and run_step = ${asked.step} and run_effect = ${asked.number})
    order by d.id for update`.execute(tx)
  const [first] = rows
  if (!first || !rows.every(({ waits }) => waits)) return false
  const ids = rows.map(({ id }) => id)
  await tx.updateTable('deliveries').set(TAKEN_BACK).where('id', 'in', ids).execute()
  await enterTakenBack(tx, state.id, ids)
  await audit(tx, {
    actor: { kind: 'scenario', id: held.scenario },
    action: 'delivery.undone',
    subject: { kind: 'delivery', id: first.id },
    detail: { deliveries: ids, commentId: first.comment, runId: held.id, because },
  })
  const place = { commentId: first.comment, taskId: held.task, conversationId: state.id, channelId: state.channel.id }
  live.push(...ids.map((deliveryId) => ({ event: 'delivery' as const, data: { ...place, deliveryId } })))
  return true
}
