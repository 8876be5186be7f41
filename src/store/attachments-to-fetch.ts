import type { AttachmentId, ChannelId, CommentId, ConversationId, TaskId } from '../domain/ids.ts'
import { endFetch } from './channels/imported-files.ts'
import { type Database, inTransaction } from './database.ts'
import { recordLive } from './live-events.ts'

/** A client's file that waits at the provider. */
export interface FileToFetch {
  id: AttachmentId
  channelId: ChannelId
  /** null: it came with an imported message, which is of no conversation */
  comment: { id: CommentId; conversationId: ConversationId; taskId: TaskId | null } | null
  mediaId: string
  name: string
  mime: string
  declaredSha256: string | null
  createdAt: Date
}

/** null where it is stored, given up, or gone: fetching is then done. */
export async function loadFileToFetch({ db }: Database, id: AttachmentId): Promise<FileToFetch | null> {
  const row = await db
    .selectFrom('attachments as a')
    .leftJoin('comments as m', 'm.id', 'a.comment_id')
    .select(['a.id', 'a.channel_id', 'a.provider_media_id', 'a.name', 'a.mime', 'a.declared_sha256', 'a.created_at'])
    .select(['m.id as comment_id', 'm.conversation_id', 'm.task_id'])
    .where('a.id', '=', id)
    .where('a.state', '=', 'pending')
    .executeTakeFirst()
  if (!row?.channel_id || !row.provider_media_id) return null
  return {
    id: row.id,
    channelId: row.channel_id,
    comment:
      row.comment_id === null || row.conversation_id === null
        ? null
        : { id: row.comment_id, conversationId: row.conversation_id, taskId: row.task_id },
    mediaId: row.provider_media_id,
    name: row.name,
    mime: row.mime,
    declaredSha256: row.declared_sha256,
    createdAt: row.created_at,
  }
}

export type Fetched =
  | { state: 'stored'; mime: string; name: string; size: number; sha256: string }
  | { state: 'failed'; errorCode: string }

/** Ends the fetch and tells the screens. */
export async function recordFetched(database: Database, file: FileToFetch, result: Fetched): Promise<void> {
  await inTransaction(database.db, async (tx) => {
    const values =
      result.state === 'stored'
        ? {
            state: result.state,
            mime: result.mime,
            name: result.name,
            size: result.size,
            sha256: result.sha256,
            error_code: null,
          }
        : { state: result.state, error_code: result.errorCode }
    const changed = await tx
      .updateTable('attachments')
      .set(values)
      .where('id', '=', file.id)
      .where('state', '=', 'pending')
      .returning('id')
      .executeTakeFirst()
    if (!changed) return
    if (file.comment === null) return endFetch(tx, file.id)
    const { id: commentId, taskId, conversationId } = file.comment
    await recordLive(tx, [{ event: 'comment', data: { commentId, taskId, conversationId, channelId: file.channelId } }])
  })
}
