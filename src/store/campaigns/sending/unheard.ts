import { sql } from 'kysely'
import type { CampaignId } from '../../../domain/ids.ts'
import type { Db } from '../../database.ts'

/**
 * Claims campaigns whose workflow has not heard of their last change: its signal was lost in a crash or an outage. Also
 * those that should be at work and have not been seen for minutes: their workflow is gone. Several servers share them;
 * each is nudged again after 15 s, 30 s, … 10 minutes.
 */
export async function claimUnheard(db: Db, limit: number): Promise<CampaignId[]> {
  const { rows } = await sql<{ id: CampaignId }>`
    with due as (
      select id from campaigns
      where state in ('scheduled', 'running', 'paused', 'stopped') and (
          (changed_at < now() - interval '3 seconds' and (heard_at is null or heard_at < changed_at))
          or (state = 'running' and heard_at < now() - interval '6 minutes')
          or (state = 'scheduled' and schedule_at < now() - interval '1 minute')
        )
        and (nudges = 0 or nudged_at < now() - least(600, 15 * power(2, least(nudges - 1, 10))) * interval '1 second')
      order by changed_at limit ${limit} for update skip locked
    )
    update campaigns c set nudged_at = now(), nudges = c.nudges + 1 from due where c.id = due.id
    returning c.id`.execute(db)
  return rows.map(({ id }) => id)
}
