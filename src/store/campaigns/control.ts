import { type Selectable, sql } from 'kysely'
import type { PauseReason } from '../../domain/campaign/pause-reason.ts'
import { CAMPAIGN_STOPPED } from '../../domain/campaign/retry-failed.ts'
import { deliveryRank } from '../../domain/delivery-state.ts'
import type { CampaignId, ChannelId } from '../../domain/ids.ts'
import { restrictionOn } from '../../domain/send-restriction.ts'
import { type Actor, auditActor, maySee } from '../actor.ts'
import { type AuditEntry, audit } from '../audit.ts'
import type { Tx } from '../database.ts'
import { recordLive } from '../live-events.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import type { CampaignState, CampaignsTable } from '../schema.ts'

export type CampaignRow = Selectable<CampaignsTable>

/** What a verb leaves behind. After the commit its caller tells the campaign's workflow (`campaignChanged`). */
export interface CampaignChange {
  id: CampaignId
  channelId: ChannelId
  state: CampaignState
}

/**
 * A draft begins, or waits for the time that was planned for it; one that waits begins at once.
 * Conflicts: `campaign_state`, `channel_not_connected`, `template_not_approved`.
 */
export const startCampaign = (tx: Tx, actor: Actor, id: CampaignId): Promise<Refusable<CampaignChange>> =>
  changeByPerson(tx, actor, id, 'started', ['draft', 'scheduled'], async (campaign, now) => {
    const refused = await whyItCannotSend(tx, campaign)
    if (refused) return refused
    if (campaign.state === 'draft' && isAhead(campaign, now)) return done({ state: 'scheduled' })
    return done({ state: 'running', started_at: now })
  })

/** No recipient is taken after the commit; messages that were taken before it still leave. Conflict: `campaign_state`. */
export const pauseCampaign = (tx: Tx, actor: Actor, id: CampaignId): Promise<Refusable<CampaignChange>> =>
  changeByPerson(tx, actor, id, 'paused', ['scheduled', 'running'], async () => done({ state: 'paused' }))

/**
 * Goes on, or waits again for the time that was planned if that is still ahead.
 * Conflicts: `campaign_state`, `channel_not_connected`, `template_not_approved`.
 */
export const resumeCampaign = (tx: Tx, actor: Actor, id: CampaignId): Promise<Refusable<CampaignChange>> =>
  changeByPerson(tx, actor, id, 'resumed', ['paused'], async (campaign, now) => {
    const refused = await whyItCannotSend(tx, campaign)
    if (refused) return refused
    if (campaign.started_at === null && isAhead(campaign, now)) return done({ state: 'scheduled' })
    return done({ state: 'running', started_at: campaign.started_at ?? now })
  })

/**
 * Ends it for good: nobody else on the list gets anything, and what waited for another try has failed with
 * `campaign_stopped`. Messages that were taken before the commit still leave. Conflict: `campaign_state`.
 */
export const stopCampaign = (tx: Tx, actor: Actor, id: CampaignId): Promise<Refusable<CampaignChange>> =>
  changeByPerson(tx, actor, id, 'stopped', ['draft', 'scheduled', 'running', 'paused'], async (_, now) => {
    await tx
      .updateTable('campaign_recipients')
      .set({ state: 'cancelled' })
      .where('campaign_id', '=', id)
      .where('state', '=', 'queued')
      .execute()
    await tx
      .updateTable('deliveries')
      .set({
        state: 'failed',
        rank: deliveryRank('failed'),
        error_code: CAMPAIGN_STOPPED,
        failed_at: now,
        slot_at: null,
      })
      .where('id', 'in', (query) =>
        query
          .selectFrom('deliveries')
          .select('id')
          .where('campaign_id', '=', id)
          .where('lane', '=', 'campaign')
          .where('state', '=', 'queued')
          .orderBy('id')
          .forUpdate(),
      )
      .execute()
    return done({ state: 'stopped', ended_at: now })
  })

/**
 * A campaign waits for a person, for a reason that the house itself found. Nothing happens to one that is not in the
 * state `from`. After the commit the caller tells the campaign's workflow, unless it is that workflow's own step.
 * @returns whether it was paused
 */
