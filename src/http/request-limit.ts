import { type Pace, takeSlot } from '../domain/pacing.ts'

/** So many are remembered; of more, the one that asked longest ago is forgotten. About 3 MB when it is full. */
const MAX_REMEMBERED = 20_000
const MINUTE_MS = 60_000

/** How many requests somebody may make: a minute's worth at once, then at the even rate. In memory, of this process. */
export interface RequestLimit {
  /** Takes one request's place. @returns milliseconds until there is one; 0: it was taken */
  take(who: string): number
  /** Milliseconds until there is a place; 0: there is one. Takes nothing. */
  waitFor(who: string): number
  /** Has it taken a place before, as far as is remembered? */
  remembers(who: string): boolean
  forget(who: string): void
}

/**
 * The arithmetic is that of sends (src/domain/pacing.ts): one moment for each who asks, no timers.
 * @param perMinute 0: no limit, but who asked is remembered
 * @param now milliseconds of a clock that never goes back
 */
export function requestLimit(perMinute: number, now: () => number = () => performance.now()): RequestLimit {
  const pace: Pace = { intervalMs: perMinute === 0 ? 0 : MINUTE_MS / perMinute, burst: Math.max(1, perMinute) }
  /** who → when the next place would be due, were they evenly spaced; whoever asked last is the last */
  const nextAt = new Map<string, number>()

  const look = (who: string) => {
    const at = now()
    const slot = takeSlot(nextAt.get(who) ?? null, at, pace)
    return { waitMs: slot.slotAt - at, nextAt: slot.nextAt }
  }

  return {
    take(who) {
      const slot = look(who)
      // Whoever knocks while there is no place does not move the place further away.
      if (slot.waitMs > 0) return slot.waitMs
      nextAt.delete(who)
      nextAt.set(who, slot.nextAt)
      if (nextAt.size > MAX_REMEMBERED) {
        const [oldest] = nextAt.keys()
        if (oldest !== undefined) nextAt.delete(oldest)
      }
      return 0
    },
    waitFor: (who) => look(who).waitMs,
    remembers: (who) => nextAt.has(who),
    forget: (who) => void nextAt.delete(who),
  }
}
