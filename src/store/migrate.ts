import { Migrator } from 'kysely'
import { openDatabase } from './database.ts'
import { migrations } from './migrations/index.ts'

/**
 * Brings a database to the newest schema. Safe to run from several processes at once (Kysely's migrator takes a lock),
 * and when there is nothing to do.
 * @param options `only`: leaves out all others, for a database as it stood under an earlier version
 * @throws when a migration fails; the database then stands where it stood before that migration.
 */
export async function migrate(
  databaseUrl: string,
  options: { only?: readonly string[] } = {},
): Promise<{ applied: string[] }> {
  const { only } = options
  const wanted = only
    ? Object.fromEntries(Object.entries(migrations).filter(([name]) => only.includes(name)))
    : migrations
  const store = openDatabase(databaseUrl, { maxConnections: 2, unhurried: true })
  try {
    const migrator = new Migrator({
      db: store.db,
      provider: { getMigrations: async () => wanted },
      // Those of two lines of work may be finished in another order than they are numbered.
      allowUnorderedMigrations: true,
    })
    const { error, results } = await migrator.migrateToLatest()
    if (error) throw error
    return { applied: (results ?? []).filter((r) => r.status === 'Success').map((r) => r.migrationName) }
  } finally {
    await store.close()
  }
}

/** Names of all migrations that this version knows, in their order. */
export const migrationNames = (): string[] => Object.keys(migrations)
