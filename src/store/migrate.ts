import { Migrator } from 'kysely'
import { openDatabase } from './database.ts'
import { migrations } from './migrations/index.ts'

/**
 * Brings a database to the newest schema. Safe to run from several processes at once (Kysely's migrator takes a lock),
 * and when there is nothing to do.
 * @throws when a migration fails; the database then stands where it stood before that migration.
 */
export async function migrate(databaseUrl: string): Promise<{ applied: string[] }> {
  const store = openDatabase(databaseUrl, { maxConnections: 2 })
  try {
    const migrator = new Migrator({ db: store.db, provider: { getMigrations: async () => migrations } })
    const { error, results } = await migrator.migrateToLatest()
    if (error) throw error
    return { applied: (results ?? []).filter((r) => r.status === 'Success').map((r) => r.migrationName) }
  } finally {
    await store.close()
  }
}
