import type { ChannelId, ClusterId, ConversationId, OutgoingMessageId } from '../../domain/ids.ts'
import { appendEvents } from '../intake/events.ts'
import { lockConversations } from '../intake/names.ts'
import type { Run, Statement } from '../intake/run.ts'

const FOLDING: Statement = {
  name: 'bulk-folding',
  text: `
    select o.id, o.conversation_id as "conversationId", o.channel_id as "channelId", o.cluster_id as "clusterId"
    from outgoing_messages o
    where o.state = 'folding' and not exists (
      select from conversation_events e where e.channel_id = o.channel_id and e.dedupe_key = 'bulk:' || o.id)
    order by o.id limit $1`,
}

interface Folding {
  id: OutgoingMessageId
  conversationId: ConversationId
  channelId: ChannelId
  clusterId: ClusterId
}

/**
 * Tells conversations that a message which they show was found to be bulk, by an event of their record: the step that
 * found it holds another conversation's lock. Called by every server's sweep; each message is told once.
 * @returns conversations to signal after the commit
 */
export async function tellFolding(run: Run, limit: number): Promise<ConversationId[]> {
  const folding = await run<Folding>(FOLDING, [limit])
  if (folding.length === 0) return []
  await lockConversations(
    run,
    folding.map(({ conversationId }) => conversationId),
  )
  return appendEvents(
    run,
    folding.map(({ id, conversationId, channelId, clusterId }) => ({
      conversationId,
      channelId,
      dedupeKey: `bulk:${id}`,
      event: { kind: 'bulk.found', message: id, cluster: clusterId },
      opensWindow: false,
      rawBodyId: null,
      rawPath: null,
      at: new Date(),
    })),
  )
}
