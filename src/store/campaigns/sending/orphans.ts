import { deliveryRank } from '../../../domain/delivery-state.ts'
import type { CampaignId } from '../../../domain/ids.ts'
import type { Database } from '../../database.ts'
import { inIntakeTransaction, type Statement } from '../../intake/run.ts'
import { newsKey } from './news.ts'

const SETTLE: Statement = {
  name: 'campaign-settle-orphans',
  text: `
    with orphans as (
      update deliveries set state = 'unknown', rank = $2
      where campaign_id = $1 and lane = 'campaign' and state = 'sending'
      returning id
    )
    update delivery_attempts a set outcome = 'unknown', ended_at = now(),
      detail = 'the sending process ended during the call'
    from orphans o where a.delivery_id = o.id and a.outcome is null
    returning a.delivery_id`,
}

const NEWS: Statement = {
  name: 'campaign-news-place',
  text: 'insert into send_pace (key, next_at) values ($1, now()) on conflict (key) do nothing',
}

/**
 * Before a slice: what an earlier one claimed and never recorded may have left, so nobody calls it again by themselves
 * (P3). A status that carries our id settles it, or a person does.
 * @returns how many
 */
export async function settleOrphans({ pool }: Database, campaign: CampaignId): Promise<number> {
  return inIntakeTransaction(pool, async (run) => {
    await run(NEWS, [newsKey(campaign)])
    return (await run(SETTLE, [campaign, deliveryRank('unknown')])).length
  })
}
