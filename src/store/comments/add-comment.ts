import { sql } from 'kysely'
import { shownKind } from '../../domain/attachment-kind.ts'
import type {
  AttachmentId,
  CommentId,
  ConversationId,
  ProviderMessageId,
  QuickReplyId,
  TaskId,
  UserId,
} from '../../domain/ids.ts'
import { personsReply } from '../../domain/persons-reply.ts'
import type { TemplateChoice } from '../../domain/template/template.ts'
import { type Actor, auditActor } from '../actor.ts'
import { audit } from '../audit.ts'
import { appendEvent } from '../conversation-events.ts'
import type { Tx } from '../database.ts'
import type { SendRulesOf } from '../deliveries/gate.ts'
import { recordLive } from '../live-events.ts'
import { type ComposedMessage, composeMessage, noteOf } from '../outgoing/compose-message.ts'
import { takeFiles } from '../outgoing/files.ts'
import { storeMessage } from '../outgoing/store-message.ts'
import { findQuickReply } from '../quick-replies/quick-reply-view.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import { checkEmployees } from '../tasks/employees.ts'
import { lockTask } from '../tasks/lock-task.ts'
import { refreshInbox } from '../tasks/refresh-inbox.ts'

/** A comment as its author wrote it. Internal unless `notifyContact` is true (P6). */
export interface CommentDraft {
  text: string | null
  attachmentIds: AttachmentId[]
  /** instead of a text and files; only to the contact */
  template: TemplateChoice | null
  notifyContact: boolean
  notifyEmployees: UserId[]
  replyTo: CommentId | null
  /** what its text came from: one that the author may use */
  quickReply: QuickReplyId | null
  /** how long it can be taken back before it leaves, in milliseconds; only for what notifies the contact */
  holdMs: number
}

export interface AddedComment {
  comment: CommentId
  /** whose workflow must hear of it */
  conversation: ConversationId
}

/**
 * Writes a comment and, if it notifies the contact, the messages that it becomes: the gate, the comment, its deliveries
 * and the event that has them sent, in one transaction under the conversation's lock (M10–M12, P5, P6).
 */
export async function addComment(
  tx: Tx,
  actor: Actor,
  taskId: TaskId,
  draft: CommentDraft,
  rulesOf: SendRulesOf,
): Promise<Refusable<AddedComment>> {
  const locked = await lockTask(tx, actor, taskId)
  if (!locked) return missing('The task')
  const { task, conversation } = locked

  const text = draft.text?.trim() ? draft.text : null
  if (text === null && draft.attachmentIds.length === 0 && !draft.template) {
    return refuse('invalid', 'empty_comment', 'A comment needs a text or a file')
  }
  if (draft.template && !draft.notifyContact) {
    return refuse('invalid', 'template_needs_contact', 'A template is for the client: notify the contact of it')
  }
  if (draft.holdMs > 0 && !draft.notifyContact) {
    return refuse(
      'invalid',
      'hold_needs_contact',
      'Only what is for the client can be held back: notify the contact of it',
    )
  }
  const people = await checkEmployees(tx, draft.notifyEmployees, task.channel_id)
  if (people.refused) return people
  const quoted = await findQuoted(tx, taskId, draft.replyTo)
  if (quoted.refused) return quoted
  const used = draft.quickReply === null ? null : await findQuickReply(tx, actor, draft.quickReply)
  if (draft.quickReply !== null && used === null) {
    return refuse('invalid', 'unknown_quick_reply', 'There is no such quick reply')
  }
  const written = draft.notifyContact
    ? await composeMessage(tx, actor, conversation, draft, quoted.value, rulesOf, personsReply(actor))
    : await composeNote(tx, actor, text, draft.attachmentIds)
  if (written.refused) return written

  const at = new Date()
  const place = { taskId, conversationId: conversation.id, channelId: task.channel_id }
  const { comment, deliveries } = await storeMessage(tx, actor, written.value, {
    task: taskId,
    conversation: conversation.id,
    channel: task.channel_id,
    notifiesContact: draft.notifyContact,
    notified: people.value.map(({ id }) => id),
    quoted: quoted.value,
    replyTo: draft.replyTo,
    manner: { holdMs: draft.holdMs, atLeastOnce: false },
    at,
  })
  const participants = [...new Set([...task.participant_ids, ...people.value.map(({ id }) => id)])]
  await tx
    .updateTable('tasks')
    .set({ participant_ids: participants, updated_at: sql<Date>`now()` })
    .where('id', '=', taskId)
    .execute()
  if (draft.notifyContact) await refreshInbox(tx, taskId)
  await appendEvent(
    tx,
    conversation.id,
    {
      kind: 'comment.added',
      comment,
      task: taskId,
      by: actor.userId,
      deliveries,
      ...(draft.holdMs > 0 && { held: true }),
      ...(used && { quickReply: { id: used.id, shortcut: used.shortcut, folder: used.folder } }),
    },
    { at },
  )
  await audit(tx, {
    actor: auditActor(actor),
    action: 'comment.added',
    subject: { kind: 'comment', id: comment },
    detail: { taskId, notifiesContact: draft.notifyContact, deliveries, by: actor.key },
  })
  await recordLive(tx, [
    { event: 'comment', data: { ...place, commentId: comment } },
    { event: 'task', data: { ...place, contactId: task.requester_id } },
  ])
  return done({ comment, conversation: conversation.id })
}

/** What the provider calls the entry that is answered; null where it never left or came from outside. */
async function findQuoted(
  tx: Tx,
  task: TaskId,
  replyTo: CommentId | null,
): Promise<Refusable<ProviderMessageId | null>> {
  if (replyTo === null) return done(null)
  const { rows } = await sql<{ quoted: ProviderMessageId | null }>`
    select coalesce(m.provider_message_id, (
      select d.provider_message_id from deliveries d
      where d.comment_id = m.id and d.provider_message_id is not null order by d.ordinal limit 1
    )) as quoted
    from comments m where m.id = ${replyTo} and m.task_id = ${task}`.execute(tx)
  const row = rows[0]
  return row
    ? done(row.quoted)
    : refuse('invalid', 'unknown_comment', 'The comment that this answers is not in this task')
}

/** What stays in the house: nothing of it is for the client (P6). */
async function composeNote(
  tx: Tx,
  actor: Actor,
  text: string | null,
  attachmentIds: AttachmentId[],
): Promise<Refusable<ComposedMessage>> {
  const files = await takeFiles(tx, actor, attachmentIds)
  if (files.refused) return files
  const [first] = files.value
  return done({ ...noteOf(text), kind: first ? shownKind(first.mime) : 'text', files: files.value })
}
