import { sql } from 'kysely'
import type { UserId } from '../../domain/ids.ts'
import type { Database, Tx } from '../database.ts'
import { newOpaqueToken, tokenHash } from './opaque-token.ts'

/**
 * A link that signs a person in once, within an hour: the first sign-in, and the way back after a lost password.
 * @returns the token; the link itself is `signInUrl`
 */
export async function createSignInLink(database: Pick<Database, 'db'>, userId: UserId): Promise<string> {
  const token = newOpaqueToken()
  await database.db
    .insertInto('sign_in_links')
    .values({
      token_hash: tokenHash(token),
      user_id: userId,
      expires_at: new Date(Date.now() + 3_600_000),
      used_at: null,
    })
    .execute()
  return token
}

/** The web page's address. The token stands behind the `#`: browsers send it to no server, so no log can keep it. */
export const signInUrl = (publicUrl: string, token: string): string => `${publicUrl}/sign-in#${token}`

/** @returns the person, once; null where the link is unknown, used, too old, or the person has left */
export async function useSignInLink(tx: Tx, token: string): Promise<UserId | null> {
  const used = await tx
    .updateTable('sign_in_links')
    .set({ used_at: sql<Date>`now()` })
    .where('token_hash', '=', tokenHash(token))
    .where('used_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .returning('user_id')
    .executeTakeFirst()
  if (!used) return null
  const user = await tx
    .selectFrom('users')
    .select('id')
    .where('id', '=', used.user_id)
    .where('active', '=', true)
    .executeTakeFirst()
  return user?.id ?? null
}
