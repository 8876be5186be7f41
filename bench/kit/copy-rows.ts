import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../src/store/index.ts'

/**
 * Copies of one row, as many as there are numbers: what was made by the real steps serves as the pattern for what would
 * take hours to be made by them.
 * @param changed a jsonb object of the columns that differ, of the number `n` and the row `r`
 */
export async function copyRows(
  db: Db,
  table: string,
  { where, from, to, changed }: { where: RawBuilder<unknown>; from: number; to: number; changed: string },
): Promise<void> {
  // As a table, for a star over a function's result would call it once for each column.
  await sql`
    insert into ${sql.table(table)}
    select copy.* from ${sql.table(table)} r, generate_series(${from}::int, ${to}::int) n,
      lateral jsonb_populate_record(null::${sql.table(table)}, to_jsonb(r) || ${sql.raw(changed)}) copy
    where ${where}`.execute(db)
}