export async function pauseBySystem(
  tx: Tx,
  id: CampaignId,
  reason: PauseReason,
  from: 'running' | 'scheduled' = 'running',
): Promise<boolean> {
  const campaign = await lockCampaign(tx, id)
  if (campaign?.state !== from) return false
  await change(tx, campaign, { state: 'paused', state_reason: reason }, 'paused', { kind: 'worker', id: null })
  return true
}

/** Takes the campaign's row. Every verb does; those who take recipients hold it FOR SHARE. */
export const lockCampaign = (tx: Tx, id: CampaignId): Promise<CampaignRow | undefined> =>
  tx.selectFrom('campaigns').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()

type Columns = Pick<CampaignRow, 'state'> & Partial<Pick<CampaignRow, 'state_reason' | 'started_at' | 'ended_at'>>

/** The frame of a person's verb: lock, state, decision, change. `decide` may write what goes with the change. */
export async function changeByPerson(
  tx: Tx,
  actor: Actor,
  id: CampaignId,
  deed: string,
  from: readonly CampaignState[],
  decide: (campaign: CampaignRow, now: Date) => Promise<Refusable<Columns>>,
): Promise<Refusable<CampaignChange>> {
  const campaign = await lockCampaign(tx, id)
  if (!campaign || !maySee(actor, campaign.channel_id)) return missing('The campaign')
  if (!from.includes(campaign.state)) {
    return refuse('conflict', 'campaign_state', `The campaign is ${campaign.state}: it cannot be ${deed}`, {
      state: campaign.state,
    })
  }
  const decision = await decide(campaign, new Date())
  if (decision.refused) return decision
  return done(await change(tx, campaign, { state_reason: null, ...decision.value }, deed, auditActor(actor)))
}

async function change(
  tx: Tx,
  campaign: CampaignRow,
  columns: Columns,
  deed: string,
  actor: AuditEntry['actor'],
): Promise<CampaignChange> {
  const { id, channel_id: channelId } = campaign
  await tx
    .updateTable('campaigns')
    .set({ ...columns, changed_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .execute()
  // What it was made from is of no use any more, and may be a list of people.
  if (campaign.state === 'draft') await tx.deleteFrom('campaign_drafts').where('campaign_id', '=', id).execute()
  await audit(tx, {
    actor,
    action: `campaign.${deed}`,
    subject: { kind: 'campaign', id },
    detail: {
      from: campaign.state,
      to: columns.state,
      ...(columns.state_reason ? { reason: columns.state_reason } : {}),
    },
  })
  await recordLive(tx, [{ event: 'campaign', data: { campaignId: id, channelId, state: columns.state } }])
  return { id, channelId, state: columns.state }
}

const isAhead = (campaign: CampaignRow, now: Date): boolean =>
  campaign.schedule_at !== null && campaign.schedule_at > now

/** Why nothing of the campaign could leave now; null: nothing is in its way. */
export async function whyItCannotSend(
  tx: Tx,
  campaign: Pick<CampaignRow, 'channel_id' | 'template'>,
): Promise<ReturnType<typeof refuse> | null> {
  const channel = await tx
    .selectFrom('channels')
    .select(['state', 'restrictions', 'deleted_at'])
    .where('id', '=', campaign.channel_id)
    .executeTakeFirstOrThrow()
  const partly = channel.state === 'restricted' && channel.restrictions.length > 0
  if (channel.deleted_at !== null || (channel.state !== 'connected' && !partly)) {
    return refuse('conflict', 'channel_not_connected', 'The channel is not connected: nothing can be sent over it', {
      state: channel.deleted_at === null ? channel.state : 'deleted',
    })
  }
  const template = await tx
    .selectFrom('templates')
    .select(['status', 'category'])
    .where('channel_id', '=', campaign.channel_id)
    .where('name', '=', campaign.template.name)
    .where('language', '=', campaign.template.language)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  const subject = { kind: 'template' as const, category: template?.category ?? '' }
  const restriction = partly ? restrictionOn(channel.restrictions, subject, new Date()) : undefined
  if (restriction) {
    const words = 'The provider does not let this account send such templates for now'
    return refuse('conflict', 'channel_not_connected', words, { state: channel.state, until: restriction.until })
  }
  if (template?.status === 'approved') return null
  return refuse('conflict', 'template_not_approved', 'The template is not approved at the moment: it cannot be sent', {
    status: template?.status ?? 'unknown',
  })
}
