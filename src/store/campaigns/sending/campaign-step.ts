import { sql } from 'kysely'
import { isMissed } from '../../../domain/campaign/schedule.ts'
import type { CampaignNext, CampaignStepRequest } from '../../../domain/campaign-workflow.ts'
import type { CampaignId } from '../../../domain/ids.ts'
import { audit } from '../../audit.ts'
import { type Database, inTransaction, type Tx } from '../../database.ts'
import { recordLive } from '../../live-events.ts'
import { type CampaignRow, lockCampaign, pauseBySystem } from '../control.ts'

/**
 * What a campaign does next, by what stands in the database. Begins one whose time has come, and ends one that has
 * nothing left to send. Repeating it changes nothing.
 */
export async function campaignStep(
  database: Database,
  { campaignId, now }: CampaignStepRequest,
): Promise<CampaignNext> {
  return inTransaction(database.db, async (tx) => {
    const campaign = await lockCampaign(tx, campaignId)
    if (!campaign) return { do: 'end' }
    const next = await nextOf(tx, campaign, now)
    // After what the step itself changed: its workflow has heard of that.
    await tx
      .updateTable('campaigns')
      .set({ heard_at: sql<Date>`clock_timestamp()`, nudges: 0 })
      .where('id', '=', campaignId)
      .execute()
    return next
  })
}

async function nextOf(tx: Tx, campaign: CampaignRow, now: number): Promise<CampaignNext> {
  const work = await openWork(tx, campaign.id)
  // Whatever the campaign's state: a claim whose process died is settled by the next slice (P3).
  if (work.calls) return { do: 'send' }

  switch (campaign.state) {
    case 'scheduled': {
      const at = campaign.schedule_at?.getTime() ?? now
      if (at > now) return { do: 'wait', untilMs: at }
      if (isMissed(at, now)) {
        await pauseBySystem(tx, campaign.id, 'missed_schedule', 'scheduled')
        return { do: 'wait', untilMs: null }
      }
      await move(tx, campaign, 'started', { state: 'running', started_at: sql<Date>`clock_timestamp()` })
      return { do: 'send' }
    }
    case 'running':
      if (work.queued) return { do: 'send' }
      await move(tx, campaign, 'finished', { state: 'finished', ended_at: sql<Date>`clock_timestamp()` })
      return { do: 'end' }
    case 'paused':
      return { do: 'wait', untilMs: null }
    case 'draft':
    case 'stopped':
    case 'finished':
      return { do: 'end' }
  }
}

/** `calls`: claimed, their outcome not recorded; no slice of the workflow is under way. `queued`: still to be sent. */
async function openWork(tx: Tx, id: CampaignId): Promise<{ calls: boolean; queued: boolean }> {
  const { rows } = await sql<{ calls: boolean; queued: boolean }>`
    select
      exists (select from deliveries where campaign_id = ${id} and lane = 'campaign' and state = 'sending') as calls,
      exists (select from deliveries where campaign_id = ${id} and lane = 'campaign' and state = 'queued')
        or exists (select from campaign_recipients where campaign_id = ${id} and state = 'queued') as queued`.execute(
    tx,
  )
  return rows[0] ?? { calls: false, queued: false }
}

async function move(
  tx: Tx,
  { id, channel_id, state: from }: CampaignRow,
  deed: 'started' | 'finished',
  columns: {
    state: 'running' | 'finished'
    started_at?: ReturnType<typeof sql<Date>>
    ended_at?: ReturnType<typeof sql<Date>>
  },
): Promise<void> {
  await tx.updateTable('campaigns').set(columns).where('id', '=', id).execute()
  await audit(tx, {
    actor: { kind: 'worker', id: null },
    action: `campaign.${deed}`,
    subject: { kind: 'campaign', id },
    detail: { from, to: columns.state },
  })
  await recordLive(tx, [{ event: 'campaign', data: { campaignId: id, channelId: channel_id, state: columns.state } }])
}
