import { type Selectable, type SqlBool, sql } from 'kysely'
import type { AttachmentId, QuickReplyId } from '../../domain/ids.ts'
import { type Actor, auditActor } from '../actor.ts'
import { audit } from '../audit.ts'
import type { UploadedFile } from '../comments/attachments.ts'
import type { Db, Tx } from '../database.ts'
import { containing } from '../like-pattern.ts'
import { newId } from '../new-id.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import type { QuickRepliesTable } from '../schema.ts'
import { filesOf, keepFiles } from './quick-reply-files.ts'

type Row = Selectable<QuickRepliesTable>

/** A quick reply as people see it (contract.md). */
export interface QuickReplyView {
  id: QuickReplyId
  title: string
  shortcut: string | null
  folder: string | null
  text: string
  files: UploadedFile[]
  /** Everybody's; else it is the actor's own. */
  shared: boolean
  createdAt: Date
  updatedAt: Date
}

export interface QuickReplyValues {
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

type Reader = Pick<Actor, 'userId'>

/** Where a page begins: after this title, as `titleKey` writes it, and id. */
export interface QuickReplyPlace {
  title: string
  id: QuickReplyId
}

const titleKey = sql<string>`lower(title)`

/**
 * Shared ones and the actor's own, by title.
 * @param filter.q part of title, shortcut or text; `folder` is the whole name of one
 */
export async function listQuickReplies(
  db: Db,
  actor: Reader,
  filter: { q?: string | undefined; folder?: string | undefined },
  page: { after: QuickReplyPlace | null; limit: number },
): Promise<{ quickReplies: QuickReplyView[]; next: QuickReplyPlace | null }> {
  const { after } = page
  const text = filter.q?.trim() ?? ''
  const rows = await db
    .selectFrom('quick_replies')
    .selectAll()
    .select(titleKey.as('title_key'))
    .where(visibleTo(actor))
    .$if(text !== '', (query) => query.where(matching(text)))
    .$if(filter.folder !== undefined, (query) => query.where(sql<SqlBool>`folder = ${filter.folder}`))
    .$if(after !== null, (query) =>
      query.where(sql<SqlBool>`(${titleKey}, id) > (${after?.title}, ${after?.id}::uuid)`),
    )
    .orderBy(titleKey)
    .orderBy('id')
    .limit(page.limit + 1)
    .execute()
  const shown = rows.slice(0, page.limit)
  const last = shown.at(-1)
  return {
    quickReplies: await withFiles(db, shown),
    next: rows.length > page.limit && last ? { title: last.title_key, id: last.id } : null,
  }
}

function matching(text: string) {
  const pattern = containing(text)
  return sql<SqlBool>`(title ilike ${pattern} or shortcut ilike ${pattern} or text ilike ${pattern})`
}

/** The folders in use, by name. */
export async function listFolders(db: Db, actor: Reader): Promise<{ name: string; count: number }[]> {
  const rows = await db
    .selectFrom('quick_replies')
    .select(({ fn }) => [sql<string>`folder`.as('name'), fn.countAll<string>().as('count')])
    .where(visibleTo(actor))
    .where('folder', 'is not', null)
    .groupBy('folder')
    .orderBy(sql`lower(folder)`)
    .orderBy('folder')
    .execute()
  return rows.map(({ name, count }) => ({ name, count: Number(count) }))
}

/** @returns null where there is none, or it is somebody else's own */
export async function findQuickReply(db: Db | Tx, actor: Reader, id: QuickReplyId): Promise<QuickReplyView | null> {
  const row = await db
    .selectFrom('quick_replies')
    .selectAll()
    .where('id', '=', id)
    .where(visibleTo(actor))
    .executeTakeFirst()
  if (!row) return null
  const [view] = await withFiles(db, [row])
  return view ?? null
}

export async function createQuickReply(
  tx: Tx,
  actor: Actor,
  values: QuickReplyValues,
  mayKeep: MayKeep,
): Promise<Refusable<QuickReplyView>> {
  mayKeep(values)
  const id = newId<QuickReplyId>()
  const attachmentIds = [...new Set(values.attachmentIds)]
  const refused = (await refusal(tx, actor, id, { ...values, attachmentIds })) ?? null
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
  changes: Partial<QuickReplyValues>,
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
async function refusal(tx: Tx, actor: Actor, id: QuickReplyId, values: QuickReplyValues) {
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

/** Without an owner the actor sees shared ones: a token's `userId` equals nobody's. */
const visibleTo = ({ userId }: Reader) => sql<SqlBool>`(owner_id is null or owner_id = ${userId}::uuid)`

const valuesOf = (row: Row): QuickReplyValues => ({
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

async function withFiles(db: Db | Tx, rows: readonly Row[]): Promise<QuickReplyView[]> {
  const files = await filesOf(db, rows)
  return rows.map((row) => ({
    id: row.id,
    title: row.title,
    shortcut: row.shortcut,
    folder: row.folder,
    text: row.text,
    files: files.get(row.id) ?? [],
    shared: row.owner_id === null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }))
}
