/**
 * Pacing by GCRA, the leaky bucket as one timestamp: `nextAt` is when the next message would be due if all were evenly
 * spaced; a burst may run ahead of it. Times in milliseconds. The same arithmetic runs in SQL (src/store/sends/pace.ts).
 */
export interface Pace {
  /** milliseconds between two messages at the sustained rate */
  intervalMs: number
  /** so many messages may go at once before the rate holds them back */
  burst: number
}

/** So many per second, with a burst of a tenth of a second's worth: never above the limit within one second. */
export const perSecond = (messages: number): Pace => ({
  intervalMs: 1000 / messages,
  burst: Math.max(1, Math.floor(messages / 10)),
})

/** One recipient: a burst, then one message every so many seconds (reference §8, pair rate). */
export const perPair = (pair: { burst: number; secondsPerMessage: number }): Pace => ({
  intervalMs: pair.secondsPerMessage * 1000,
  burst: pair.burst,
})

/**
 * Takes the next place.
 * @returns the moment at which this message may go, and the new `nextAt`
 */
export function takeSlot(nextAt: number | null, now: number, pace: Pace): { slotAt: number; nextAt: number } {
  const after = Math.max(nextAt ?? now, now) + pace.intervalMs
  return { slotAt: Math.max(now, after - pace.intervalMs * pace.burst), nextAt: after }
}
