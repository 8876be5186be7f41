import type { DeliveryId } from '../../domain/ids.ts'
import type { Tx } from '../database.ts'
import type { ConversationState } from './conversation-state.ts'
import { openDeliveries } from './open-deliveries.ts'

/** Deliveries that waited for their channel and are due now, in the order in which people wrote them. */
export async function parkedDeliveries(tx: Tx, state: ConversationState): Promise<DeliveryId[]> {
  await tx
    .updateTable('deliveries')
    .set({ parked: null })
    .where('conversation_id', '=', state.id)
    .where('lane', '=', 'conversation')
    .where('state', '=', 'queued')
    .execute()
  return openDeliveries(tx, state.id)
}
