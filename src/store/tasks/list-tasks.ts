import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { TaskId } from '../../domain/ids.ts'
import type { Db } from '../database.ts'
import { rareTasks } from '../search/rare-matches.ts'
import { IS_AWAITING, matchingTasks, type TaskFilter, type Viewer } from './task-filter.ts'
import { selectTasks, type TaskView, tasksFor, tasksOf } from './task-view.ts'

/** `awaiting`: whom a client has waited for longest first, then the rest as with `updated`: the newest updated first. */
export type TaskSort = 'updated' | 'awaiting'

/** The place after which a page begins. `at` has microseconds, which a Date would lose: rows would be skipped. */
export interface TaskPlace {
  by: TaskSort
  at: string
  id: TaskId
}

interface Page {
  sort: TaskSort
  after: TaskPlace | null
  limit: number
}

/**
 * Tasks that the viewer may see.
 * @returns up to `limit` tasks, and where the next page begins; null at the end
 */
export async function listTasks(
  db: Db,
  viewer: Viewer,
  asked: TaskFilter,
  page: Page,
): Promise<{ tasks: TaskView[]; next: TaskPlace | null }> {
  const filter = await withFound(db, asked)
  const rows: (Awaited<ReturnType<typeof nextTasks>>[number] & { by: TaskSort })[] = []
  for (const stretch of stretches(page)) {
    if (rows.length > page.limit) break
    const found = await nextTasks(db, viewer, filter, stretch, page.limit + 1 - rows.length)
    rows.push(...found.map((row) => ({ ...row, by: stretch.by })))
  }
  const shown = rows.slice(0, page.limit)
  const last = shown.at(-1)
  return {
    tasks: await tasksFor(db, viewer, shown),
    next: rows.length > page.limit && last ? { by: last.by, at: last[KEYS[last.by]], id: last.id } : null,
  }
}

/** Only which they are, for a change of many. @returns their ids, where the next begin, and how many are left */
export async function findTaskIds(
  db: Db,
  viewer: Viewer,
  asked: TaskFilter,
  page: Page,
): Promise<{ ids: TaskId[]; next: TaskPlace | null; left: number }> {
  const filter = await withFound(db, asked)
  const found: { id: TaskId; at: string; by: TaskSort }[] = []
  let total = 0
  for (const stretch of stretches(page)) {
    total += await countTasks(db, viewer, filter, stretch)
    if (found.length === page.limit) continue
    const rows = await nextTasks(db, viewer, filter, stretch, page.limit - found.length)
    found.push(...rows.map((row) => ({ id: row.id, at: row[KEYS[stretch.by]], by: stretch.by })))
  }
  const last = found.at(-1)
  const left = Math.max(0, total - found.length)
  return { ids: found.map(({ id }) => id), next: left > 0 && last ? last : null, left }
}

async function withFound(db: Db, filter: TaskFilter): Promise<TaskFilter> {
  const q = filter.q?.trim() ?? ''
  return q === '' ? filter : { ...filter, found: await rareTasks(db, q) }
}

/** A part of the list in one order, for which there is one index. */
interface Stretch {
  by: TaskSort
  only: RawBuilder<SqlBool> | null
  after: TaskPlace | null
}

function stretches({ sort, after }: Pick<Page, 'sort' | 'after'>): Stretch[] {
  const all: Stretch[] =
    sort === 'updated'
      ? [{ by: 'updated', only: null, after }]
      : [
          { by: 'awaiting', only: IS_AWAITING, after: after?.by === 'awaiting' ? after : null },
          { by: 'updated', only: sql`not ${IS_AWAITING}`, after: after?.by === 'updated' ? after : null },
        ]
  return sort === 'awaiting' && after?.by === 'updated' ? all.slice(1) : all
}

const KEYS = { updated: 'updated_key', awaiting: 'awaiting_key' } as const

const nextTasks = (db: Db, viewer: Viewer, filter: TaskFilter, { by, only, after }: Stretch, limit: number) =>
  selectTasks(db, viewer)
    .where(matchingTasks(viewer, filter))
    .$if(only !== null, (query) => query.where(only as RawBuilder<SqlBool>))
    .$if(after !== null, (query) => query.where(behind(after as TaskPlace)))
    .$if(by === 'updated', (query) => query.orderBy('t.updated_at', 'desc').orderBy('t.id', 'desc'))
    .$if(by === 'awaiting', (query) => query.orderBy('t.awaiting_since').orderBy('t.id'))
    .limit(limit)
    .execute()

/** A count is for people: beyond it nobody reads the digits. */
const MOST_COUNTED = 100_000

async function countTasks(db: Db, viewer: Viewer, filter: TaskFilter, { only, after }: Stretch): Promise<number> {
  const matching = tasksOf(db, viewer)
    .select('t.id')
    .where(matchingTasks(viewer, filter))
    .$if(only !== null, (query) => query.where(only as RawBuilder<SqlBool>))
    .$if(after !== null, (query) => query.where(behind(after as TaskPlace)))
    .limit(MOST_COUNTED)
  const { count } = await db
    .selectFrom(matching.as('m'))
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

const behind = ({ by, at, id }: TaskPlace): RawBuilder<SqlBool> =>
  by === 'updated'
    ? sql`(t.updated_at, t.id) < (${at}::timestamptz, ${id}::uuid)`
    : sql`(t.awaiting_since, t.id) > (${at}::timestamptz, ${id}::uuid)`
