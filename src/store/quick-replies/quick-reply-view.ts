import { type Selectable, type SqlBool, sql } from 'kysely'
import type { QuickReplyId } from '../../domain/ids.ts'
import type { Actor } from '../actor.ts'
import type { UploadedFile } from '../comments/attachments.ts'
import type { Db, Tx } from '../database.ts'
import { containing } from '../like-pattern.ts'
import type { QuickRepliesTable } from '../schema.ts'
import { filesOf } from './quick-reply-files.ts'

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

export type Reader = Pick<Actor, 'userId'>

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

/** Shared ones and one's own. A token has none: its `userId` null equals nobody's. */
export const visibleTo = ({ userId }: Reader) => sql<SqlBool>`(owner_id is null or owner_id = ${userId}::uuid)`

async function withFiles(db: Db | Tx, rows: readonly Selectable<QuickRepliesTable>[]): Promise<QuickReplyView[]> {
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
