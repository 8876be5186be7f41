import type { Readable } from 'node:stream'
import { connectForCopy, copyOut } from './copy.ts'
import {
  appliedMigrations,
  type CopiedTable,
  copiedTables,
  copyOutStatement,
  readSequences,
  type Sequence,
} from './tables.ts'

/** What a stream of rows came to. */
export interface Copied {
  /** of the rows' bytes, uncompressed */
  bytes: number
  /** lower-case hex */
  sha256: string
}

export interface DumpedTable extends CopiedTable, Copied {
  rows: number
}

export interface DatabaseDump {
  server: string
  migrations: string[]
  tables: DumpedTable[]
  sequences: Sequence[]
}

/**
 * Reads the whole database as it stands at one moment, while it is in use: one transaction sees one snapshot.
 * @param store takes a table's rows, and says what they came to
 */
export async function dumpDatabase(
  url: string,
  store: (table: CopiedTable, rows: Readable) => Promise<Copied>,
): Promise<DatabaseDump> {
  const client = await connectForCopy(url)
  try {
    await client.query('begin isolation level repeatable read read only')
    const migrations = await appliedMigrations(client)
    const tables: DumpedTable[] = []
    for (const table of await copiedTables(client)) {
      const copied = await store(table, copyOut(client, copyOutStatement(table)))
      const { rows } = await client.query<{ count: number }>(`select count(*)::int as count from "${table.table}"`)
      tables.push({ ...table, ...copied, rows: rows[0]?.count ?? 0 })
    }
    // Read last: no row of the snapshot has a number that the counter has not come to.
    const sequences = await readSequences(client)
    const { rows } = await client.query<{ server_version: string }>('show server_version')
    await client.query('commit')
    return { server: rows[0]?.server_version ?? '', migrations, tables, sequences }
  } finally {
    await client.end()
  }
}
