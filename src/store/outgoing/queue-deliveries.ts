import { sql } from 'kysely'
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

/** How a message goes out. */
export interface SendingManner {
  /** how long an employee can take it back before it leaves, in milliseconds; 0: it leaves at once */
  holdMs: number
  /** sent again where nobody can say whether it left: it may then arrive twice */
  atLeastOnce: boolean
}

export const AT_ONCE: SendingManner = { holdMs: 0, atLeastOnce: false }

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
    manner?: SendingManner
  },
): Promise<DeliveryId[]> {
  if (parts.length === 0) return []
  const { holdMs, atLeastOnce } = of.manner ?? AT_ONCE
  // One moment for all parts: they leave together, or are taken back together.
  const holdUntil = sql<Date>`statement_timestamp() + make_interval(secs => ${holdMs / 1000}::float8)`
  const rows = parts.map((part, ordinal) => ({
    id: newId<DeliveryId>(),
    comment_id: of.comment,
    ordinal,
    conversation_id: of.conversationId,
    channel_id: of.channelId,
    body: JSON.stringify(part.body),
    quoted_provider_id: part.quoted,
    parked: of.parked,
    at_least_once: atLeastOnce,
    ...(holdMs > 0 ? { hold_until: holdUntil } : {}),
    ...(of.run && ordinal === parts.length - 1
      ? { run_id: of.run.id, run_step: of.run.step, run_effect: of.run.number }
      : {}),
  }))
  await tx.insertInto('deliveries').values(rows).execute()
  return rows.map(({ id }) => id)
}
