import type { DeliveryId } from '../../domain/ids.ts'
import type { Tx } from '../database.ts'
import type { ConversationState } from './conversation-state.ts'

/** Deliveries that waited for their channel and are due now, in the order in which people wrote them. */
export async function parkedDeliveries(tx: Tx, state: ConversationState): Promise<DeliveryId[]> {
  const rows = await tx
    .updateTable('deliveries')
    .set({ parked: null })
    .where('conversation_id', '=', state.id)
    .where('state', '=', 'queued')
    .returning(['id', 'queued_at', 'ordinal'])
    .execute()
  return rows
    .toSorted((a, b) => a.queued_at.getTime() - b.queued_at.getTime() || a.ordinal - b.ordinal)
    .map(({ id }) => id)
}
