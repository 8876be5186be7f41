import { sql } from 'kysely'
import type { Db } from '../database.ts'

/** Seconds since a worker of this task queue was last seen, by the database's clock; null: never. */
export async function newestHeartbeatAge(db: Db, queue: string): Promise<number | null> {
  const { rows } = await sql<{ age: number | null }>`
    select extract(epoch from now() - max(seen_at))::float8 as age from worker_heartbeats
    where ${queue} = any(queues)`.execute(db)
  return rows[0]?.age ?? null
}
