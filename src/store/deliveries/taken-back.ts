import { sql } from 'kysely'
import { deliveryRank } from '../../domain/delivery-state.ts'
import type { ConversationId, DeliveryId } from '../../domain/ids.ts'
import { appendEvent } from '../conversation-events.ts'
import type { Tx } from '../database.ts'

/** Taken back before it left. */
export const UNDONE = 'undone'

/** What becomes of a delivery that was taken back. */
export const TAKEN_BACK = {
  state: 'failed',
  rank: deliveryRank('failed'),
  hold_until: null,
  parked: null,
  error_code: UNDONE,
  error_detail: null,
  failed_at: sql<Date>`clock_timestamp()`,
} as const

/** Whoever waits to hear of the messages hears that they will not leave. */
export async function enterTakenBack(
  tx: Tx,
  conversation: ConversationId,
  deliveries: readonly DeliveryId[],
): Promise<void> {
  const at = new Date()
  for (const delivery of deliveries) {
    await appendEvent(tx, conversation, { kind: 'delivery.failed', delivery, code: UNDONE }, { at })
  }
}
