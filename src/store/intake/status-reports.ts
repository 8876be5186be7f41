import type { ProviderError } from '../../channels/port.ts'
import type { ReportedState } from '../../domain/delivery-state.ts'
import type { ChannelId, ConversationId, DeliveryId, ProviderMessageId } from '../../domain/ids.ts'
import type { ReportedMessage } from './deliveries.ts'
import type { Run, Statement } from './run.ts'

export interface NewStatus extends ReportedMessage {
  state: ReportedState
  /** it is about everything before it in its conversation, too */
  upTo?: boolean
  at: Date
  errors: ProviderError[]
  pricing: Record<string, unknown> | null
  rawBodyId: number | null
}

/** A status that is recorded, and not yet applied. */
export interface RecordedStatus extends ReportedMessage {
  id: number
  state: ReportedState
  upTo: boolean
  at: Date
  errors: ProviderError[]
}

const COLUMNS = `id, channel_id as "channelId", provider_message_id as "providerMessageId",
  delivery_id as "deliveryId", state, up_to as "upTo", at, errors`

/** Sorted for the same reason as names. A redelivered status meets its own row and is not returned. */
const RECORD: Statement = {
  name: 'intake-record-statuses',
  text: `
    insert into status_reports (channel_id, provider_message_id, state, delivery_id, at, errors, pricing, raw_body_id, up_to)
    select s."channelId", s."providerMessageId", s.state, s."deliveryId", s.at, s.errors, s.pricing, s."rawBodyId",
      coalesce(s."upTo", false)
    from jsonb_to_recordset($1::jsonb) as s ("channelId" uuid, "providerMessageId" text, state text, "deliveryId" uuid,
      at timestamptz, errors jsonb, pricing jsonb, "rawBodyId" bigint, "upTo" boolean)
    order by s."channelId", s."providerMessageId", s.state
    on conflict (channel_id, provider_message_id, state, recipient) do nothing
    returning ${COLUMNS}`,
}

/** @returns those that were not known */
export async function recordStatuses(run: Run, statuses: readonly NewStatus[]): Promise<RecordedStatus[]> {
  return statuses.length === 0 ? [] : run<RecordedStatus>(RECORD, [JSON.stringify(statuses)])
}

const PARKED: Statement = {
  name: 'intake-parked-statuses',
  text: `select ${COLUMNS} from status_reports
    where channel_id = $1 and provider_message_id = any($2::text[]) and not applied order by id for update`,
}

/** Statuses that came before their deliveries were known. */
export async function parkedStatuses(
  run: Run,
  channelId: ChannelId,
  providerMessageIds: readonly ProviderMessageId[],
): Promise<RecordedStatus[]> {
  return run<RecordedStatus>(PARKED, [channelId, providerMessageIds])
}

/** Found through the partial index of what is parked, newest part only, so that strangers' statuses cost nothing. */
const REJOIN: Statement = {
  name: 'intake-rejoin-statuses',
  text: `
    select s.id, d.id as delivery, d.conversation_id as conversation from status_reports s
    join lateral (
      select d.id, d.conversation_id, d.state from deliveries d
      where d.channel_id = s.channel_id and d.provider_message_id = s.provider_message_id
      union all
      select d.id, d.conversation_id, d.state from deliveries d
      where d.id = s.delivery_id and d.channel_id = s.channel_id
        and (d.provider_message_id is null or (d.state = 'unknown' and d.provider_message_id <> s.provider_message_id))
    ) d on true
    where not s.applied and s.received_at > now() - make_interval(secs => $1)
      and not (s.state = 'failed' and d.state = 'sending')
    order by s.received_at limit $2`,
}

/** Parked statuses whose delivery is known by now: the two met in the same moment and missed each other. */
export async function findRejoinable(run: Run, seconds: number, limit: number) {
  return run<{ id: number; delivery: DeliveryId; conversation: ConversationId }>(REJOIN, [seconds, limit])
}

const FAILED: Statement = {
  name: 'intake-failed-messages',
  text: `
    select s.channel_id as "channelId", s.provider_message_id as "providerMessageId"
    from jsonb_to_recordset($1::jsonb) as n ("channelId" uuid, "providerMessageId" text)
    join status_reports s on s.channel_id = n."channelId" and s.provider_message_id = n."providerMessageId"
      and s.state = 'failed'`,
}

type MessageName = Pick<ReportedMessage, 'channelId' | 'providerMessageId'>

/** Which of the messages the provider has reported as failed, by their `messageKey`. */
export async function failedMessages(run: Run, messages: readonly MessageName[]): Promise<ReadonlySet<string>> {
  if (messages.length === 0) return new Set()
  const named = messages.map(({ channelId, providerMessageId }) => ({ channelId, providerMessageId }))
  return new Set((await run<MessageName>(FAILED, [JSON.stringify(named)])).map(messageKey))
}

export const messageKey = ({ channelId, providerMessageId }: MessageName): string => `${channelId} ${providerMessageId}`

const BY_ID: Statement = {
  name: 'intake-statuses-by-id',
  text: `select ${COLUMNS} from status_reports where id = any($1::bigint[]) and not applied order by id for update`,
}

export async function lockStatuses(run: Run, ids: readonly number[]): Promise<RecordedStatus[]> {
  return ids.length === 0 ? [] : run<RecordedStatus>(BY_ID, [ids])
}

const APPLIED: Statement = {
  name: 'intake-statuses-applied',
  text: 'update status_reports set applied = true where id = any($1::bigint[])',
}

export async function markApplied(run: Run, ids: readonly number[]): Promise<void> {
  if (ids.length > 0) await run(APPLIED, [ids])
}
