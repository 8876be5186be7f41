import { CAMPAIGN_STOPPED } from '../../../domain/campaign/retry-failed.ts'
import { deliveryRank } from '../../../domain/delivery-state.ts'
import type { CampaignId, ChannelId, ConversationId, DeliveryId, ProviderMessageId } from '../../../domain/ids.ts'
import type { Run, Statement } from '../../intake/run.ts'
import type { CampaignState } from '../../schema.ts'

/** One call of a delivery. */
interface Call {
  delivery: DeliveryId
  conversation: ConversationId
  attempt: number
  /** when the call began; absent: when it was claimed */
  startedAt?: Date
}

export interface Accepted extends Call {
  providerMessageId: ProviderMessageId
}

export interface Refused extends Call {
  /** `stopped`: it would have been tried again, had its campaign not been stopped */
  next: 'queued' | 'failed' | 'stopped'
  code: string
  detail: string
  /** until the next try; null: at once */
  waitMs: number | null
}

const SHARE: Statement = {
  name: 'campaign-share-state',
  text: 'select state from campaigns where id = $1 for share',
}

/** The campaign's state, which then stands until the transaction ends. */
export async function shareState(run: Run, campaign: CampaignId): Promise<CampaignState | null> {
  const [row] = await run<{ state: CampaignState }>(SHARE, [campaign])
  return row?.state ?? null
}

/** Messages are claimed a moment ahead of their calls. */
const STARTED = `started_at = coalesce(a."startedAt", t.started_at)`

const ACCEPT: Statement = {
  name: 'campaign-accepted',
  text: `
    with a as materialized (
      select * from jsonb_to_recordset($1::jsonb)
        as a (delivery uuid, conversation uuid, attempt int, "startedAt" timestamptz, "providerMessageId" text)
    ), ended as (
      update delivery_attempts t set outcome = 'accepted', code = null, detail = null,
        provider_message_id = a."providerMessageId", ${STARTED}, ended_at = now()
      from a where t.delivery_id = a.delivery and t.attempt = a.attempt
    ), moved as (
      update deliveries d set
        state = case when d.rank < $2::smallint or d.state = 'failed' then 'accepted' else d.state end,
        rank = case when d.state = 'failed' then $2::smallint else greatest(d.rank, $2::smallint) end,
        provider_message_id = a."providerMessageId", accepted_at = now(), failed_at = null, error_code = null,
        error_detail = null
      from a where d.id = a.delivery
        and (d.provider_message_id is null or (d.state <> 'failed' and d.attempt = a.attempt))
    )
    update conversations c set last_out_at = now() from a where c.id = a.conversation`,
}

/** The channel's time is shown to people: once a second is enough, and nobody waits for it. */
const SEEN: Statement = {
  name: 'campaign-channel-sent',
  text: `
    update channels set last_outbound_at = now() where id in (
      select id from channels where id = $1 and coalesce(last_outbound_at < now() - interval '1 second', true)
      for no key update skip locked)`,
}

/** The provider has them. Only a failure that no provider reported gives way to the proof that the message left. */
export async function markAccepted(run: Run, channel: ChannelId, accepted: readonly Accepted[]): Promise<void> {
  if (accepted.length === 0) return
  await Promise.all([run(ACCEPT, [JSON.stringify(accepted), deliveryRank('accepted')]), run(SEEN, [channel])])
}

const UNKNOWN: Statement = {
  name: 'campaign-unknown',
  text: `
    with a as materialized (
      select * from jsonb_to_recordset($1::jsonb) as a (delivery uuid, attempt int, "startedAt" timestamptz, detail text)
    ), ended as (
      update delivery_attempts t set outcome = 'unknown', detail = left(a.detail, 500), ${STARTED}, ended_at = now()
      from a where t.delivery_id = a.delivery and t.attempt = a.attempt
    )
    update deliveries d set state = 'unknown', rank = $2::smallint
    from a where d.id = a.delivery and d.attempt = a.attempt and d.state = 'sending'`,
}

/** Nobody can say whether they left. A status that carries our id settles them later, or a person does. */
export async function markUnknown(run: Run, unknown: readonly (Call & { detail: string })[]): Promise<void> {
  if (unknown.length > 0) await run(UNKNOWN, [JSON.stringify(unknown), deliveryRank('unknown')])
}

const REFUSE: Statement = {
  name: 'campaign-refused',
  text: `
    with a as materialized (
      select * from jsonb_to_recordset($1::jsonb) as a (delivery uuid, attempt int, "startedAt" timestamptz, next text,
        code text, detail text, "waitMs" float8, rank smallint)
    ), ended as (
      update delivery_attempts t set outcome = 'rejected', code = a.code, detail = left(a.detail, 500), ${STARTED},
        ended_at = now()
      from a where t.delivery_id = a.delivery and t.attempt = a.attempt
    )
    update deliveries d set
      state = case a.next when 'queued' then 'queued' else 'failed' end, rank = a.rank,
      slot_at = case a.next when 'queued' then now() + make_interval(secs => a."waitMs" / 1000) end,
      error_code = case a.next when 'stopped' then $2::text else a.code end, error_detail = a.detail,
      failed_at = case a.next when 'queued' then null else now() end
    from a where d.id = a.delivery and d.attempt = a.attempt
      and (d.state = 'sending' or (d.state = 'unknown' and a.next = 'failed'))
    returning d.id`,
}

/**
 * They certainly did not leave: each fails, or waits for another try.
 * @returns those that this changed
 */
export async function markRefused(run: Run, refused: readonly Refused[]): Promise<Refused[]> {
  if (refused.length === 0) return []
  const rows = refused.map((one) => ({ ...one, rank: deliveryRank(one.next === 'queued' ? 'queued' : 'failed') }))
  const moved = await run<{ id: DeliveryId }>(REFUSE, [JSON.stringify(rows), CAMPAIGN_STOPPED])
  const ids = new Set(moved.map(({ id }) => id))
  return refused.filter(({ delivery }) => ids.has(delivery))
}
