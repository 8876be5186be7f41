import { type Selectable, sql } from 'kysely'
import type { AttachmentId, QuickReplyId } from '../../domain/ids.ts'
import { type Actor, auditActor } from '../actor.ts'
import { audit } from '../audit.ts'
import type { Tx } from '../database.ts'
import { newId } from '../new-id.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import type { QuickRepliesTable } from '../schema.ts'
import { keepFiles } from './quick-reply-files.ts'
import { findQuickReply, type QuickReplyView, type Reader, visibleTo } from './quick-reply-view.ts'

type Row = Selectable<QuickRepliesTable>

/** A quick reply as somebody writes it; its text was checked before (src/domain/quick-reply.ts). */
export interface QuickReplyDraft {
  title: string
  /** in lower case: `Hi` and `hi` are one shortcut */
  shortcut: string | null
  folder: string | null
  text: string
  attachmentIds: AttachmentId[]
  shared: boolean
}

/**
 * May the actor keep shared ones, or only their own? Called with what the quick reply is and with what it is to become.
 * Throws to refuse.
 */
export type MayKeep = (what: { shared: boolean }) => void

/** Refuses with `no_owner`, `empty_quick_reply`, `shortcut_taken` or `unknown_attachment`; so does every change. */
export async function createQuickReply(
  tx: Tx,
  actor: Actor,
  values: QuickReplyDraft,
  mayKeep: MayKeep,
): Promise<Refusable<QuickReplyView>> {
  mayKeep(values)
  const id = newId<QuickReplyId>()
  const attachmentIds = [...new Set(values.attachmentIds)]
  const refused = await refusal(tx, actor, id, { ...values, attachmentIds })
  if (refused) return refused
  await tx
    .insertInto('quick_replies')
    .values({
      id,
      title: values.title,
      shortcut: values.shortcut,
      folder: values.folder,
      text: values.text,
      attachment_ids: attachmentIds,
      owner_id: values.shared ? null : actor.userId,
      created_by: actor.userId,
    })
    .execute()
  const files = await keepFiles(tx, actor, id, { before: [], now: attachmentIds })
  if (files.refused) return files
  await note(tx, actor, 'quick_reply.created', id, { shared: values.shared })
  return found(await findQuickReply(tx, actor, id))
}

/** @returns the quick reply, and the files that it let go of: their bytes are the caller's to remove after the commit */
export async function changeQuickReply(
  tx: Tx,
  actor: Actor,
  id: QuickReplyId,
  changes: Partial<QuickReplyDraft>,
  mayKeep: MayKeep,
): Promise<Refusable<{ quickReply: QuickReplyView; dropped: AttachmentId[] }>> {
  const row = await lock(tx, actor, id)
  if (!row) return missing('The quick reply')
  const before = valuesOf(row)
  mayKeep(before)
  const now = { ...before, ...changes }
  now.attachmentIds = [...new Set(now.attachmentIds)]
  mayKeep(now)
  const refused = await refusal(tx, actor, id, now)
  if (refused) return refused
  const files = await keepFiles(tx, actor, id, { before: before.attachmentIds, now: now.attachmentIds })
  if (files.refused) return files
  await tx
    .updateTable('quick_replies')
    .set({
      title: now.title,
      shortcut: now.shortcut,
      folder: now.folder,
      text: now.text,
      attachment_ids: now.attachmentIds,
      owner_id: now.shared ? null : (row.owner_id ?? actor.userId),
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .execute()
  await note(tx, actor, 'quick_reply.changed', id, { fields: Object.keys(changes) })
  const quickReply = found(await findQuickReply(tx, actor, id))
  return quickReply.refused ? quickReply : done({ quickReply: quickReply.value, dropped: files.value })
}

/** @returns its files: their rows are gone with it, their bytes are the caller's to remove after the commit */
export async function deleteQuickReply(
  tx: Tx,
  actor: Actor,
  id: QuickReplyId,
  mayKeep: MayKeep,
): Promise<Refusable<AttachmentId[]>> {
  const row = await lock(tx, actor, id)
  if (!row) return missing('The quick reply')
  mayKeep(valuesOf(row))
  const files = await keepFiles(tx, actor, id, { before: row.attachment_ids, now: [] })
  if (files.refused) return files
  await tx.deleteFrom('quick_replies').where('id', '=', id).execute()
  await note(tx, actor, 'quick_reply.deleted', id, {})
  return files
}

/** Why a quick reply cannot be like this; undefined: it can. */
async function refusal(tx: Tx, actor: Actor, id: QuickReplyId, values: QuickReplyDraft) {
  if (!values.shared && actor.userId === null) {
    return refuse('invalid', 'no_owner', 'An API token is no person: it can keep shared quick replies only')
  }
  if (values.text.trim() === '' && values.attachmentIds.length === 0) {
    return refuse('invalid', 'empty_quick_reply', 'A quick reply needs a text or a file')
  }
  if (values.shortcut === null) return undefined
  // Two may ask for the same shortcut at once; whoever comes second is told so in words.
  await sql`select pg_advisory_xact_lock(hashtextextended('quick reply shortcuts', 0))`.execute(tx)
  const other = await tx
    .selectFrom('quick_replies')
    .select('id')
    .where('shortcut', '=', values.shortcut)
    .where('owner_id', 'is not distinct from', values.shared ? null : actor.userId)
    .where('id', '<>', id)
    .executeTakeFirst()
  if (!other) return undefined
  return refuse('conflict', 'shortcut_taken', `There is a quick reply with the shortcut “${values.shortcut}” already`, {
    quickReplyId: other.id,
  })
}

const lock = (tx: Tx, actor: Reader, id: QuickReplyId): Promise<Row | undefined> =>
  tx.selectFrom('quick_replies').selectAll().where('id', '=', id).where(visibleTo(actor)).forUpdate().executeTakeFirst()

const valuesOf = (row: Row): QuickReplyDraft => ({
  title: row.title,
  shortcut: row.shortcut,
  folder: row.folder,
  text: row.text,
  attachmentIds: row.attachment_ids,
  shared: row.owner_id === null,
})

const found = (view: QuickReplyView | null): Refusable<QuickReplyView> =>
  view ? done(view) : missing('The quick reply')

const note = (tx: Tx, actor: Actor, action: string, id: QuickReplyId, detail: Record<string, unknown>): Promise<void> =>
  audit(tx, {
    actor: auditActor(actor),
    action,
    subject: { kind: 'quick_reply', id },
    detail: { ...detail, by: actor.key },
  })
