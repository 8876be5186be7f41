import type { ConversationEvent } from '../../domain/conversation-event.ts'
import type { CommentId } from '../../domain/ids.ts'
import { lastInbound } from '../../domain/last-inbound.ts'
import { NOTHING_TO_DO, type StepOutcome } from '../../domain/step.ts'
import { audit } from '../audit.ts'
import type { Tx } from '../database.ts'
import type { LiveEvent } from '../live-events.ts'
import type { ConversationState, RecordedEvent } from './conversation-state.ts'
import { findCommentByProviderId } from './feed.ts'
import { workClientMessage, workEcho } from './messages.ts'

type Event<Kind extends ConversationEvent['kind']> = Extract<ConversationEvent, { kind: Kind }>

/**
 * An edit replaces the words and keeps the old ones as a revision; the newest by the provider's time stands. The edit of a message that we never had is shown as a
 * message: the client did say it.
 */
export async function workEdit(
  tx: Tx,
  state: ConversationState,
  event: RecordedEvent,
  edit: Event<'message.edited'>,
  live: LiveEvent[],
): Promise<StepOutcome> {
  const comment = await findCommentByProviderId(tx, state, edit.target)
  if (!comment) {
    const message = {
      id: edit.target,
      content: edit.content,
      context: { quoted: null, forwarded: 'no' as const, referral: null, product: null },
    }
    return edit.by === 'contact'
      ? workClientMessage(tx, state, event, message, null, live)
      : workEcho(tx, state, event, { message, by: edit.by }, live)
  }
  await keepRevision(tx, comment)
  await tx
    .updateTable('comments')
    .set({ text: edit.content.text, edited_at: event.at })
    .where('id', '=', comment)
    .where((where) => where.or([where('edited_at', 'is', null), where('edited_at', '<=', event.at)]))
    .where('deleted_at', 'is', null)
    .execute()
  await commentChanged(tx, state, comment, live)
  const data = { text: edit.content.text, by: edit.by }
  state.happened.push({ name: 'message.edited', data, comment, cause: null })
  return NOTHING_TO_DO
}

/** A deleted message stays as an entry without words; what it said is kept for the audit. */
export async function workDeletion(
  tx: Tx,
  state: ConversationState,
  deletion: Event<'message.deleted'>,
  live: LiveEvent[],
): Promise<StepOutcome> {
  const comment = await findCommentByProviderId(tx, state, deletion.target)
  if (!comment) return noTarget(tx, state, 'message.deleted')
  await keepRevision(tx, comment)
  await tx
    .updateTable('comments')
    .set({ text: null, data: '{}', deleted_at: new Date() })
    .where('id', '=', comment)
    .where('deleted_at', 'is', null)
    .execute()
  state.happened.push({ name: 'message.deleted', data: { by: deletion.by }, comment, cause: null })
  await commentChanged(tx, state, comment, live)
  return NOTHING_TO_DO
}

/** The newest reaction by the provider's time stands, whatever the order of arrival (reference §1.4). */
export async function workReaction(
  tx: Tx,
  state: ConversationState,
  event: RecordedEvent,
  reaction: Event<'message.reacted'>,
  live: LiveEvent[],
): Promise<StepOutcome> {
  if (event.opensWindow) {
    state.lastInAt = lastInbound(state.lastInAt, event)
    state.hasNewMessage = true
  }
  const comment = await findCommentByProviderId(tx, state, reaction.target)
  if (!comment) return noTarget(tx, state, 'message.reacted')
  await tx
    .insertInto('reactions')
    .values({ comment_id: comment, by: reaction.by, emoji: reaction.emoji, at: event.at })
    .onConflict((oc) =>
      oc
        .columns(['comment_id', 'by'])
        .doUpdateSet({ emoji: reaction.emoji, at: event.at })
        .where('reactions.at', '<=', event.at),
    )
    .execute()
  if (reaction.by === 'contact') {
    const data = { kind: 'reaction', text: null, emoji: reaction.emoji, buttonPayload: null, hasFile: false }
    state.happened.push({ name: 'message.received', data, comment, cause: null })
  }
  await commentChanged(tx, state, comment, live)
  return NOTHING_TO_DO
}

async function keepRevision(tx: Tx, comment: CommentId): Promise<void> {
  await tx
    .insertInto('comment_revisions')
    .columns(['comment_id', 'text', 'data'])
    .expression((eb) => eb.selectFrom('comments').select(['id', 'text', 'data']).where('id', '=', comment))
    .execute()
}

async function commentChanged(tx: Tx, state: ConversationState, comment: CommentId, live: LiveEvent[]): Promise<void> {
  const row = await tx.selectFrom('comments').select('task_id').where('id', '=', comment).executeTakeFirstOrThrow()
  if (row.task_id) state.inbox.feeds.add(row.task_id)
  live.push({
    event: 'comment',
    data: { commentId: comment, taskId: row.task_id, conversationId: state.id, channelId: state.channel.id },
  })
}

/** It concerns a message that never came here (older than the connection, or lost by the provider): kept in the audit. */
async function noTarget(tx: Tx, state: ConversationState, what: string): Promise<StepOutcome> {
  await audit(tx, {
    actor: { kind: 'system', id: null },
    action: `${what}.target_unknown`,
    subject: { kind: 'conversation', id: state.id },
  })
  return NOTHING_TO_DO
}
