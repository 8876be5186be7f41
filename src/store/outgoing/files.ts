import { attachmentKind } from '../../domain/attachment-kind.ts'
import type { AttachmentId, ChannelId, CommentId } from '../../domain/ids.ts'
import type { MediaKind } from '../../domain/message.ts'
import type { Actor } from '../actor.ts'
import type { Tx } from '../database.ts'
import type { SendRules } from '../deliveries/gate.ts'
import { done, type Refusable, refuse } from '../refusal.ts'

/** A file that its author has uploaded, held for this transaction. */
export interface TakenFile {
  id: AttachmentId
  name: string
  mime: string
  size: number
  sha256: string | null
}

export interface SendableFile extends TakenFile {
  media: MediaKind
}

/** Files that the author has uploaded and not used yet, in the order given, held for this transaction. */
export async function takeFiles(tx: Tx, actor: Actor, ids: readonly AttachmentId[]): Promise<Refusable<TakenFile[]>> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0) return done([])
  const rows = await tx
    .selectFrom('attachments')
    .select(['id', 'name', 'mime', 'size', 'sha256'])
    .where('id', 'in', wanted)
    .where('comment_id', 'is', null)
    .where('quick_reply_id', 'is', null)
    .where('state', '=', 'stored')
    .where('created_by', 'is not distinct from', actor.userId)
    // What came from a provider was uploaded by nobody.
    .where('provider_media_id', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute()
  const found = new Map(rows.map((row) => [row.id, row]))
  const files = wanted.flatMap((id) => {
    const row = found.get(id)
    return row ? [{ ...row, size: row.size ?? 0 }] : []
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

/** Can the channel carry these files? */
export function sendableFiles(files: readonly TakenFile[], rules: SendRules): Refusable<SendableFile[]> {
  const carried: SendableFile[] = []
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
    carried.push({ ...file, media })
  }
  return done(carried)
}

/** Gives files to the comment that uses them. */
export async function giveFiles(
  tx: Tx,
  files: readonly TakenFile[],
  to: { comment: CommentId; channelId: ChannelId },
): Promise<void> {
  for (const [ordinal, file] of files.entries()) {
    await tx
      .updateTable('attachments')
      .set({ comment_id: to.comment, ordinal, channel_id: to.channelId })
      .where('id', '=', file.id)
      .execute()
  }
}
