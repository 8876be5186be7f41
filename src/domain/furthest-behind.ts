import type { DeliveryState } from './delivery-state.ts'

/** What a person must look at first, then what is least far on its way. */
const ORDER: readonly DeliveryState[] = [
  'failed',
  'unknown',
  'queued',
  'sending',
  'accepted',
  'sent',
  'delivered',
  'read',
  'played',
]

/**
 * The part that speaks for a comment which became several messages.
 * @returns null where nothing was sent
 */
export function furthestBehind<Part extends { state: DeliveryState }>(parts: readonly Part[]): Part | null {
  let worst: Part | null = null
  for (const part of parts) {
    if (worst === null || ORDER.indexOf(part.state) < ORDER.indexOf(worst.state)) worst = part
  }
  return worst
}
