import type { AttachmentId, ConversationId } from '../../domain/ids.ts'
import { type Actor, auditActor, maySee } from '../actor.ts'
import { audit } from '../audit.ts'
import { beginFetch } from '../channels/imported-files.ts'
import { appendEvent, lockConversation } from '../conversation-events.ts'
import type { Tx } from '../database.ts'
import { recordLive } from '../live-events.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'

/**
 * Fetches a client's file again that could not be had, because a person asked for it: the conversation's workflow hears
 * of it and asks the files' worker. Whether the provider still keeps the file shows there.
 * @returns `conversation` null: it came with an imported message, and the sweep has it fetched
 */
export async function retryFetch(
  tx: Tx,
  actor: Actor,
  id: AttachmentId,
): Promise<Refusable<{ conversation: ConversationId | null }>> {
  const place = await findPlace(tx, id)
  if (!place || !maySee(actor, place.channel_id) || place.deleted_at !== null) return missing('The file')
  if (place.gone_at !== null || place.state === 'disconnected') {
    return refuse(
      'conflict',
      'channel_disconnected',
      'The channel is disconnected: its provider cannot be asked for files',
    )
  }
  if (place.conversation_id !== null) await lockConversation(tx, place.conversation_id)
  const file = await tx
    .selectFrom('attachments')
    .select(['state', 'error_code', 'provider_media_id'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!file) return missing('The file')
  if (file.state !== 'failed' || file.provider_media_id === null) {
    return refuse(
      'conflict',
      'not_refetchable',
      "Only a client's file that could not be fetched can be fetched again",
      {
        state: file.state,
      },
    )
  }
  await tx.updateTable('attachments').set({ state: 'pending', error_code: null }).where('id', '=', id).execute()
  await audit(tx, {
    actor: auditActor(actor),
    action: 'attachment.retried',
    subject: { kind: 'attachment', id },
    detail: { code: file.error_code, by: actor.key },
  })
  const { id: comment, conversation_id: conversation, task_id: taskId, channel_id: channelId } = place
  if (comment === null || conversation === null) {
    await beginFetch(tx, id)
    return done({ conversation: null })
  }
  const at = new Date()
  await appendEvent(tx, conversation, { kind: 'attachment.retried', attachment: id, by: actor.userId }, { at })
  await recordLive(tx, [
    { event: 'comment', data: { commentId: comment, taskId, conversationId: conversation, channelId } },
  ])
  return done({ conversation })
}

/** The message that it came with. */
const findPlace = (tx: Tx, id: AttachmentId) =>
  tx
    .selectFrom('attachments as a')
    .leftJoin('comments as m', 'm.id', 'a.comment_id')
    .leftJoin('imported_files as f', 'f.attachment_id', 'a.id')
    .innerJoin('channels as c', (join) =>
      join.on((on) => on('c.id', '=', on.fn.coalesce('m.channel_id', 'f.channel_id'))),
    )
    .select(['c.id as channel_id', 'c.state', 'c.deleted_at as gone_at'])
    .select(['m.id', 'm.task_id', 'm.conversation_id', 'm.deleted_at'])
    .where('a.id', '=', id)
    .executeTakeFirst()
