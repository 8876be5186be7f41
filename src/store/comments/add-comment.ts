import { sql } from 'kysely'
import { attachmentKind, shownKind } from '../../domain/attachment-kind.ts'
import { type ComposedDelivery, composeDeliveries } from '../../domain/compose-deliveries.ts'
import type {
  AttachmentId,
  ChannelId,
  CommentId,
  ConversationId,
  DeliveryId,
  ProviderMessageId,
  TaskId,
  UserId,
} from '../../domain/ids.ts'
import type { MediaKind } from '../../domain/message.ts'
import { type Actor, auditActor } from '../actor.ts'
import { audit } from '../audit.ts'
import { appendEvent } from '../conversation-events.ts'
import type { Tx } from '../database.ts'
import { checkGate, type SendRules, type SendRulesOf } from '../deliveries/gate.ts'
import { recordLive } from '../live-events.ts'
import { newId } from '../new-id.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import { checkEmployees } from '../tasks/employees.ts'
import { lockTask } from '../tasks/lock-task.ts'

/** A comment as its author wrote it. Internal unless `notifyContact` is true (P6). */
export interface CommentDraft {
  text: string | null
  attachmentIds: AttachmentId[]
  notifyContact: boolean
  notifyEmployees: UserId[]
  replyTo: CommentId | null
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
  if (text === null && draft.attachmentIds.length === 0) {
    return refuse('invalid', 'empty_comment', 'A comment needs a text or a file')
  }
  const people = await checkEmployees(tx, draft.notifyEmployees, task.channel_id)
  if (people.refused) return people
  const files = await takeFiles(tx, actor, draft.attachmentIds)
  if (files.refused) return files
  const quoted = await findQuoted(tx, taskId, draft.replyTo)
  if (quoted.refused) return quoted
  const gate = draft.notifyContact ? await checkGate(tx, conversation, rulesOf) : null
  if (gate?.refused) return gate
  const toSend = gate ? sendable(text, files.value, gate.value.rules) : null
  if (toSend?.refused) return toSend

  const comment = newId<CommentId>()
  const at = new Date()
  const firstFile = files.value[0]
  await tx
    .insertInto('comments')
    .values({
      id: comment,
      task_id: taskId,
      conversation_id: conversation.id,
      channel_id: task.channel_id,
      author_kind: 'employee',
      author_id: actor.userId,
      author_name: actor.name,
      kind: firstFile ? (toSend?.value[0]?.media ?? shownKind(firstFile.mime)) : 'text',
      text,
      quoted_provider_id: quoted.value,
      reply_to: draft.replyTo,
      notifies_contact: draft.notifyContact,
      notified_user_ids: people.value.map(({ id }) => id),
      at,
    })
    .execute()
  for (const [ordinal, file] of files.value.entries()) {
    await tx
      .updateTable('attachments')
      .set({ comment_id: comment, ordinal, channel_id: task.channel_id })
      .where('id', '=', file.id)
      .execute()
  }

  const place = { taskId, conversationId: conversation.id, channelId: task.channel_id }
  const deliveries =
    gate && toSend
      ? await queueDeliveries(tx, composed(text, toSend.value, quoted.value, gate.value.rules), {
          ...place,
          comment,
          parked: gate.value.parked,
        })
      : []
  const participants = [...new Set([...task.participant_ids, ...people.value.map(({ id }) => id)])]
  await tx
    .updateTable('tasks')
    .set({ participant_ids: participants, updated_at: sql<Date>`now()` })
    .where('id', '=', taskId)
    .execute()
  await appendEvent(
    tx,
    conversation.id,
    { kind: 'comment.added', comment, task: taskId, by: actor.userId, deliveries },
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

const composed = (
  text: string | null,
  attachments: Sendable[],
  quoted: ProviderMessageId | null,
  rules: SendRules,
): ComposedDelivery[] => composeDeliveries({ text, attachments, quoted: rules.quotes ? quoted : null }, rules)

/** Stores the messages to send, in their order. */
async function queueDeliveries(
  tx: Tx,
  parts: readonly ComposedDelivery[],
  of: { conversationId: ConversationId; channelId: ChannelId; comment: CommentId; parked: string | null },
): Promise<DeliveryId[]> {
  const rows = parts.map((part, ordinal) => ({
    id: newId<DeliveryId>(),
    comment_id: of.comment,
    ordinal,
    conversation_id: of.conversationId,
    channel_id: of.channelId,
    body: JSON.stringify(part.body),
    quoted_provider_id: part.quoted,
    parked: of.parked,
  }))
  await tx.insertInto('deliveries').values(rows).execute()
  return rows.map(({ id }) => id)
}

interface Sendable {
  id: AttachmentId
  name: string
  media: MediaKind
}

interface File {
  id: AttachmentId
  name: string
  mime: string
  size: number
}

/** Files that the author has uploaded and not used yet, held for this transaction. */
async function takeFiles(tx: Tx, actor: Actor, ids: AttachmentId[]): Promise<Refusable<File[]>> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0) return done([])
  const rows = await tx
    .selectFrom('attachments')
    .select(['id', 'name', 'mime', 'size'])
    .where('id', 'in', wanted)
    .where('comment_id', 'is', null)
    .where('state', '=', 'stored')
    .where('created_by', 'is not distinct from', actor.userId)
    .orderBy('id')
    .forUpdate()
    .execute()
  const found = new Map(rows.map((row) => [row.id, row]))
  const files = wanted.flatMap((id) => {
    const row = found.get(id)
    return row ? [{ id, name: row.name, mime: row.mime, size: row.size ?? 0 }] : []
  })
  if (files.length === wanted.length) return done(files)
  return refuse(
    'invalid',
    'unknown_attachment',
    'A file was not uploaded by you, or is used by another comment already',
    {
      ids: wanted.filter((id) => !found.has(id)),
    },
  )
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

/** Can the channel carry this text and these files? */
function sendable(text: string | null, files: readonly File[], rules: SendRules): Refusable<Sendable[]> {
  if (text !== null && text.length > rules.maxTextLength) {
    return refuse('invalid', 'text_too_long', `The text may have ${rules.maxTextLength} characters at most`, {
      limit: rules.maxTextLength,
      length: text.length,
    })
  }
  const carried: Sendable[] = []
  for (const file of files) {
    const media = attachmentKind(file, rules.media)
    if (!media) {
      return refuse('invalid', 'attachment_not_sendable', 'The channel cannot send a file of this type or size', {
        attachmentId: file.id,
        mime: file.mime,
        size: file.size,
        allowed: rules.media,
      })
    }
    carried.push({ id: file.id, name: file.name, media })
  }
  return done(carried)
}
