import type { CampaignId } from '../../domain/ids.ts'
import { type Actor, auditActor, maySee } from '../actor.ts'
import { audit } from '../audit.ts'
import type { Db, Tx } from '../database.ts'
import { recordLive } from '../live-events.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import { findCampaign } from './campaign-view.ts'
import { type CampaignRow, lockCampaign } from './control.ts'
import { fingerprint, type NewCampaign, storeRecipients } from './create-campaign.ts'
import { type CampaignPlan, planCampaign } from './plan-campaign.ts'

/** A draft's order as its author gave it. Conflict: `campaign_state`, where it is no draft any more. */
export async function findDraftOrder(
  db: Db,
  actor: Pick<Actor, 'channelIds'>,
  id: CampaignId,
): Promise<Refusable<unknown>> {
  const campaign = await findCampaign(db, actor, id)
  if (!campaign) return missing('The campaign')
  const draft = await db.selectFrom('campaign_drafts').select('given').where('campaign_id', '=', id).executeTakeFirst()
  return draft ? done(draft.given) : noDraft(campaign, 'changed')
}

/**
 * A draft becomes another one: its list is sorted out anew. Refuses as `planCampaign` does, and with `campaign_state`.
 */
export async function replaceDraft(
  tx: Tx,
  actor: Actor,
  id: CampaignId,
  order: NewCampaign,
): Promise<Refusable<CampaignPlan>> {
  const found = await lockDraft(tx, actor, id, 'changed')
  if (found.refused) return found
  const planned = await planCampaign(tx, actor, { ...order, draft: true })
  if (planned.refused) return planned
  const plan = planned.value
  await tx.deleteFrom('campaign_recipients').where('campaign_id', '=', id).execute()
  await tx
    .updateTable('campaigns')
    .set({
      channel_id: order.channelId,
      name: order.name,
      template: JSON.stringify(order.template),
      require_consent: order.requireConsent,
      schedule_at: order.scheduleAt,
      time_zone: order.timeZone,
    })
    .where('id', '=', id)
    .execute()
  const given = JSON.stringify(order.given)
  await tx
    .insertInto('campaign_drafts')
    .values({ campaign_id: id, given })
    .onConflict((conflict) => conflict.column('campaign_id').doUpdateSet({ given }))
    .execute()
  await tx
    .updateTable('bulk_clusters')
    .set({ channel_id: order.channelId, fingerprint: fingerprint(order, plan) })
    .where('campaign_id', '=', id)
    .execute()
  await storeRecipients(tx, id, plan.recipients)
  await note(tx, actor, found.value, 'changed', order.channelId)
  return done(plan)
}

/** A draft goes without a trace but the audit: nothing of it has left. Conflict: `campaign_state`. */
export async function deleteDraft(tx: Tx, actor: Actor, id: CampaignId): Promise<Refusable<null>> {
  const found = await lockDraft(tx, actor, id, 'deleted')
  if (found.refused) return found
  await tx.deleteFrom('campaign_recipients').where('campaign_id', '=', id).execute()
  await tx.deleteFrom('bulk_clusters').where('campaign_id', '=', id).execute()
  await tx.deleteFrom('campaigns').where('id', '=', id).execute()
  await note(tx, actor, found.value, 'deleted', found.value.channel_id)
  return done(null)
}

async function lockDraft(tx: Tx, actor: Actor, id: CampaignId, deed: string): Promise<Refusable<CampaignRow>> {
  const campaign = await lockCampaign(tx, id)
  if (!campaign || !maySee(actor, campaign.channel_id)) return missing('The campaign')
  return campaign.state === 'draft' ? done(campaign) : noDraft(campaign, deed)
}

const noDraft = ({ state }: CampaignRow, deed: string) =>
  refuse('conflict', 'campaign_state', `The campaign is ${state}: it cannot be ${deed}`, { state })

async function note(
  tx: Tx,
  actor: Actor,
  { id }: CampaignRow,
  deed: 'changed' | 'deleted',
  channelId: CampaignRow['channel_id'],
): Promise<void> {
  await audit(tx, {
    actor: auditActor(actor),
    action: `campaign.draft_${deed}`,
    subject: { kind: 'campaign', id },
    detail: { by: actor.key },
  })
  await recordLive(tx, [{ event: 'campaign', data: { campaignId: id, channelId, state: 'draft' } }])
}
