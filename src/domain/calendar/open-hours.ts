import { type Calendar, type Hours, minutesOf } from './calendar.ts'
import { localTimeAt, momentOf } from './time-zone.ts'

/** An uninterrupted time of being open, `from` inclusive, `to` exclusive; moments in milliseconds since 1970. */
export interface OpenTime {
  from: number
  to: number
}

/** A day's number: whole days since 1970-01-01, by the calendar's own dates. */
export type DayNumber = number

export const DAY_MS = 86_400_000

/** How far a search looks ahead: a calendar that stays closed for longer is closed for good. */
export const SEARCH_DAYS = 2 * 366

/** The date in the calendar's zone at a moment. */
export const dayAt = (calendar: Calendar, at: number): DayNumber =>
  Math.floor(localTimeAt(calendar.timeZone, at) / DAY_MS)

/** The hours of a date: the holiday's, or else the weekday's. */
function hoursOn(calendar: Calendar, day: DayNumber): readonly Hours[] {
  const date = new Date(day * DAY_MS).toISOString().slice(0, 10)
  const holiday = calendar.holidays.find((one) => one.date === date)
  if (holiday) return holiday.hours ?? []
  // 1970-01-01 was a Thursday, and the week begins on Monday.
  return calendar.week[(((day + 3) % 7) + 7) % 7] ?? []
}

/** When the business is open on the hours of one date, in order; those of a night may reach into the next date. */
export function openTimesOn(calendar: Calendar, day: DayNumber): OpenTime[] {
  return hoursOn(calendar, day)
    .map(minutesOf)
    .map(({ from, to }) => ({
      from: momentOf(calendar.timeZone, day * DAY_MS + from * 60_000),
      to: momentOf(calendar.timeZone, day * DAY_MS + to * 60_000),
    }))
    .filter(({ from, to }) => from < to)
}

/**
 * The open times that end after `at`, in order, each of the days on which they begin: at most those of two years.
 * Times that overlap (a holiday after a long night) are cut, so that no moment is counted twice.
 */
export function* openTimesFrom(calendar: Calendar, at: number): Generator<OpenTime & { day: DayNumber }> {
  const today = dayAt(calendar, at)
  let counted = Number.NEGATIVE_INFINITY
  // The night before can reach into today.
  for (let day = today - 1; day <= today + SEARCH_DAYS; day++) {
    for (const { from, to } of openTimesOn(calendar, day)) {
      const begins = Math.max(from, counted)
      counted = Math.max(counted, to)
      if (to > at && begins < to) yield { from: begins, to, day }
    }
  }
}
