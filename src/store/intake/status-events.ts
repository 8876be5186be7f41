import type { HeardState } from '../../domain/conversation-event.ts'
import type { CampaignId, ChannelId, ConversationId, DeliveryId } from '../../domain/ids.ts'
import type { NewEvent } from './events.ts'
import type { Run, Statement } from './run.ts'

/** A message that has come so far for the first time. */
export interface ReachedState {
  delivery: DeliveryId
  conversationId: ConversationId
  channelId: ChannelId
  campaignId: CampaignId | null
  state: HeardState
  /** the provider's time */
  at: Date
}

export const isHeard = (state: string): state is HeardState =>
  state === 'sent' || state === 'delivered' || state === 'read'

/**
 * Published triggers listen everywhere (conversation null). An open run listens where its version names the event at all:
 * it may be on its way from the send to the wait while the status comes in.
 */
const LISTENED: Statement = {
  name: 'intake-listened-statuses',
  text: `
    select null::uuid as conversation, event from scenario_triggers where event = any($2::text[])
    union
    select r.conversation_id, e.event from runs r
    join scenario_versions v on v.scenario_id = r.scenario_id and v.version = r.version
    cross join unnest($2::text[]) as e (event)
    where r.conversation_id = any($1::uuid[]) and r.state in ('running', 'waiting', 'blocked')
      and position('"' || e.event || '"' in v.document::text) > 0`,
}

/**
 * The events by which scenarios hear of `message.sent`, `.delivered` and `.read`: only where one listens, and once for
 * each state of a delivery, whatever comes twice (P2). The caller holds the conversations, and appends them.
 *
 * Of a campaign's messages nobody has to hear at once: their conversations are taken up with the mailing's other events, a
 * few at a time, so that a scenario that listens slows neither the mailing nor the clients who write meanwhile (P9).
 */
export async function statusEvents(run: Run, reached: readonly ReachedState[]): Promise<NewEvent[]> {
  if (reached.length === 0) return []
  const names = [...new Set(reached.map(({ state }) => `message.${state}`))]
  const conversations = [...new Set(reached.map(({ conversationId }) => conversationId))]
  const rows = await run<{ conversation: ConversationId | null; event: string }>(LISTENED, [conversations, names])
  if (rows.length === 0) return []
  const listened = new Set(rows.map(({ conversation, event }) => `${conversation ?? ''} ${event}`))
  const isListened = ({ conversationId, state }: ReachedState) =>
    listened.has(` message.${state}`) || listened.has(`${conversationId} message.${state}`)
  return reached.filter(isListened).map(({ delivery, conversationId, channelId, campaignId, state, at }) => ({
    conversationId,
    channelId,
    dedupeKey: `message.${state}:${delivery}`,
    event: { kind: 'delivery.status', delivery, state },
    opensWindow: false,
    rawBodyId: null,
    rawPath: null,
    at,
    ...(campaignId !== null && { due: new Date() }),
  }))
}
