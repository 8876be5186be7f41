import type { AttachmentId, QuickReplyId } from '../../domain/ids.ts'
import type { Actor } from '../actor.ts'
import { addUploadedFile, type UploadedFile } from '../comments/attachments.ts'
import type { Db, Tx } from '../database.ts'
import { done, type Refusable, refuse } from '../refusal.ts'

/**
 * Makes uploads a quick reply's own: from then on no comment can take them, and they stay until the quick reply lets
 * go of them. Only what the actor has uploaded and not used is taken; what it has already stays.
 * @returns what it let go of and nobody else sends: their rows are gone, their bytes are the caller's to remove after
 * the commit
 */
export async function keepFiles(
  tx: Tx,
  actor: Actor,
  quickReply: QuickReplyId,
  kept: { before: readonly AttachmentId[]; now: readonly AttachmentId[] },
): Promise<Refusable<AttachmentId[]>> {
  const added = kept.now.filter((id) => !kept.before.includes(id))
  if (added.length > 0) {
    const taken = await tx
      .updateTable('attachments')
      .set({ quick_reply_id: quickReply })
      .where('id', 'in', added)
      .where('comment_id', 'is', null)
      .where('quick_reply_id', 'is', null)
      .where('state', '=', 'stored')
      .where('created_by', 'is not distinct from', actor.userId)
      // What came from a provider was uploaded by nobody.
      .where('provider_media_id', 'is', null)
      .returning('id')
      .execute()
    const unknown = added.filter((id) => !taken.some((row) => row.id === id))
    if (unknown.length > 0) {
      return refuse('invalid', 'unknown_attachment', 'A file was not uploaded by you, or is in use already', {
        ids: unknown,
      })
    }
  }
  const dropped = kept.before.filter((id) => !kept.now.includes(id))
  if (dropped.length > 0) {
    await tx.deleteFrom('attachments').where('id', 'in', dropped).where('quick_reply_id', '=', quickReply).execute()
  }
  return done(await withoutShared(tx, dropped))
}

/** Bytes that messages of scenarios have sent are theirs, too (src/store/outgoing/copy-files.ts): they stay. */
async function withoutShared(tx: Tx, dropped: readonly AttachmentId[]): Promise<AttachmentId[]> {
  if (dropped.length === 0) return []
  const shared = await tx
    .selectFrom('attachments')
    .select('content_id')
    .distinct()
    .where('content_id', 'in', dropped)
    .execute()
  const kept = new Set(shared.map(({ content_id }) => content_id))
  return dropped.filter((id) => !kept.has(id))
}

/** The files of some quick replies, each quick reply's in its own order. */
export async function filesOf(
  db: Db | Tx,
  rows: readonly { id: QuickReplyId; attachment_ids: readonly AttachmentId[] }[],
): Promise<Map<QuickReplyId, UploadedFile[]>> {
  const ids = rows.flatMap((row) => row.attachment_ids)
  const found =
    ids.length === 0
      ? []
      : await db
          .selectFrom('attachments')
          .select(['id', 'name', 'mime', 'size', 'sha256'])
          .where('id', 'in', ids)
          .execute()
  const files = new Map(found.map((row) => [row.id, { ...row, size: row.size ?? 0, sha256: row.sha256 ?? '' }]))
  return new Map(
    rows.map((row) => [
      row.id,
      row.attachment_ids.flatMap((id) => {
        const file = files.get(id)
        return file ? [file] : []
      }),
    ]),
  )
}

/** Copies of a quick reply's files are the actor's own uploads from then on, for a comment to take. */
export async function addCopies(tx: Tx, actor: Actor, copies: readonly UploadedFile[]): Promise<void> {
  for (const copy of copies) await addUploadedFile(tx, actor, copy)
}
