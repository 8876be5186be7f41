import type { Calendar } from './calendar.ts'
import { DAY_MS, type DayNumber, dayAt, openTimesFrom, openTimesOn, SEARCH_DAYS } from './open-hours.ts'
import { localTimeAt, momentOf } from './time-zone.ts'

/** Whether the business is open at a moment. The moment of closing is closed. */
export function isOpen(calendar: Calendar, at: Date): boolean {
  const [next] = openTimesFrom(calendar, at.getTime())
  return next !== undefined && next.from <= at.getTime()
}

/** `at` itself while it is open; else the next opening, or null where there is none in two years. */
export function nextOpening(calendar: Calendar, at: Date): Date | null {
  const [next] = openTimesFrom(calendar, at.getTime())
  return next ? new Date(Math.max(next.from, at.getTime())) : null
}

/**
 * The moment at which so much open time has gone by since `at`. Time that ends with the day ends at its closing, not
 * at the next opening; none at all is the next opening.
 * @returns null where two years do not have so much
 */
export function addBusinessTime(
  calendar: Calendar,
  at: Date,
  amount: { hours: number } | { minutes: number },
): Date | null {
  let left = 'hours' in amount ? amount.hours * 3_600_000 : amount.minutes * 60_000
  if (left <= 0) return nextOpening(calendar, at)
  for (const { from, to } of openTimesFrom(calendar, at.getTime())) {
    const begins = Math.max(from, at.getTime())
    if (to - begins >= left) return new Date(begins + left)
    left -= to - begins
  }
  return null
}

/**
 * The same time of day `days` business days later: on Friday at 15:00, one day later is Monday at 15:00. A business
 * day is a date with open hours.
 *
 * Counting begins at the next opening where it is closed at `at`: on Saturday, one day later is Tuesday's opening. What
 * would lie before that day's opening, in a break or after its closing is moved to the opening, to the end of the break
 * and to the closing. A time after midnight belongs to the day on which its hours began.
 * @param days 0: the next opening
 * @returns null where there are not so many in two years
 */
export function addBusinessDays(calendar: Calendar, at: Date, days: number): Date | null {
  const [first] = openTimesFrom(calendar, at.getTime())
  if (!first) return null
  const start = Math.max(first.from, at.getTime())
  if (days <= 0) return new Date(start)
  const timeOfDay = localTimeAt(calendar.timeZone, start) - first.day * DAY_MS
  const last = dayAt(calendar, start) + SEARCH_DAYS
  let left = days
  for (let day = first.day + 1; day <= last; day++) {
    if (openTimesOn(calendar, day).length === 0) continue
    left--
    if (left === 0) return withinDay(calendar, day, timeOfDay)
  }
  return null
}

function withinDay(calendar: Calendar, day: DayNumber, timeOfDay: number): Date {
  const hours = openTimesOn(calendar, day)
  const wanted = momentOf(calendar.timeZone, day * DAY_MS + timeOfDay)
  const next = hours.find(({ to }) => wanted < to)
  const closing = hours.at(-1)?.to ?? wanted
  return new Date(next ? Math.max(next.from, wanted) : closing)
}
