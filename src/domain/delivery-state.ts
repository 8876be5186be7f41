/**
 * States of a delivery (design.md, Words). Promise P4: never backwards, whatever the order of arrival;
 * promise P3: every delivery ends as sent, failed or unknown.
 */
export const DELIVERY_STATES = [
  'queued',
  'sending',
  'unknown',
  'accepted',
  'sent',
  'delivered',
  'read',
  'played',
  'failed',
] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** What a provider can report of a message that it has. */
export type ReportedState = 'sent' | 'delivered' | 'read' | 'played' | 'failed'

const RANK: Record<DeliveryState, number> = {
  queued: 0,
  sending: 1,
  unknown: 2,
  accepted: 3,
  sent: 4,
  delivered: 5,
  read: 6,
  played: 7,
  failed: 8,
}

/** States that prove the message reached the client's device: a late `failed` cannot take that back (reference §3). */
const REACHED: ReadonlySet<DeliveryState> = new Set(['delivered', 'read', 'played'])

/**
 * The state after a report. `failed` is possible only before the message reached the device, and is final
 * until a person or the author retries it as a new attempt.
 * @returns the state that stands; the same value when the report changes nothing.
 */
export function advanceDelivery(current: DeliveryState, reported: ReportedState): DeliveryState {
  if (current === 'failed') return 'failed'
  if (reported === 'failed') return REACHED.has(current) ? current : 'failed'
  return RANK[reported] > RANK[current] ? reported : current
}

/** Rank for SQL's monotone update; the order above. */
export const deliveryRank = (state: DeliveryState): number => RANK[state]
