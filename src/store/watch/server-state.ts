import { sql } from 'kysely'
import type { Db } from '../database.ts'

export interface ServerState {
  version: string
  major: number
  /** seconds by which the database's clock is ahead of ours */
  clockSkewSeconds: number
  connectionsUsed: number
  /** without those that are kept for superusers */
  connectionsMost: number
  /** a commit survives a crash of the machine */
  isDurable: boolean
}

/** How the PostgreSQL server below us stands. */
export async function readServerState(db: Db): Promise<ServerState> {
  // The first answer pays for the connection; the second one tells the time.
  await sql`select 1`.execute(db)
  const asked = Date.now()
  const clock = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(db)
  const answered = Date.now()
  const { rows } = await sql<{ version: string; number: number; used: number; most: number; durable: boolean }>`
    select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
      (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as used,
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as most,
      current_setting('fsync') = 'on' and current_setting('synchronous_commit') <> 'off' as durable`.execute(db)
  const [row] = rows
  const at = clock.rows[0]?.at
  if (!row || !at) throw new Error('a select without from gave no row')
  return {
    version: row.version,
    major: Math.floor(row.number / 10_000),
    clockSkewSeconds: (at.getTime() - (asked + answered) / 2) / 1_000,
    connectionsUsed: row.used,
    connectionsMost: row.most,
    isDurable: row.durable,
  }
}
