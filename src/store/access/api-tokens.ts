import { randomBytes } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import type { ChannelId, UserId } from '../../domain/ids.ts'
import { type AuditEntry, audit } from '../audit.ts'
import type { Db, Tx } from '../database.ts'
import { newId } from '../new-id.ts'
import type { ApiTokensTable, Role } from '../schema.ts'
import { newOpaqueToken, tokenHash } from './opaque-token.ts'

export type ApiTokenRow = Omit<Selectable<ApiTokensTable>, 'token_hash'>

const COLUMNS = [
  'id',
  'name',
  'prefix',
  'role',
  'channel_ids',
  'created_by',
  'created_at',
  'last_used_at',
  'revoked_at',
  'expires_at',
] as const

/**
 * Makes a token `parley_<prefix>_<secret>`. The prefix is shown in lists, so that a leaked token can be found and revoked.
 * @returns the row, and the token itself, which is kept nowhere
 */
export async function createApiToken(
  tx: Tx,
  token: {
    name: string
    role: Role
    channelIds: ChannelId[] | null
    createdBy: UserId | null
    /** null or absent: it never ends by itself */
    expiresAt?: Date | null
  },
  actor: AuditEntry['actor'],
): Promise<{ row: ApiTokenRow; token: string }> {
  const prefix = randomBytes(4).toString('hex')
  const secret = `parley_${prefix}_${newOpaqueToken()}`
  const row = await tx
    .insertInto('api_tokens')
    .values({
      id: newId(),
      name: token.name,
      prefix,
      token_hash: tokenHash(secret),
      role: token.role,
      channel_ids: token.channelIds,
      created_by: token.createdBy,
      expires_at: token.expiresAt ?? null,
    })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow()
  await audit(tx, {
    actor,
    action: 'token.created',
    subject: { kind: 'token', id: row.id },
    detail: { role: row.role, channelIds: row.channel_ids, expiresAt: row.expires_at?.toISOString() ?? null },
  })
  return { row, token: secret }
}

/** @returns up to `limit` + 1 rows, revoked ones too */
export async function listApiTokens(db: Db, page: { after: string | null; limit: number }): Promise<ApiTokenRow[]> {
  let query = db
    .selectFrom('api_tokens')
    .select(COLUMNS)
    .orderBy('id')
    .limit(page.limit + 1)
  if (page.after) query = query.where('id', '>', page.after)
  return query.execute()
}

export function getApiToken(db: Db | Tx, id: string): Promise<ApiTokenRow | undefined> {
  return db.selectFrom('api_tokens').select(COLUMNS).where('id', '=', id).executeTakeFirst()
}

/** A revoked token stays in the list; revoking it again changes nothing. */
export async function revokeApiToken(tx: Tx, id: string, actor: AuditEntry['actor']): Promise<void> {
  const revoked = await tx
    .updateTable('api_tokens')
    .set({ revoked_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  if (revoked.numUpdatedRows === 0n) return
  await audit(tx, { actor, action: 'token.revoked', subject: { kind: 'token', id } })
}

/** Whose token it is; null where it is unknown, revoked or over. Marks it as used, at most once a minute. */
export async function findApiToken(db: Db, token: string): Promise<ApiTokenRow | null> {
  const hash = tokenHash(token)
  const row = await db
    .selectFrom('api_tokens')
    .select(COLUMNS)
    .where('token_hash', '=', hash)
    .where('revoked_at', 'is', null)
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', sql<Date>`now()`)]))
    .executeTakeFirst()
  if (!row) return null
  await db
    .updateTable('api_tokens')
    .set({ last_used_at: sql<Date>`now()` })
    .where('id', '=', row.id)
    .where((where) =>
      where.or([where('last_used_at', 'is', null), where('last_used_at', '<', sql<Date>`now() - interval '1 minute'`)]),
    )
    .execute()
  return row
}
