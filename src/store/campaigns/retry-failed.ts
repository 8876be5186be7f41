import { sql } from 'kysely'
import { retryAfterMs } from '../../domain/campaign/retry-failed.ts'
import { deliveryRank } from '../../domain/delivery-state.ts'
import type { CampaignId, DeliveryId } from '../../domain/ids.ts'
import type { Actor } from '../actor.ts'
import type { Tx } from '../database.ts'
import { SETTLED_BY_PERSON } from '../deliveries/settle-delivery.ts'
import { done, type Refusable, refuse } from '../refusal.ts'
import { type CampaignChange, changeByPerson, whyItCannotSend } from './control.ts'

/**
 * Sends the failed messages of a campaign again where that makes sense (src/domain/campaign/retry-failed.ts), each as a
 * new attempt of the same delivery; the campaign runs again for them. Messages of unknown outcome are never touched
 * (P3), nor whoever has opted out of marketing since, nor what was stopped before it was taken, nor what no reply would
 * bring into a task any more because its month is over.
 * Conflicts: `campaign_state`, `channel_not_connected`, `template_not_approved`, `nothing_to_retry`.
 */
export async function retryFailed(
  tx: Tx,
  actor: Actor,
  id: CampaignId,
): Promise<Refusable<CampaignChange & { retried: number }>> {
  let failed: DeliveryId[] = []
  const from = ['running', 'paused', 'stopped', 'finished'] as const
  const changed = await changeByPerson(tx, actor, id, 'retried', from, async (campaign, now) => {
    const refused = await whyItCannotSend(tx, campaign)
    if (refused) return refused
    failed = await lockFailed(tx, id, await failureTimes(tx, id, now))
    if (failed.length === 0) {
      return refuse('conflict', 'nothing_to_retry', 'No failed message of this campaign is worth another try now')
    }
    return done({ state: 'running', started_at: campaign.started_at ?? now, ended_at: null })
  })
  if (changed.refused) return changed
  // After the change: what fails from now on counts for the next error spike.
  await queueAgain(tx, failed)
  return done({ ...changed.value, retried: failed.length })
}

/** The codes of failures that may be tried again, each with the moment before which it must have happened. */
async function failureTimes(tx: Tx, id: CampaignId, now: Date): Promise<{ code: string; before: Date }[]> {
  const codes = await tx
    .selectFrom('deliveries')
    .select('error_code')
    .distinct()
    .where('campaign_id', '=', id)
    .where('state', '=', 'failed')
    .execute()
  return codes.flatMap(({ error_code: code }) => {
    if (code === null) return []
    // They said that it never arrived; asking for it again is their word, too (P3).
    const wait = code === SETTLED_BY_PERSON ? 0 : retryAfterMs(code)
    return wait === null ? [] : [{ code, before: new Date(now.getTime() - wait) }]
  })
}

async function lockFailed(tx: Tx, id: CampaignId, failures: { code: string; before: Date }[]): Promise<DeliveryId[]> {
  if (failures.length === 0) return []
  const { rows } = await sql<{ id: DeliveryId }>`
    select d.id from deliveries d
    join jsonb_to_recordset(${JSON.stringify(failures)}::jsonb) as f (code text, before timestamptz)
      on f.code = d.error_code and coalesce(d.failed_at, d.queued_at) <= f.before
    join conversations c on c.id = d.conversation_id
    join campaigns g on g.id = d.campaign_id
    join templates t on t.channel_id = g.channel_id
      and t.name = g.template ->> 'name' and t.language = g.template ->> 'language'
    left join contacts ct on ct.id = c.contact_id
    where d.campaign_id = ${id} and d.state = 'failed' and (t.category <> 'marketing' or ct.opted_out_at is null)
      and not exists (select from outgoing_messages o where o.comment_id = d.comment_id and o.state = 'expired')
    order by d.id
    for update of d`.execute(tx)
  return rows.map((row) => row.id)
}

/** The old attempt's provider id stays with that attempt: a late status of it cannot pass for one of the new. */
async function queueAgain(tx: Tx, failed: readonly DeliveryId[]): Promise<void> {
  await sql`
    update deliveries set state = 'queued', rank = ${deliveryRank('queued')}, lane = 'campaign',
      provider_message_id = null, parked = null, slot_at = null, error_code = null, error_detail = null,
      queued_at = clock_timestamp(), accepted_at = null, sent_at = null, delivered_at = null, read_at = null,
      played_at = null, failed_at = null
    where id = any(${failed}::uuid[])`.execute(tx)
}
