import type { DeliveryProgress } from '../../domain/delivery-report.ts'
import { deliveryRank } from '../../domain/delivery-state.ts'
import type {
  CampaignId,
  ChannelId,
  CommentId,
  ConversationId,
  DeliveryId,
  ProviderMessageId,
  TaskId,
} from '../../domain/ids.ts'
import type { Run, Statement } from './run.ts'

/** What a status names: a message of a channel, and perhaps our own id of it. */
export interface ReportedMessage {
  channelId: ChannelId
  providerMessageId: ProviderMessageId
  deliveryId: DeliveryId | null
}

/** A delivery whose row this transaction holds. */
export interface LockedDelivery extends DeliveryProgress {
  id: DeliveryId
  channelId: ChannelId
  conversationId: ConversationId
  commentId: CommentId
  /** null: its comment is in no task */
  taskId: TaskId | null
  campaignId: CampaignId | null
}

/** A delivery as it was found, without a lock. */
export interface FoundDelivery {
  id: DeliveryId
  channelId: ChannelId
  providerMessageId: ProviderMessageId | null
  conversationId: ConversationId
}

const FIND: Statement = {
  name: 'intake-find-deliveries',
  text: `
    with named as materialized (
      select * from jsonb_to_recordset($1::jsonb) as n ("channelId" uuid, "providerMessageId" text, "deliveryId" uuid)
    )
    select d.id, d.channel_id as "channelId", d.provider_message_id as "providerMessageId",
      d.conversation_id as "conversationId"
    from named n join deliveries d on d.channel_id = n."channelId" and d.provider_message_id = n."providerMessageId"
    union
    select d.id, d.channel_id, d.provider_message_id, d.conversation_id from named n
    join deliveries d on d.id = n."deliveryId" and d.channel_id = n."channelId"`,
}

/** The deliveries that statuses are about, without a lock: their conversations are locked first. */
export async function findDeliveries(run: Run, messages: readonly ReportedMessage[]): Promise<FoundDelivery[]> {
  if (messages.length === 0) return []
  const named = messages.map(({ channelId, providerMessageId, deliveryId }) => ({
    channelId,
    providerMessageId,
    deliveryId,
  }))
  return run(FIND, [JSON.stringify(named)])
}

const LOCK: Statement = {
  name: 'intake-lock-deliveries',
  text: `
    select d.id, d.channel_id as "channelId", d.conversation_id as "conversationId", d.comment_id as "commentId",
      c.task_id as "taskId", d.campaign_id as "campaignId", d.state, d.provider_message_id as "providerMessageId", d.accepted_at as "acceptedAt",
      d.sent_at as "sentAt", d.delivered_at as "deliveredAt", d.read_at as "readAt", d.played_at as "playedAt",
      d.failed_at as "failedAt", d.error_code as "errorCode", d.error_detail as "errorDetail"
    from deliveries d join comments c on c.id = d.comment_id
    where d.id = any($1::uuid[]) order by d.id for update of d`,
}

/** Takes deliveries in id order; their conversations are locked before. */
export async function lockDeliveries(run: Run, ids: readonly DeliveryId[]): Promise<LockedDelivery[]> {
  return ids.length === 0 ? [] : run<LockedDelivery>(LOCK, [[...new Set(ids)]])
}

const UPDATE: Statement = {
  name: 'intake-update-deliveries',
  text: `
    update deliveries d set state = p.state, rank = p.rank, provider_message_id = p."providerMessageId",
      accepted_at = p."acceptedAt", sent_at = p."sentAt", delivered_at = p."deliveredAt", read_at = p."readAt",
      played_at = p."playedAt", failed_at = p."failedAt", error_code = p."errorCode", error_detail = p."errorDetail"
    from jsonb_to_recordset($1::jsonb) as p (id uuid, state text, rank smallint, "providerMessageId" text,
      "acceptedAt" timestamptz, "sentAt" timestamptz, "deliveredAt" timestamptz, "readAt" timestamptz,
      "playedAt" timestamptz, "failedAt" timestamptz, "errorCode" text, "errorDetail" text)
    where d.id = p.id`,
}

/** Writes how far deliveries have come. Their rows are held, and the rule never goes back (P4). */
export async function updateDeliveries(run: Run, deliveries: readonly LockedDelivery[]): Promise<void> {
  if (deliveries.length === 0) return
  const rows = deliveries.map((delivery) => ({ ...delivery, rank: deliveryRank(delivery.state) }))
  await run(UPDATE, [JSON.stringify(rows)])
}
