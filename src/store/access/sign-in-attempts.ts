import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Db } from '../database.ts'

/** Attempts within a quarter of an hour: on one account, and from one address (which may be a whole office). */
export const ATTEMPT_LIMITS = { account: 10, address: 100 }

/** Accounts are counted by a hash: what somebody typed into the field may be their password. */
export const accountSubject = (email: string): string =>
  `account:${createHash('sha256').update(email.trim().toLowerCase()).digest('hex')}`
export const addressSubject = (address: string): string => `address:${address}`

/**
 * Counts an attempt before it is looked at, so that parallel ones cannot slip past the limit together.
 * Refused attempts are not counted: the limit ends a quarter of an hour after the attempts, not after the last knock.
 * @returns false where there were too many
 */
export async function countAttempt(db: Db, subject: string, limit: number): Promise<boolean> {
  const { rows } = await sql<{ id: number }>`
    insert into sign_in_attempts (subject)
    select ${subject}
    where (select count(*) from sign_in_attempts
           where subject = ${subject} and at > now() - interval '15 minutes') < ${limit}
    returning id`.execute(db)
  const own = rows[0]
  if (!own) return false
  // Parallel ones do not see each other above; the order of their ids decides which of them were within the limit.
  const { earlier } = await db
    .selectFrom('sign_in_attempts')
    .select((select) => select.fn.countAll<number>().as('earlier'))
    .where('subject', '=', subject)
    .where('at', '>', sql<Date>`now() - interval '15 minutes'`)
    .where('id', '<', own.id)
    .executeTakeFirstOrThrow()
  return earlier < limit
}

/** After a success: the attempts before it were the person's own. */
export async function forgetAttempts(db: Db, subject: string): Promise<void> {
  await db.deleteFrom('sign_in_attempts').where('subject', '=', subject).execute()
}
