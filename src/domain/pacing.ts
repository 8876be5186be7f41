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

/**
 * Never more than so many in any second: what a burst may run ahead, the sustained rate stays below (80: a burst of 3,
 * then 78 per second).
 */
export const perSecond = (messages: number): Pace => {
  const burst = Math.max(1, Math.floor(messages / 25))
  return { intervalMs: 1000 / (messages - (burst - 1)), burst }
}

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
    if (first !== undefined && now - first < WINDOW_MS) return WINDOW_MS - (now - first)
    this.#begun.push(now)
    if (this.#begun.length > this.#limit) this.#begun.shift()
    return 0
  }
}

const WINDOW_MS = 1000
