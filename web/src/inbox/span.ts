import type { en } from './words.en.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Within a working day a client may expect an answer sooner than that. */
const LONG = HOUR

/** How long ago something was, in the largest unit of which there is a whole one. */
export function spanSince(at: Date, now: Date, words: (typeof en)['span']): string {
  const passed = Math.max(0, now.getTime() - at.getTime())
  if (passed < MINUTE) return words.now
  if (passed < HOUR) return words.minutes(Math.floor(passed / MINUTE))
  if (passed < 2 * DAY) return words.hours(Math.floor(passed / HOUR))
  return words.days(Math.floor(passed / DAY))
}

/** Has the client waited for long? */
export const isLongWait = (since: Date, now: Date): boolean => now.getTime() - since.getTime() >= LONG
