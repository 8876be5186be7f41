import type { ChannelId, ConversationId, DeliveryId, ProviderMessageId } from '../../domain/ids.ts'
import type { Run, Statement } from './run.ts'

/** A report that a client has read up to a message: it, and everything that went out before it. */
export interface ReadMark {
  channelId: ChannelId
  providerMessageId: ProviderMessageId
  at: Date
}

/** A message that such a report is about without naming it. */
export interface CoveredDelivery {
  id: DeliveryId
  channelId: ChannelId
  providerMessageId: ProviderMessageId
  conversationId: ConversationId
  /** when the client had read it */
  at: Date
}

/**
 * The message may be one of ours, or one that somebody wrote in the phone app: that is known as an event, by the key of
 * everything that arrives (`message:<id>`). Of ours it counts when we learned that the provider has it, of the others
 * when they were written. A message that is not known tells nothing: its report waits (status-reports.ts).
 */
const COVERED: Statement = {
  name: 'intake-read-up-to',
  text: `
    select distinct on (d.id) d.id, d.channel_id as "channelId", d.provider_message_id as "providerMessageId",
      d.conversation_id as "conversationId", n.at
    from jsonb_to_recordset($1::jsonb) as n ("channelId" uuid, "providerMessageId" text, at timestamptz)
    join lateral (
      select k.conversation_id, k.at from (
        select d.conversation_id, d.accepted_at as at, 1 as place from deliveries d
        where d.channel_id = n."channelId" and d.provider_message_id = n."providerMessageId"
        union all
        select e.conversation_id, e.provider_at, 2 from conversation_events e
        where e.channel_id = n."channelId" and e.dedupe_key = 'message:' || n."providerMessageId"
      ) k where k.at is not null order by k.place limit 1
    ) known on true
    join deliveries d on d.conversation_id = known.conversation_id and d.accepted_at <= known.at
      and d.state in ('accepted', 'sent') and d.provider_message_id is not null
    where d.provider_message_id <> n."providerMessageId"
    order by d.id, n.at`,
}

/** What reports cover beside the messages that they name; without a lock. */
export async function coveredBy(run: Run, marks: readonly ReadMark[]): Promise<CoveredDelivery[]> {
  if (marks.length === 0) return []
  const named = marks.map(({ channelId, providerMessageId, at }) => ({ channelId, providerMessageId, at }))
  return run(COVERED, [JSON.stringify(named)])
}
