import { sql } from 'kysely'
import type { UserId } from '../../domain/ids.ts'
import type { Db, Tx } from '../database.ts'
import { newOpaqueToken, tokenHash } from './opaque-token.ts'

/** A session ends this long after it was last used, and this long after it began. */
export const SESSION_DAYS = { idle: 7, absolute: 30 }

/** Starts a session. @returns the cookie's value; only its hash is kept */
export async function startSession(tx: Tx, userId: UserId, userAgent: string | null): Promise<string> {
  const token = newOpaqueToken()
  await tx
    .insertInto('sessions')
    .values({
      token_hash: tokenHash(token),
      user_id: userId,
      user_agent: userAgent?.slice(0, 300) ?? null,
      expires_at: new Date(Date.now() + SESSION_DAYS.absolute * 86_400_000),
    })
    .execute()
  return token
}

/** Whose session it is; null where it is unknown, over, or the person has left. Marks it as used, at most once a minute. */
export async function findSession(db: Db, token: string) {
  const hash = tokenHash(token)
  const row = await db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(['users.id', 'users.name', 'users.role', 'users.channel_ids', 'sessions.seen_at'])
    .where('sessions.token_hash', '=', hash)
    .where('sessions.expires_at', '>', sql<Date>`now()`)
    .where('sessions.seen_at', '>', sql<Date>`now() - make_interval(days => ${SESSION_DAYS.idle})`)
    .where('users.active', '=', true)
    .executeTakeFirst()
  if (!row) return null
  await db
    .updateTable('sessions')
    .set({ seen_at: sql<Date>`now()` })
    .where('token_hash', '=', hash)
    .where('seen_at', '<', sql<Date>`now() - interval '1 minute'`)
    .execute()
  return row
}

export async function endSession(db: Db | Tx, token: string): Promise<void> {
  await db.deleteFrom('sessions').where('token_hash', '=', tokenHash(token)).execute()
}

export async function endAllSessions(db: Db | Tx, userId: UserId): Promise<void> {
  await db.deleteFrom('sessions').where('user_id', '=', userId).execute()
}
