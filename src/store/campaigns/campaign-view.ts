import { type SqlBool, sql } from 'kysely'
import type { CampaignId, ChannelId } from '../../domain/ids.ts'
import { type Actor, maySee } from '../actor.ts'
import type { Db, Tx } from '../database.ts'
import type { CampaignState } from '../schema.ts'
import type { CampaignRow } from './control.ts'

/**
 * How far a campaign has come. Cumulative: who has read is also among the delivered, the sent and the queued
 * (contract.md, `GET /api/campaigns/:id`).
 */
export interface CampaignCounts {
  /** everybody on the list */
  total: number
  /** on the list and not excluded: whoever was ever to get the message */
  queued: number
  /** the provider took it; some of these may have failed afterwards */
  sent: number
  delivered: number
  read: number
  failed: number
  /** kept out of tasks, now or until the reply or the end of the hold */
  held: number
  replied: number
  expired: number
  /** not yet with the provider, in the campaign's turn or for another try */
  waiting: number
  /** nobody can say whether it left (P3) */
  unknown: number
  /** the campaign was stopped before their turn */
  cancelled: number
  excluded: number
}

/** Campaigns on channels that the actor may see, the newest first. @returns up to `limit` + 1 rows */
export function listCampaigns(
  db: Db,
  { channelIds }: Pick<Actor, 'channelIds'>,
  wanted: { channelId: ChannelId | null; state: CampaignState | null },
  page: { after: CampaignId | null; limit: number },
): Promise<CampaignRow[]> {
  return db
    .selectFrom('campaigns')
    .selectAll()
    .$if(channelIds !== null, (query) => query.where(sql<SqlBool>`channel_id = any(${channelIds}::uuid[])`))
    .$if(wanted.channelId !== null, (query) => query.where('channel_id', '=', wanted.channelId as ChannelId))
    .$if(wanted.state !== null, (query) => query.where('state', '=', wanted.state as CampaignState))
    .$if(page.after !== null, (query) => query.where('id', '<', page.after as CampaignId))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute()
}

/** @returns null where there is no such campaign, or where the actor may not see it */
export async function findCampaign(
  db: Db | Tx,
  actor: Pick<Actor, 'channelIds'>,
  id: CampaignId,
): Promise<CampaignRow | null> {
  const row = await db.selectFrom('campaigns').selectAll().where('id', '=', id).executeTakeFirst()
  return row && maySee(actor, row.channel_id) ? row : null
}

/** One statement over the campaign's recipients, their deliveries and what the bulk rule knows of them. */
export async function countCampaign(db: Db | Tx, id: CampaignId): Promise<CampaignCounts> {
  const { rows } = await sql<CampaignCounts>`
    select
      count(*) as total,
      count(*) filter (where r.state <> 'excluded') as queued,
      count(*) filter (where d.accepted_at is not null
        or d.state in ('accepted', 'sent', 'delivered', 'read', 'played')) as sent,
      count(*) filter (where d.state in ('delivered', 'read', 'played')) as delivered,
      count(*) filter (where d.state in ('read', 'played')) as read,
      count(*) filter (where d.state = 'failed') as failed,
      count(*) filter (where o.state in ('held', 'replied', 'expired') and d.state <> 'failed') as held,
      count(*) filter (where o.state = 'replied') as replied,
      count(*) filter (where o.state = 'expired' and d.state <> 'failed') as expired,
      count(*) filter (where r.state = 'queued' or d.state in ('queued', 'sending')) as waiting,
      count(*) filter (where d.state = 'unknown') as unknown,
      count(*) filter (where r.state = 'cancelled') as cancelled,
      count(*) filter (where r.state = 'excluded') as excluded
    from campaigns g
    join campaign_recipients r on r.campaign_id = g.id
    left join deliveries d on d.id = r.delivery_id and d.campaign_id = g.id
    left join outgoing_messages o on o.comment_id = r.comment_id and o.cluster_id = g.cluster_id
    where g.id = ${id}`.execute(db)
  const [counts] = rows
  if (!counts) throw new Error('an aggregate without a row')
  return counts
}

/** How many get nothing, by the reason. */
export async function countExclusions(db: Db | Tx, id: CampaignId): Promise<Record<string, number>> {
  const rows = await db
    .selectFrom('campaign_recipients')
    .select(['exclusion', sql<number>`count(*)`.as('count')])
    .where('campaign_id', '=', id)
    .where('exclusion', 'is not', null)
    .groupBy('exclusion')
    .execute()
  return Object.fromEntries(rows.map(({ exclusion, count }) => [exclusion, count]))
}
