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

/** A second, and by how much longer one call may be on its way to the provider than the next. */
const WINDOW_MS = 1030

/**
 * Never more than so many in any second, as the provider counts them: evenly spaced, without a burst (80: one each
 * 12.9 ms, 77.7 per second). Whoever writes two messages at once does not notice.
 */
export const perSecond = (messages: number): Pace => ({ intervalMs: WINDOW_MS / messages, burst: 1 })

/** So many messages a second for one account: its own setting, else what its kind of connection allows (reference §8). */
export const messagesPerSecond = (
  channel: { messages_per_second: number | null; coexistence: boolean },
  usual: number,
): number => channel.messages_per_second ?? (channel.coexistence ? 20 : usual)

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

/**
 * At most so many calls begin in any second, whatever held them up before: places that a pace gave in time may be used
 * late, and then all at once. Times in milliseconds of one clock that never goes back.
 */
export class SlidingWindow {
  readonly #limit: number
  readonly #begun: number[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Lets one begin now, or says how many milliseconds it has to wait before it asks again. 0: it has begun. */
  begin(now: number): number {
    const first = this.#begun[this.#begun.length - this.#limit]
    const waitMs = first === undefined ? 0 : WINDOW_MS - (now - first)
    // A millionth forgives what floating point loses.
    if (waitMs > 1e-6) return waitMs
    this.#begun.push(now)
    if (this.#begun.length > this.#limit) this.#begun.shift()
    return 0
  }
}
