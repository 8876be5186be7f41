import { type SqlBool, sql } from 'kysely'
import type { Exclusion } from '../../domain/campaign/exclusion.ts'
import { DELIVERY_STATES } from '../../domain/delivery-state.ts'
import type { CampaignId } from '../../domain/ids.ts'
import type { Db, Tx } from '../database.ts'

/** How far one recipient's message has come; `queued` also while it waits for another try. */
export const RECIPIENT_STATES = [...DELIVERY_STATES, 'excluded', 'cancelled'] as const
export type RecipientState = (typeof RECIPIENT_STATES)[number]

export interface RecipientFilter {
  state: RecipientState | null
  exclusion: Exclusion | null
  /** only those who replied, or who did not; null: both */
  replied: boolean | null
}

export type RecipientView = Awaited<ReturnType<typeof listRecipients>>[number]

/** The recipients of a campaign, in the order of its list. @returns up to `limit` + 1 rows behind the ordinal `after` */
export function listRecipients(
  db: Db | Tx,
  campaign: CampaignId,
  { state, exclusion, replied }: RecipientFilter,
  page: { after: number; limit: number },
) {
  // Taken recipients are in the state of their delivery.
  const now = sql<RecipientState>`coalesce(d.state, r.state)`
  const hasReplied = sql<boolean>`coalesce(o.state = 'replied', false)`
  return db
    .selectFrom('campaign_recipients as r')
    .leftJoin('deliveries as d', 'd.id', 'r.delivery_id')
    .leftJoin('outgoing_messages as o', 'o.comment_id', 'r.comment_id')
    .leftJoin('comments as m', 'm.id', 'r.comment_id')
    .select([
      'r.ordinal',
      'r.phone',
      'r.name',
      'r.exclusion',
      'r.reasons',
      'r.detail',
      'r.contact_id',
      'r.comment_id',
      'r.delivery_id',
      'r.taken_at',
      'd.error_code',
      'd.error_detail',
      'd.sent_at',
      'd.delivered_at',
      'd.read_at',
      'd.failed_at',
      now.as('state'),
      'm.task_id',
      hasReplied.as('replied'),
    ])
    .where('r.campaign_id', '=', campaign)
    .where('r.ordinal', '>', page.after)
    .$if(exclusion !== null, (query) => query.where('r.exclusion', '=', exclusion as Exclusion))
    .$if(replied !== null, (query) => query.where(sql<SqlBool>`${hasReplied} = ${replied}`))
    .$if(state !== null, (query) => query.where(sql<SqlBool>`${now} = ${state}`))
    .orderBy('r.ordinal')
    .limit(page.limit + 1)
    .execute()
}

/** One recipient's number and parameters as they stand on the list; without `ordinal`, the first who is not excluded. */
export function findRecipient(db: Db | Tx, campaign: CampaignId, ordinal: number | null) {
  return db
    .selectFrom('campaign_recipients')
    .select(['ordinal', 'phone', 'parameters'])
    .where('campaign_id', '=', campaign)
    .$if(ordinal === null, (query) => query.where('state', '<>', 'excluded'))
    .$if(ordinal !== null, (query) => query.where('ordinal', '=', ordinal))
    .orderBy('ordinal')
    .limit(1)
    .executeTakeFirst()
}
