import { sql } from 'kysely'
import type { CommentId, DeliveryId, TaskId } from '../../domain/ids.ts'
import type { StepOutcome } from '../../domain/step.ts'
import { appendEvent } from '../conversation-events.ts'
import type { Tx } from '../database.ts'
import type { LiveEvent } from '../live-events.ts'
import type { ConversationState } from './conversation-state.ts'
import { openDeliveries } from './open-deliveries.ts'

/**
 * The time in which messages could be taken back is over: they leave, in the order of the record. Recorded as an event
 * that is worked off at once, so that a repeated step answers the same; the caller has worked off everything before it.
 * Whoever takes one back holds the same conversation: the row says who came first.
 * @param dueBy holds that end then or before
 * @returns null where none was due
 */
export async function releaseHeldSends(
  tx: Tx,
  state: ConversationState,
  dueBy: Date,
  live: LiveEvent[],
): Promise<{ seq: number; outcome: StepOutcome } | null> {
  if (!state.hasHeldSends) return null
  const { rows } = await sql<{ id: DeliveryId; comment: CommentId; task: TaskId | null }>`
    update deliveries d set hold_until = null from comments m
    where m.id = d.comment_id and d.conversation_id = ${state.id} and d.state = 'queued' and d.hold_until <= ${dueBy}
    returning d.id, m.id as comment, m.task_id as task`.execute(tx)
  if (rows.length === 0) return null
  const released = new Set(rows.map(({ id }) => id))
  // Those of a paused channel leave when it is resumed.
  const sends = (await openDeliveries(tx, state.id)).filter((id) => released.has(id))
  const seq = await appendEvent(tx, state.id, { kind: 'delivery.released', deliveries: sends }, { at: dueBy })
  state.lastSeq = seq
  state.workedSeq = seq
  state.holdsChanged = true
  for (const { id, comment, task } of rows) {
    live.push({
      event: 'delivery',
      data: { deliveryId: id, commentId: comment, taskId: task, conversationId: state.id, channelId: state.channel.id },
    })
  }
  return { seq, outcome: { sends, fetches: [] } }
}
