import { join } from 'node:path'
import { type Manifest, tableFile } from '../../src/operations/backup/manifest.ts'
import { stored, sum } from '../../src/operations/backup/streams.ts'
import { writeBackup } from '../../src/operations/backup/write-backup.ts'
import { loadDatabase } from '../../src/store/backup/load.ts'
import type { Database } from '../../src/store/index.ts'
import { urlOfDatabase } from './parley.ts'

/**
 * The database as it stands now, and the way back to it while everything runs.
 * @param at a directory that is not there yet
 */
export async function momentToReturnTo(database: Database, at: string): Promise<() => Promise<void>> {
  const url = urlOfDatabase(database)
  const source = {
    databaseUrl: url,
    dataDir: join(at, '..'),
    secretKeys: null,
    version: '0',
    temporalInUse: 'not here',
  }
  const manifest: Manifest = await writeBackup(source, at)
  const read = ({ table }: { table: string }) => stored(join(at, tableFile(table)), { compressed: true })
  return () => loadDatabase(url, manifest.database, read, sum)
}
