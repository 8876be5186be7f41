import { sql } from 'kysely'
import type { ChannelId } from '../../domain/ids.ts'
import type { Db } from '../database.ts'
import type { Role } from '../schema.ts'
import { SESSION_DAYS } from './sessions.ts'

/** `cookie`: a session. The hash of the token in base64, under which it is kept. */
export interface CredentialName {
  kind: 'cookie' | 'bearer'
  hash: string
}

/** What a credential is good for now. */
export interface Standing extends CredentialName {
  role: Role
  channelIds: ChannelId[] | null
}

/**
 * What many credentials are good for, in one statement; those that are unknown, over or revoked are not in the answer.
 * They are in use, and are marked so, at most once a minute.
 */
export async function standingOf(db: Db, credentials: readonly CredentialName[]): Promise<Standing[]> {
  const hashesOf = (kind: CredentialName['kind']) =>
    credentials.filter((one) => one.kind === kind).map(({ hash }) => Buffer.from(hash, 'base64'))
  const [sessions, tokens] = [hashesOf('cookie'), hashesOf('bearer')]
  const { rows } = await sql<{
    kind: CredentialName['kind']
    hash: Buffer
    role: Role
    channel_ids: ChannelId[] | null
    unmarked: boolean
  }>`
    select 'cookie' as kind, s.token_hash as hash, u.role, u.channel_ids,
      s.seen_at < now() - interval '1 minute' as unmarked
    from sessions s join users u on u.id = s.user_id
    where s.token_hash = any(${sessions}::bytea[]) and s.expires_at > now()
      and s.seen_at > now() - make_interval(days => ${SESSION_DAYS.idle}) and u.active
    union all
    select 'bearer', t.token_hash, t.role, t.channel_ids,
      t.last_used_at is null or t.last_used_at < now() - interval '1 minute'
    from api_tokens t
    where t.token_hash = any(${tokens}::bytea[]) and t.revoked_at is null
      and (t.expires_at is null or t.expires_at > now())`.execute(db)
  const unmarked = (kind: CredentialName['kind']) =>
    rows.filter((row) => row.unmarked && row.kind === kind).map(({ hash }) => hash)
  const seen = unmarked('cookie')
  if (seen.length > 0) {
    await sql`update sessions set seen_at = now() where token_hash = any(${seen}::bytea[])`.execute(db)
  }
  const used = unmarked('bearer')
  if (used.length > 0) {
    await sql`update api_tokens set last_used_at = now() where token_hash = any(${used}::bytea[])`.execute(db)
  }
  return rows.map(({ kind, hash, role, channel_ids: channelIds }) => ({
    kind,
    hash: hash.toString('base64'),
    role,
    channelIds,
  }))
}
