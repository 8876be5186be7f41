import type { AttachmentId } from '../../domain/ids.ts'
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
 * A file that the actor may read: of a comment on one of their channels, or uploaded by themselves and not used yet.
 * A deleted message's file is not shown any more.
 */
export async function findReadableFile(db: Db, actor: Pick<Actor, 'channelIds' | 'userId'>, id: AttachmentId) {
  const row = await db
    .selectFrom('attachments as a')
    .leftJoin('comments as m', 'm.id', 'a.comment_id')
    .select([
      'a.id',
      'a.name',
      'a.mime',
      'a.size',
      'a.sha256',
      'a.state',
      'a.created_by',
      'm.channel_id',
      'm.deleted_at',
    ])
    .where('a.id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  const readable =
    row.channel_id === null ? row.created_by === actor.userId : maySee(actor, row.channel_id) && row.deleted_at === null
  return readable ? row : null
}
