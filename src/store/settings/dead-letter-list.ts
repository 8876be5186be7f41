import { type Selectable, sql } from 'kysely'
import type { ChannelId, DeadLetterId } from '../../domain/ids.ts'
import { type AuditEntry, audit } from '../audit.ts'
import type { Db, Tx } from '../database.ts'
import { letterNews, recordLive } from '../live-events.ts'
import type { DeadLettersTable } from '../schema.ts'

export type DeadLetterRow = Selectable<DeadLettersTable>

export interface DeadLetterFilter {
  after: DeadLetterId | null
  limit: number
  state: 'open' | 'resolved' | 'all'
  /** null: every channel, and letters of none */
  channelIds: readonly ChannelId[] | null
}

/** Newest first. @returns up to `limit` + 1 rows */
export async function listDeadLetters(
  db: Db,
  { after, limit, state, channelIds }: DeadLetterFilter,
): Promise<DeadLetterRow[]> {
  let query = db
    .selectFrom('dead_letters')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(limit + 1)
  if (after) query = query.where('id', '<', after)
  if (state !== 'all') query = query.where('resolved_at', state === 'open' ? 'is' : 'is not', null)
  if (channelIds) query = query.where(sql<boolean>`channel_id = any(${[...channelIds]})`)
  return query.execute()
}

export function findDeadLetter(db: Db | Tx, id: DeadLetterId): Promise<DeadLetterRow | undefined> {
  return db.selectFrom('dead_letters').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Puts a letter away; one that is away already keeps its first resolution. @returns undefined where there is none */
export async function resolveDeadLetter(
  tx: Tx,
  id: DeadLetterId,
  resolution: string,
  actor: AuditEntry['actor'],
): Promise<DeadLetterRow | undefined> {
  const row = await tx
    .updateTable('dead_letters')
    .set({ resolved_at: sql<Date>`now()`, resolution })
    .where('id', '=', id)
    .where('resolved_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
  if (!row) return findDeadLetter(tx, id)
  await recordLive(tx, [letterNews(id, row.channel_id, 'resolved')])
  await audit(tx, { actor, action: 'dead_letter.resolved', subject: { kind: 'dead_letter', id } })
  return row
}
