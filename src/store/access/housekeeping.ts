import { sql } from 'kysely'
import type { Database } from '../database.ts'

/** Removes what is over: sessions, links, sign-in attempts, and the answers kept for idempotency keys (7 days). Called now and then. */
export async function forgetExpiredAccess({ db }: Database): Promise<void> {
  await db.deleteFrom('sessions').where('expires_at', '<', sql<Date>`now()`).execute()
  await db.deleteFrom('sign_in_links').where('expires_at', '<', sql<Date>`now()`).execute()
  await db.deleteFrom('sign_in_attempts').where('at', '<', sql<Date>`now() - interval '1 hour'`).execute()
  await db.deleteFrom('idempotency_keys').where('created_at', '<', sql<Date>`now() - interval '7 days'`).execute()
}
