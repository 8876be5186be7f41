import { sql } from 'kysely'
import type { Db } from '../database.ts'
import { migrations } from '../migrations/index.ts'

/**
 * How far a database has been migrated, without changing it.
 * @returns `missing` here and not there, in their order; `unknown` there and not here: a newer version was at it
 */
export async function appliedMigrations(db: Db): Promise<{ missing: string[]; unknown: string[] }> {
  const { rows } = await sql<{ there: boolean }>`select to_regclass('kysely_migration') is not null as there`.execute(
    db,
  )
  const applied = rows[0]?.there
    ? (await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)).rows
    : []
  const names = new Set(applied.map(({ name }) => name))
  return {
    missing: Object.keys(migrations).filter((name) => !names.has(name)),
    unknown: [...names].filter((name) => !(name in migrations)),
  }
}
