import { type RawBuilder, sql } from 'kysely'
import { RETAINED_KINDS, type Retained, type RetentionPlan } from '../../domain/retention.ts'
import { type Db, inTransaction } from '../database.ts'
import type { FileStore } from '../file-store.ts'
import { GOING } from './conditions.ts'

/** What a plan would delete of one kind, and what there is. */
export interface RetentionFigures {
  kind: Retained
  /** kept for so long; null: for ever */
  days: number | null
  /** all rows */
  rows: number
  /** rows and bytes that would go now */
  going: { rows: number; bytes: number }
  /** old enough, and kept because something needs them */
  needed: number
}

/** Reads whole tables: for a person, not for a schedule. Changes nothing. */
export async function retentionFigures(db: Db, plan: RetentionPlan): Promise<RetentionFigures[]> {
  const figures: RetentionFigures[] = []
  for (const kind of RETAINED_KINDS) {
    const { table, bytes, mayGo } = GOING[kind]
    const days = plan[kind]
    const isOld = days === null ? sql<boolean>`false` : isOlder(kind, days)
    const { rows } = await sql<{ rows: number; going: number; bytes: number; needed: number }>`
      select count(*)::int as rows, count(*) filter (where old and done)::int as going,
        coalesce(sum(bytes) filter (where old and done), 0)::float8 as bytes,
        count(*) filter (where old and not done)::int as needed
      from (select ${bytes} as bytes, ${isOld} as old, case when ${isOld} then (${mayGo}) else false end as done
        from ${sql.table(table)} r) looked`.execute(db)
    const { rows: all = 0, going = 0, bytes: size = 0, needed = 0 } = rows[0] ?? {}
    figures.push({ kind, days, rows: all, going: { rows: going, bytes: size }, needed })
  }
  return figures
}

/** Rows of one statement: a lock that nobody notices. */
const AT_ONCE = 500
/** Of uploads fewer: their rows are locked until their bytes are gone, too. */
const UPLOADS_AT_ONCE = 25

/**
 * Deletes what the plan lets go of, oldest first, in statements of their own: broken off, it goes on at the next call.
 * Several servers may do it at once. Rows of uploads go with their bytes: where the place for files is away they stay,
 * and the next round has them again.
 * @param atMost rows of each kind; the next round takes the rest
 * @returns rows deleted, by kind
 */
export async function sweepRetention(
  { db, files }: { db: Db; files: Pick<FileStore, 'remove'> },
  plan: RetentionPlan,
  atMost: number,
): Promise<Record<Retained, number>> {
  const deleted = Object.fromEntries(RETAINED_KINDS.map((kind) => [kind, 0])) as Record<Retained, number>
  for (const kind of RETAINED_KINDS) {
    const days = plan[kind]
    if (days === null) continue
    const atOnce = kind === 'unused_uploads' ? UPLOADS_AT_ONCE : AT_ONCE
    while (deleted[kind] < atMost) {
      const limit = Math.min(atOnce, atMost - deleted[kind])
      const count =
        kind === 'unused_uploads'
          ? await deleteUploads({ db, files }, days, limit)
          : (await deleteSome(db, kind, days, limit)).length
      deleted[kind] += count
      if (count < atOnce) break
    }
  }
  return deleted
}

async function deleteUploads(
  { db, files }: { db: Db; files: Pick<FileStore, 'remove'> },
  days: number,
  limit: number,
): Promise<number> {
  return inTransaction(db, async (tx) => {
    const keys = await deleteSome(tx, 'unused_uploads', days, limit)
    await Promise.all(keys.map((key) => files.remove(key)))
    return keys.length
  })
}

/** @returns the first key column of what it deleted */
async function deleteSome(db: Db, kind: Retained, days: number, limit: number): Promise<string[]> {
  const { table, key, mayGo } = GOING[kind]
  const columns = sql.join(key.map((name) => sql.ref(name)))
  const { rows } = await sql<{ key: string }>`
    delete from ${sql.table(table)} where (${columns}) in (
      select ${columns} from ${sql.table(table)} r
      where ${isOlder(kind, days)} and ${mayGo}
      order by ${columns} limit ${limit} for update skip locked)
    returning ${sql.ref(key[0] ?? '')}::text as key`.execute(db)
  return rows.map((row) => row.key)
}

/** Of a counter's rows only those before the first young one are looked at: no round reads the whole table. */
function isOlder(kind: Retained, days: number): RawBuilder<boolean> {
  const { table, since, counted } = GOING[kind]
  const limit = sql`now() - make_interval(days => ${days})`
  const isOld = sql<boolean>`r.${sql.ref(since)} < ${limit}`
  if (!counted) return isOld
  return sql<boolean>`(${isOld} and r.id < coalesce(
    (select young.id from ${sql.table(table)} young where young.${sql.ref(since)} >= ${limit} order by young.id limit 1),
    9223372036854775807))`
}
