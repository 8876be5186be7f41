import { sql } from 'kysely'
import type { ConversationEvent } from '../../domain/conversation-event.ts'
import type { CommentId, DeliveryId, OutgoingMessageId, ProviderMessageId, TaskId } from '../../domain/ids.ts'
import { NOTHING_TO_DO, type StepOutcome } from '../../domain/step.ts'
import { placeOutgoing } from '../bulk/place-outgoing.ts'
import type { Tx } from '../database.ts'
import type { LiveEvent } from '../live-events.ts'
import { bulkHappening } from './bulk-happening.ts'
import type { ConversationState, RecordedEvent } from './conversation-state.ts'
import { meetContact, taskForMessage } from './first-contact.ts'

/**
 * A message that nobody typed into a task gets its place: in the task, as an echo would, or in the hold, where the bulk
 * rule says so (design.md, Bulk rule). It is sent either way. What a scenario says about a closed task stays with that
 * task: a question how it was opens no new one.
 */
export async function workQueuedMessage(
  tx: Tx,
  state: ConversationState,
  event: RecordedEvent,
  queued: Extract<ConversationEvent, { kind: 'message.queued' }>,
  live: LiveEvent[],
): Promise<StepOutcome> {
  const known = state.contact !== null
  await meetContact(tx, state, known ? null : { name: queued.contactName, username: null }, live, 'us')
  const place = await placeOutgoing(tx, state, queued.message)
  if (place === 'held') {
    await tx.updateTable('comments').set({ bulk: true }).where('id', '=', queued.comment).execute()
    state.happened.push(...(await bulkHappening(tx, state, event, queued.message)))
  } else {
    const own = state.task?.active ? null : (queued.task ?? null)
    const task = own ?? (await taskForMessage(tx, state, live, { openedBy: 'message' }))
    await showComment(tx, queued.comment, task)
    state.inbox.feeds.add(task)
    state.lastAuthor = queued.cause ? 'scenario' : 'employee'
    live.push(commentChanged(state, queued.comment, task))
  }
  return sendsOf(state, queued)
}

/** What leaves now: nothing of what can still be taken back; the workflow must learn until when. */
export function sendsOf(state: ConversationState, of: { deliveries: DeliveryId[]; held?: boolean }): StepOutcome {
  if (!of.held) return { sends: of.deliveries, fetches: [] }
  state.hasHeldSends = true
  state.holdsChanged = true
  return NOTHING_TO_DO
}

/** Puts a comment that has no task at the end of a task's feed. */
export async function showComment(tx: Tx, comment: CommentId, task: TaskId): Promise<void> {
  await tx
    .updateTable('comments')
    .set({ task_id: task, position: sql<number>`nextval('comment_positions')` })
    .where('id', '=', comment)
    .execute()
}

/** How an echo was counted when it came in; null where it was not: it is then an ordinary message. */
export async function countedEcho(
  tx: Tx,
  state: ConversationState,
  message: ProviderMessageId,
): Promise<OutgoingMessageId | null> {
  const row = await tx
    .selectFrom('outgoing_messages')
    .select('id')
    .where('channel_id', '=', state.channel.id)
    .where('provider_message_id', '=', message)
    .executeTakeFirst()
  return row?.id ?? null
}

/** It was no message of its own: it does not count. */
export async function voidOutgoing(tx: Tx, message: OutgoingMessageId): Promise<void> {
  await tx
    .updateTable('outgoing_messages')
    .set({ state: 'void' })
    .where('id', '=', message)
    .where('state', '=', 'counted')
    .execute()
}

export const commentChanged = (state: ConversationState, comment: CommentId, task: TaskId | null): LiveEvent => ({
  event: 'comment',
  data: { commentId: comment, taskId: task, conversationId: state.id, channelId: state.channel.id },
})
