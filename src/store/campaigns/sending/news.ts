import type { CampaignId } from '../../../domain/ids.ts'
import type { Run, Statement } from '../../intake/run.ts'

/** The place in `send_pace` that keeps a campaign's live updates apart; the first slice makes it. */
export const newsKey = (campaign: CampaignId): string => `news:${campaign}`

/** Somebody who just tells it is not waited for. */
const TELL: Statement = {
  name: 'campaign-tell',
  text: `
    with due as (
      select p.key, n.id from unnest($1::uuid[], $2::text[]) as n (id, key)
      join send_pace p on p.key = n.key and p.next_at <= clock_timestamp()
      for update of p skip locked
    ), told as (
      update send_pace p set next_at = clock_timestamp() + interval '1 second' from due where p.key = due.key
      returning due.id
    )
    insert into live_events (event, data)
    select 'campaign', jsonb_build_object('campaignId', c.id, 'channelId', c.channel_id, 'state', c.state)
    from told join campaigns c on c.id = told.id`,
}

/**
 * Tells the screens that a campaign's numbers move: at most once a second, by whichever process is first. What moves
 * within that second is not told: who hears it reads the numbers now, and again when the second is over.
 */
export async function tellCampaigns(run: Run, campaigns: Iterable<CampaignId>): Promise<void> {
  const ids = [...new Set(campaigns)].sort()
  if (ids.length > 0) await run(TELL, [ids, ids.map(newsKey)])
}
