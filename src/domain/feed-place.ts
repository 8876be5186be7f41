/** A client message that already stands in the feed. */
export interface PlacedMessage {
  position: number
  /** the provider's time, in milliseconds */
  at: number
  /** when it was stored, in milliseconds */
  storedAt: number
}

/** Webhooks of one moment overtake each other by seconds; what comes later than that is news to the reader. */
const OVERTAKING_MS = 60_000

/**
 * Where a late client message enters the feed (P5). Webhooks are delivered side by side, so two messages can arrive the
 * wrong way round: then the earlier one goes before the later one. What arrives long after (a redelivery hours later)
 * goes to the end, where people see it, with its original time.
 * @param later messages of the client in this feed with a later provider time, in feed order
 * @returns the message to stand before; null for the end of the feed
 */
export function standBefore(later: readonly PlacedMessage[], storedAt: number): PlacedMessage | null {
  return later.find((message) => storedAt - message.storedAt <= OVERTAKING_MS) ?? null
}
