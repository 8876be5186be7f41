import { sql } from 'kysely'
import { type Database, inTransaction } from '../database.ts'

/** So long updates are kept for browsers that come back. */
export const KEPT_HOURS = 24

/** Deletes updates that are too old to be asked for. One process at a time; called now and then. */
export async function pruneLiveEvents({ db }: Database): Promise<void> {
  await inTransaction(db, async (tx) => {
    const lock = await sql<{ taken: boolean }>`
      select pg_try_advisory_xact_lock(hashtextextended('prune-live-events', 0)) as taken`.execute(tx)
    if (!lock.rows[0]?.taken) return
    // Ids grow with time: everything below the first young row is old, and no index on the time is needed.
    await sql`
      delete from live_events where id < coalesce(
        (select id from live_events where at >= now() - make_interval(hours => ${KEPT_HOURS}) order by id limit 1),
        (select max(id) + 1 from live_events))`.execute(tx)
  })
}
