import { sql } from 'kysely'
import type { Database } from '../database.ts'

/** The name of the tokens that the command line makes for one command (src/cli/api-client.ts). */
export const COMMAND_TOKEN = 'command line (short-lived)'

/**
 * Removes what is over: sessions, links, sign-in attempts, and tokens of commands that were killed before they could
 * give theirs back. Called now and then by every server.
 */
export async function forgetExpiredAccess({ db }: Database): Promise<void> {
  await db.deleteFrom('sessions').where('expires_at', '<', sql<Date>`now()`).execute()
  await db.deleteFrom('sign_in_links').where('expires_at', '<', sql<Date>`now()`).execute()
  await db.deleteFrom('sign_in_attempts').where('at', '<', sql<Date>`now() - interval '1 hour'`).execute()
  await db
    .updateTable('api_tokens')
    .set({ revoked_at: sql<Date>`now()` })
    .where('name', '=', COMMAND_TOKEN)
    .where('revoked_at', 'is', null)
    .where('created_at', '<', sql<Date>`now() - interval '1 hour'`)
    .execute()
}
