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

/** A session as its owner sees it. */
export interface SessionView {
  id: string
  userAgent: string | null
  createdAt: Date
  seenAt: Date
  expiresAt: Date
  /** the one that asks */
  current: boolean
}

/** A person's sessions that are not over, the last used first. @param token of the one that asks, if it is one */
export async function listSessions(db: Db, userId: UserId, token: string | undefined): Promise<SessionView[]> {
  const rows = await db
    .selectFrom('sessions')
    .selectAll()
    .where('user_id', '=', userId)
    .where('expires_at', '>', sql<Date>`now()`)
    .where('seen_at', '>', sql<Date>`now() - make_interval(days => ${SESSION_DAYS.idle})`)
    .orderBy('seen_at', 'desc')
    .limit(200)
    .execute()
  const hash = token === undefined ? null : tokenHash(token)
  return rows.map((row) => ({
    id: row.id,
    userAgent: row.user_agent,
    createdAt: row.created_at,
    seenAt: row.seen_at,
    expiresAt: row.expires_at,
    current: hash?.equals(row.token_hash) ?? false,
  }))
}

/** Ends one session of a person by its id. @returns false where they have none such */
export async function endSessionById(db: Db | Tx, userId: UserId, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('sessions')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

export async function endAllSessions(db: Db | Tx, userId: UserId): Promise<void> {
  await db.deleteFrom('sessions').where('user_id', '=', userId).execute()
}
