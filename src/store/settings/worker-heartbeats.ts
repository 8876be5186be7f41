import { sql } from 'kysely'
import type { Db } from '../database.ts'

/** Seconds since any worker was last seen, by the database's clock; null: never. */
export async function newestHeartbeatAge(db: Db): Promise<number | null> {
  const { rows } = await sql<{ age: number | null }>`
    select extract(epoch from now() - max(seen_at))::float8 as age from worker_heartbeats`.execute(db)
  return rows[0]?.age ?? null
}
