import { sql } from 'kysely'
import { bulkRule } from '../../domain/bulk/options.ts'
import type { CampaignId, ClusterId } from '../../domain/ids.ts'
import { type Actor, auditActor } from '../actor.ts'
import { audit } from '../audit.ts'
import { fingerprintOf } from '../bulk/fingerprint.ts'
import type { Tx } from '../database.ts'
import { recordLive } from '../live-events.ts'
import { newId } from '../new-id.ts'
import { done, type Refusable } from '../refusal.ts'
import type { CampaignState } from '../schema.ts'
import { type CampaignChange, whyItCannotSend } from './control.ts'
import { type CampaignOrder, type CampaignPlan, type PlannedRecipient, planCampaign } from './plan-campaign.ts'

/** What people say of a campaign beside whom it goes to. */
export interface NewCampaign extends CampaignOrder {
  name: string
  /** null: at once */
  scheduleAt: Date | null
  /** the zone in which people planned it */
  timeZone: string | null
  /** the order as its author gave it; kept as long as it is a draft */
  given: unknown
}

/** Rows in one statement: about 2 MB of JSON. */
const ROWS_AT_ONCE = 5_000

/**
 * Stores a campaign with everybody on its list, those who get nothing included, and the cluster that its messages
 * belong to from the first on (M17). After the commit its caller tells the campaign's workflow (`campaignChanged`).
 * Refuses as `planCampaign` does, and with `channel_not_connected` where it would begin at once.
 */
export async function createCampaign(
  tx: Tx,
  actor: Actor,
  order: NewCampaign,
): Promise<Refusable<CampaignChange & { plan: CampaignPlan }>> {
  const planned = await planCampaign(tx, actor, order)
  if (planned.refused) return planned
  const plan = planned.value
  const now = new Date()
  const state = firstState(order, now)
  if (state === 'running') {
    const refused = await whyItCannotSend(tx, { channel_id: order.channelId, template: order.template })
    if (refused) return refused
  }

  const id = newId<CampaignId>()
  const clusterId = newId<ClusterId>()
  await tx
    .insertInto('campaigns')
    .values({
      id,
      channel_id: order.channelId,
      name: order.name,
      state,
      template: JSON.stringify(order.template),
      require_consent: order.requireConsent,
      schedule_at: order.scheduleAt,
      time_zone: order.timeZone,
      cluster_id: clusterId,
      created_by: actor.userId,
      created_by_name: actor.name,
      started_at: state === 'running' ? now : null,
      changed_at: sql<Date>`clock_timestamp()`,
    })
    .execute()
  await tx
    .insertInto('bulk_clusters')
    .values({ id: clusterId, channel_id: order.channelId, campaign_id: id, fingerprint: fingerprint(order, plan) })
    .execute()
  if (state === 'draft') {
    await tx
      .insertInto('campaign_drafts')
      .values({ campaign_id: id, given: JSON.stringify(order.given) })
      .execute()
  }
  await storeRecipients(tx, id, plan.recipients)
  await audit(tx, {
    actor: auditActor(actor),
    action: 'campaign.created',
    subject: { kind: 'campaign', id },
    detail: { state, recipients: plan.recipients.length, by: actor.key },
  })
  await recordLive(tx, [{ event: 'campaign', data: { campaignId: id, channelId: order.channelId, state } }])
  return done({ id, channelId: order.channelId, state, plan })
}

function firstState({ draft, scheduleAt }: NewCampaign, now: Date): CampaignState {
  if (draft) return 'draft'
  return scheduleAt !== null && scheduleAt > now ? 'scheduled' : 'running'
}

/** The messages' type, by which the bulk rule finds others like them. */
export function fingerprint({ template: { name, language } }: CampaignOrder, { channel }: CampaignPlan): string {
  const message = {
    kind: 'template',
    text: null,
    template: { name, language },
    fileHash: null,
    contactName: null,
  } as const
  return fingerprintOf(message, bulkRule(channel.bulk).by)
}

/** Everybody on the list, those who get nothing included. */
export async function storeRecipients(
  tx: Tx,
  campaign: CampaignId,
  recipients: readonly PlannedRecipient[],
): Promise<void> {
  for (let at = 0; at < recipients.length; at += ROWS_AT_ONCE) {
    await storeRows(tx, campaign, recipients.slice(at, at + ROWS_AT_ONCE))
  }
}

async function storeRows(tx: Tx, campaign: CampaignId, recipients: readonly PlannedRecipient[]): Promise<void> {
  const rows = recipients.map(({ row, phone, name, parameters, contactId, excluded }) => ({
    ordinal: row,
    phone,
    name,
    parameters,
    state: excluded ? 'excluded' : 'queued',
    exclusion: excluded?.exclusion ?? null,
    reasons: excluded?.reasons ?? null,
    contact_id: contactId,
  }))
  await sql`
    insert into campaign_recipients
      (campaign_id, ordinal, phone, name, parameters, state, exclusion, reasons, contact_id)
    select ${campaign}, r.* from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (
      ordinal integer, phone text, name text, parameters jsonb, state text, exclusion text, reasons jsonb, contact_id uuid
    )`.execute(tx)
}
