import type { ComposedDelivery } from '../../domain/compose-deliveries.ts'
import type { ChannelId, CommentId, ConversationId, DeliveryId, RunId } from '../../domain/ids.ts'
import type { Tx } from '../database.ts'
import { newId } from '../new-id.ts'

/** Who waits to hear how a message fares: an effect of a run. */
export interface WaitingRun {
  id: RunId
  step: string
  number: number
}

/** Stores the messages to send, in their order; a note has none. */
export async function queueDeliveries(
  tx: Tx,
  parts: readonly ComposedDelivery[],
  of: {
    conversationId: ConversationId
    channelId: ChannelId
    comment: CommentId
    parked: string | null
    /** the run that waits to hear of the last of them */
    run?: WaitingRun
  },
): Promise<DeliveryId[]> {
  if (parts.length === 0) return []
  const rows = parts.map((part, ordinal) => ({
    id: newId<DeliveryId>(),
    comment_id: of.comment,
    ordinal,
    conversation_id: of.conversationId,
    channel_id: of.channelId,
    body: JSON.stringify(part.body),
    quoted_provider_id: part.quoted,
    parked: of.parked,
    ...(of.run && ordinal === parts.length - 1
      ? { run_id: of.run.id, run_step: of.run.step, run_effect: of.run.number }
      : {}),
  }))
  await tx.insertInto('deliveries').values(rows).execute()
  return rows.map(({ id }) => id)
}
