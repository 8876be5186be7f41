import { sql } from 'kysely'
import type { Db } from '../database.ts'

/** Calls that have ended are kept for so long, for whoever looks into what was sent; what came of them is in the run. */
const KEPT = '30 days'
const AT_ONCE = 5_000

/** Forgets calls that ended long ago, a part at a time. */
export async function forgetOldCalls(db: Db): Promise<void> {
  await sql`
    delete from outside_calls where id in (
      select id from outside_calls where ended_at < now() - ${KEPT}::interval limit ${AT_ONCE})`.execute(db)
}
