import type { AttachmentId, ChannelId, QuickReplyId, UserId } from '../../domain/ids.ts'
import { type Actor, auditActor, maySee } from '../actor.ts'
import { audit } from '../audit.ts'
import type { Db, Tx } from '../database.ts'

/** A file whose bytes are stored, not yet part of a comment. */
export interface UploadedFile {
  id: AttachmentId
  name: string
  mime: string
  size: number
  sha256: string
}

export async function addUploadedFile(tx: Tx, actor: Actor, file: UploadedFile): Promise<void> {
  await tx
    .insertInto('attachments')
    .values({ ...file, state: 'stored', created_by: actor.userId })
    .execute()
  await audit(tx, {
    actor: auditActor(actor),
    action: 'attachment.uploaded',
    subject: { kind: 'attachment', id: file.id },
    detail: { mime: file.mime, size: file.size, by: actor.key },
  })
}

/**
 * A file that the actor may read: of a comment or an imported message on one of their channels, of a quick reply that is theirs or shared, or
 * uploaded by themselves and not used yet. A deleted message's file is not shown any more.
 */
export async function findReadableFile(db: Db, actor: Pick<Actor, 'channelIds' | 'userId'>, id: AttachmentId) {
  const row = await db
    .selectFrom('attachments as a')
    .leftJoin('comments as m', 'm.id', 'a.comment_id')
    .leftJoin('quick_replies as q', 'q.id', 'a.quick_reply_id')
    .leftJoin('imported_files as f', 'f.attachment_id', 'a.id')
    .select([
      'a.id',
      'a.content_id',
      'a.name',
      'a.mime',
      'a.size',
      'a.sha256',
      'a.state',
      'a.created_by',
      'a.quick_reply_id',
      'q.owner_id',
      'm.deleted_at',
    ])
    .select((row) => row.fn.coalesce('m.channel_id', 'f.channel_id').as('channel_id'))
    .where('a.id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  return isReadable(actor, row) ? row : null
}

/** A file whose bytes are here, for who holds a link to it (src/store/file-links.ts). */
export async function findStoredFile(db: Db, id: AttachmentId) {
  const row = await db
    .selectFrom('attachments')
    .select(['id', 'content_id', 'name', 'mime', 'size', 'sha256'])
    .where('id', '=', id)
    .where('state', '=', 'stored')
    .executeTakeFirst()
  return row ?? null
}

function isReadable(
  actor: Pick<Actor, 'channelIds' | 'userId'>,
  file: {
    quick_reply_id: QuickReplyId | null
    owner_id: UserId | null
    channel_id: ChannelId | null
    deleted_at: Date | null
    created_by: UserId | null
  },
): boolean {
  if (file.quick_reply_id !== null) return file.owner_id === null || file.owner_id === actor.userId
  if (file.channel_id !== null) return maySee(actor, file.channel_id) && file.deleted_at === null
  return file.created_by === actor.userId
}
