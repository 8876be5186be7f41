import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Actor } from '../actor.ts'
import { isPhoneSilent } from '../channels/silent-phone-apps.ts'
import type { Db } from '../database.ts'
import { needsAttention } from '../deliveries/needs-attention.ts'

/** How much waits for a person, of each kind; no more than `MOST_COUNTED` of each are counted. */
export interface AttentionCounts {
  unknown: number
  failed: number
  deadLetters: number
  blockedRuns: number
  channels: number
}

/** Enough for a badge, and cheap whatever happened overnight. */
export const MOST_COUNTED = 1_000

interface Reader extends Pick<Actor, 'channelIds'> {
  /** dead letters are for those who manage them */
  seesDeadLetters: boolean
  /** runs without a client, too */
  seesHouse: boolean
}

export async function countAttention(db: Db, reader: Reader): Promise<AttentionCounts> {
  const { channelIds } = reader
  const on = (column: RawBuilder<unknown>) =>
    channelIds === null ? sql<SqlBool>`true` : sql<SqlBool>`${column} = any(${channelIds}::uuid[])`
  const deliveries = (state: 'unknown' | 'failed') => sql`(select count(*)::int from (
    select from deliveries d where d.state = ${sql.lit(state)} and ${needsAttention} and ${on(sql`d.channel_id`)}
    limit ${MOST_COUNTED}) as d)`
  const letters = reader.seesDeadLetters
    ? sql`(select count(*)::int from (
        select from dead_letters l where l.resolved_at is null and ${on(sql`l.channel_id`)} limit ${MOST_COUNTED}) as l)`
    : sql`0`
  const runs = sql`(select count(*)::int from (
    select from runs r left join conversations c on c.id = r.conversation_id
      left join house_events h on h.id = r.house_event_id
    where r.state = 'blocked' and ${
      reader.seesHouse ? sql<SqlBool>`true` : sql<SqlBool>`r.conversation_id is not null`
    } and (${on(sql`c.channel_id`)} or (r.conversation_id is null and (h.channel_id is null or ${on(sql`h.channel_id`)})))
    limit ${MOST_COUNTED}) as r)`
  const channels = sql`(select count(*)::int from channels ch
    where ch.deleted_at is null and ${on(sql`ch.id`)}
      and (ch.state in ('disconnected', 'restricted', 'needs_attention') or (ch.state = 'connected' and ${isPhoneSilent})))`
  const { rows } =
    await sql<AttentionCounts>`select ${deliveries('unknown')} as unknown, ${deliveries('failed')} as failed,
    ${letters} as "deadLetters", ${runs} as "blockedRuns", ${channels} as channels`.execute(db)
  const [counts] = rows
  if (!counts) throw new Error('a select without from gave no row')
  return counts
}
