import { z } from 'zod'
import { isTimeZone } from './time-zone.ts'

/**
 * From `from` to before `to`, by the clock on the wall. Where `to` is not after `from`, it is the next day's:
 * `22:00`–`02:00` belongs to the day on which it begins, whatever the next day is. `24:00` is midnight at the end.
 */
export interface Hours {
  from: string
  to: string
}

/** A day whose hours are not those of its weekday; no hours: closed. */
export interface Holiday {
  /** YYYY-MM-DD, in the calendar's zone */
  date: string
  name?: string
  hours?: Hours[]
}

/** When a business is open. */
export interface Calendar {
  /** of the IANA database: `Europe/Berlin` */
  timeZone: string
  /** seven days, Monday first */
  week: Hours[][]
  holidays: Holiday[]
}

const MINUTES_OF_DAY = 24 * 60

/** Minutes since the midnight on which the day begins; `to` can be beyond the next one. */
export function minutesOf({ from, to }: Hours): { from: number; to: number } {
  const minute = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))
  const [begins, ends] = [minute(from), minute(to)]
  return { from: begins, to: ends > begins ? ends : ends + MINUTES_OF_DAY }
}

const Hours = z
  .strictObject({
    from: z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'must be a time from 00:00 to 23:59'),
    to: z.string().regex(/^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/, 'must be a time from 00:00 to 24:00'),
  })
  .refine(({ from, to }) => from !== to, 'must not end when it begins: a whole day is 00:00 to 24:00')

const Day = z
  .array(Hours)
  .max(10)
  .refine(
    (day) =>
      day.map(minutesOf).every((hours, index, all) => {
        const next = all[index + 1]
        return !next || hours.to <= next.from
      }),
    'must be in order, and not overlap',
  )

const Week = z
  .array(Day)
  .length(7, 'must be seven days, Monday first')
  .refine(
    (week) =>
      week.every((day, index) => {
        const [last, next] = [day.at(-1), week[(index + 1) % 7]?.[0]]
        return !last || !next || minutesOf(last).to - MINUTES_OF_DAY <= minutesOf(next).from
      }),
    'has hours after midnight that reach into the next day’s',
  )

const Holiday = z.strictObject({
  date: z.iso.date(),
  name: z.string().trim().min(1).max(200).exactOptional(),
  hours: Day.exactOptional(),
})

/** For what came from outside: every part that can be given alone. */
export const calendarParts = {
  timeZone: z.string().max(64).refine(isTimeZone, 'is no time zone, such as Europe/Berlin'),
  week: Week,
  holidays: z
    .array(Holiday)
    .max(1_000)
    .refine((days) => new Set(days.map(({ date }) => date)).size === days.length, 'has a date twice'),
}
