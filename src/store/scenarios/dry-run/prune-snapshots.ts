import { sql } from 'kysely'
import type { Database } from '../../database.ts'

/** The longest life of a run: nothing that is older can have to do with one that goes on. */
const KEPT_DAYS = 90
const AT_ONCE = 5_000

/** Deletes what scenarios saw of events so long ago, in small bites. Several servers may do it at once. */
export async function pruneSnapshots({ db }: Pick<Database, 'db'>): Promise<void> {
  for (;;) {
    const { numAffectedRows } = await sql`
      delete from event_snapshots where ctid = any(array(
        select ctid from event_snapshots where at < now() - make_interval(days => ${KEPT_DAYS}) limit ${AT_ONCE}
        for update skip locked))`.execute(db)
    if ((numAffectedRows ?? 0n) < AT_ONCE) return
  }
}
