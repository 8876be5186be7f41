import pg from 'pg'

/** A table as it is copied. */
export interface CopiedTable {
  table: string
  /** those that are stored; computed ones make themselves */
  columns: string[]
  /** the order of its rows, so that equal content gives equal bytes */
  orderedBy: string[]
}

export interface Sequence {
  sequence: string
  last: string
  called: boolean
}

/**
 * Empty after a restore: live updates carry the numbers of their server's transactions, which another server has not
 * come to; heartbeats are of processes that do not run there.
 */
const TRANSIENT: readonly string[] = ['live_events', 'worker_heartbeats']

const name = (text: string): string => pg.escapeIdentifier(text)
const list = (names: readonly string[]): string => names.map(name).join(', ')

/** Every table that holds something to keep. */
export async function copiedTables(client: pg.Client): Promise<CopiedTable[]> {
  const { rows } = await client.query<{ table: string; columns: string[]; key: string[] | null }>(`
    select c.relname as table,
      array(select a.attname::text from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns,
      (select array_agg(a.attname::text order by k.place) from pg_index i
        cross join lateral unnest(i.indkey::int2[]) with ordinality as k (attnum, place)
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
        where i.indrelid = c.oid and i.indisprimary) as key
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname not like 'kysely%'
    order by c.relname`)
  return rows
    .filter(({ table }) => !TRANSIENT.includes(table))
    .map(({ table, columns, key }) => ({ table, columns, orderedBy: key ?? columns }))
}

export const copyOutStatement = ({ table, columns, orderedBy }: CopiedTable): string =>
  `copy (select ${list(columns)} from ${name(table)} order by ${list(orderedBy)}) to stdout`

export const copyInStatement = ({ table, columns }: CopiedTable): string =>
  `copy ${name(table)} (${list(columns)}) from stdin`

/** Where every counter stands. */
export async function readSequences(client: pg.Client): Promise<Sequence[]> {
  const { rows } = await client.query<{ sequence: string }>(
    `select sequencename as sequence from pg_sequences where schemaname = 'public' order by 1`,
  )
  const found: Sequence[] = []
  for (const { sequence } of rows) {
    const { rows: state } = await client.query<{ last: string; called: boolean }>(
      `select last_value::text as last, is_called as called from ${name(sequence)}`,
    )
    if (state[0]) found.push({ sequence, ...state[0] })
  }
  return found
}

export async function setSequences(client: pg.Client, sequences: readonly Sequence[]): Promise<void> {
  for (const { sequence, last, called } of sequences) {
    await client.query('select setval($1::regclass, $2::bigint, $3)', [name(sequence), last, called])
  }
}

/** Names of the migrations that have been applied; empty where there is no database of Parley. */
export async function appliedMigrations(client: pg.Client): Promise<string[]> {
  const { rows: there } = await client.query(`select to_regclass('public.kysely_migration') is not null as yes`)
  if (!there[0]?.yes) return []
  const { rows } = await client.query<{ name: string }>('select name from public.kysely_migration order by name')
  return rows.map((row) => row.name)
}

/** Is anything in it that somebody would miss? A fresh installation's task template is not. */
export async function holdsContent(client: pg.Client): Promise<boolean> {
  if ((await appliedMigrations(client)).length === 0) {
    const { rows } = await client.query(
      `select exists (select from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm')) as yes`,
    )
    return rows[0]?.yes === true
  }
  const parts = ['users', 'channels', 'contacts', 'conversations', 'raw_bodies', 'audit_log']
  const { rows } = await client.query(
    `select ${parts.map((table) => `exists (select from ${name(table)})`).join(' or ')} as yes`,
  )
  return rows[0]?.yes === true
}

/**
 * Other connections to the database: servers, workers, people. Of connections of other roles an ordinary role is not told
 * what they are, but that they are somebody's: the database's own processes are nobody's.
 */
export async function othersConnected(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()
       and (backend_type = 'client backend' or (backend_type is null and usesysid is not null))`,
  )
  return rows[0]?.count ?? 0
}

/** May this connection's role take away the schema with everything in it, and make it anew? The owner of the database may. */
export async function mayReplaceSchema(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ may: boolean }>(
    `select has_database_privilege(current_database(), 'CREATE')
       and coalesce((select pg_has_role(nspowner, 'USAGE') from pg_namespace where nspname = 'public'), true) as may`,
  )
  return rows[0]?.may === true
}
