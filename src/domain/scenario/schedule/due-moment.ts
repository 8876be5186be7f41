import { nextCron } from '../interpreter/next-cron.ts'

/** What was missed for longer than that is not told any more. */
export const MOST_LATE_MS = 24 * 3_600_000
/** Later than that a schedule's event says that it is late. */
const LATE_MS = 60_000

/** A moment of a schedule that has come. */
export interface DueMoment {
  /** milliseconds since 1970 */
  at: number
  late: boolean
  /** earlier moments of the last 24 hours that nobody was told of, and will not be */
  missed: number
}

/**
 * The newest moment of a schedule that has come and was not told: after an outage one event is made, not all that were
 * missed.
 * @param lastAt every moment up to here was told, or is past telling; milliseconds since 1970
 * @returns null where none has come within 24 hours
 */
export function dueMoment(cron: string, timeZone: string, lastAt: number, now: number): DueMoment | null {
  let at: number | null = null
  let count = 0
  let next = nextCron(cron, timeZone, Math.max(lastAt, now - MOST_LATE_MS))
  while (next !== null && next <= now) {
    at = next
    count += 1
    next = nextCron(cron, timeZone, next)
  }
  return at === null ? null : { at, late: now - at > LATE_MS, missed: count - 1 }
}
