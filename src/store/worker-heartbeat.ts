import { sql } from 'kysely'
import type { Logger } from 'pino'
import type { Database, Db } from './database.ts'

const EVERY_MS = 3_000
/** Rows of workers that are long gone are of no use to anybody. */
const FORGET_AFTER = sql`interval '1 hour'`

/** Says every few seconds that this worker lives: `GET /readyz` asks for one that does. */
export function startHeartbeat(
  database: Database,
  options: { worker: string; queues: string[]; log: Logger },
): { stop(): Promise<void> } {
  const { worker, queues, log } = options
  const beat = async () => {
    try {
      await database.db
        .insertInto('worker_heartbeats')
        .values({ worker, queues, seen_at: sql`now()` })
        .onConflict((oc) => oc.column('worker').doUpdateSet({ queues, seen_at: sql`now()` }))
        .execute()
      await database.db
        .deleteFrom('worker_heartbeats')
        .where('seen_at', '<', sql<Date>`now() - ${FORGET_AFTER}`)
        .execute()
    } catch (error) {
      log.warn({ err: error }, 'the heartbeat was not stored')
    }
  }
  void beat()
  const timer = setInterval(beat, EVERY_MS)
  return {
    async stop() {
      clearInterval(timer)
      await database.db
        .deleteFrom('worker_heartbeats')
        .where('worker', '=', worker)
        .execute()
        .catch((error) => log.warn({ err: error }, 'the heartbeat was not taken back'))
    },
  }
}

/** Seconds since a worker of this task queue was last seen, by the database's clock; null: never. */
export async function newestHeartbeatAge(db: Db, queue: string): Promise<number | null> {
  const { rows } = await sql<{ age: number | null }>`
    select extract(epoch from now() - max(seen_at))::float8 as age from worker_heartbeats
    where ${queue} = any(queues)`.execute(db)
  return rows[0]?.age ?? null
}
