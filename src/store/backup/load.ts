import type { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { migrate } from '../migrate.ts'
import { connectForCopy, copyIn, copyOut } from './copy.ts'
import type { Copied, DatabaseDump, DumpedTable } from './dump.ts'
import {
  copiedTables,
  copyInStatement,
  copyOutStatement,
  holdsContent,
  mayReplaceSchema,
  othersConnected,
  setSequences,
} from './tables.ts'

const GONE_TRIES = 20
const GONE_MS = 100

export type LoadRefusal = 'not_empty' | 'in_use' | 'not_owner'

/** Whether a dump may be loaded here. null: it may. */
export async function refuseLoad(url: string): Promise<LoadRefusal | null> {
  const client = await connectForCopy(url)
  try {
    // Who has just gone is still listed for a moment.
    for (let tries = 1; (await othersConnected(client)) > 0; tries++) {
      if (tries === GONE_TRIES) return 'in_use'
      await pause(GONE_MS)
    }
    if (!(await mayReplaceSchema(client))) return 'not_owner'
    return (await holdsContent(client)) ? 'not_empty' : null
  } finally {
    await client.end()
  }
}

/**
 * Puts a dump in place of everything that the database holds: its own schema is made first, by the migrations that the
 * dump was made under, then the rows come in one transaction, which also reads everything back and compares it; at
 * last the newer migrations are applied. Broken off, it leaves a database without content.
 * @param read gives a table's rows as they were stored
 * @param sum what a stream of rows comes to
 * @throws where the content is not what the dump says
 */
export async function loadDatabase(
  url: string,
  dump: DatabaseDump,
  read: (table: DumpedTable) => Readable,
  sum: (rows: Readable) => Promise<Copied>,
): Promise<void> {
  const client = await connectForCopy(url)
  try {
    await client.query('drop schema if exists public cascade')
    await client.query('create schema public')
    await migrate(url, { only: dump.migrations })
    await client.query('begin')
    await fill(client, dump, read)
    for (const table of dump.tables) {
      const { sha256 } = await sum(copyOut(client, copyOutStatement(table)))
      if (sha256 !== table.sha256) throw new Error(`${table.table} is not what the backup holds`)
    }
    await client.query('commit')
  } finally {
    await client.end()
  }
  await migrate(url)
}

async function fill(client: pg.Client, dump: DatabaseDump, read: (table: DumpedTable) => Readable): Promise<void> {
  const here = (await copiedTables(client)).map(({ table, columns }) => [table, [...columns].sort()])
  const there = dump.tables.map(({ table, columns }) => [table, [...columns].sort()])
  if (JSON.stringify(here) !== JSON.stringify(there)) {
    throw new Error('the backup’s tables are not those of its migrations: it was made by another program')
  }
  const tables = dump.tables.map(({ table }) => `"${table}"`).join(', ')
  // Rows refer to each other in circles; made again below, every reference is checked.
  const { rows: references } = await client.query<{ table: string; name: string; definition: string }>(`
    select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
    from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace and conparentid = 0`)
  for (const { table, name } of references) await client.query(`alter table ${table} drop constraint ${name}`)
  // A migration leaves rows of its own.
  await client.query(`truncate ${tables}`)
  for (const table of dump.tables) await copyIn(client, copyInStatement(table), read(table))
  await setSequences(client, dump.sequences)
  for (const { table, name, definition } of references) {
    await client.query(`alter table ${table} add constraint ${name} ${definition}`)
  }
}
