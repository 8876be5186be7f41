/**
 * When the client last wrote, by the provider's clock: what the reply window is counted from (reference §8).
 * A provider's clock that runs ahead of ours must not keep the window open for longer, so it is never in our future.
 */
export function lastInbound(previous: Date | null, message: { at: Date; receivedAt: Date }): Date {
  const at = Math.min(message.at.getTime(), message.receivedAt.getTime())
  return new Date(Math.max(at, previous?.getTime() ?? Number.NEGATIVE_INFINITY))
}
