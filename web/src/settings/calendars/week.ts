import type { Hours } from './api.ts'

export const MINUTES_OF_DAY = 24 * 60

/** A stretch of opening on one drawn day, in minutes since its midnight. */
export interface Stretch {
  from: number
  to: number
}

const minuteOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))

const isTime = (text: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/.test(text)

/** The week as it is drawn: hours past midnight go on at the top of the next day, Sunday's on Monday. */
export function drawnWeek(week: readonly (readonly Hours[])[]): Stretch[][] {
  const days: Stretch[][] = week.map(() => [])
  for (const [index, day] of week.entries()) {
    for (const { from, to } of day) {
      if (!isTime(from) || !isTime(to) || from === to) continue
      const [begins, ends] = [minuteOf(from), minuteOf(to)]
      if (ends > begins) days[index]?.push({ from: begins, to: ends })
      else {
        days[index]?.push({ from: begins, to: MINUTES_OF_DAY })
        if (ends > 0) days[(index + 1) % 7]?.push({ from: 0, to: ends })
      }
    }
  }
  return days
}

/** How long it is open in a week, in minutes. */
export const openMinutes = (week: readonly (readonly Hours[])[]): number =>
  drawnWeek(week)
    .flat()
    .reduce((sum, { from, to }) => sum + to - from, 0)

export type HoursProblem = 'empty' | 'same' | 'order'

/** What is wrong with the hours of one day, before the API says so. */
export function problemOfDay(day: readonly Hours[]): HoursProblem | null {
  if (day.some(({ from, to }) => !isTime(from) || !isTime(to) || from === '24:00')) return 'empty'
  if (day.some(({ from, to }) => from === to)) return 'same'
  const spans = day.map(({ from, to }) => {
    const [begins, ends] = [minuteOf(from), minuteOf(to)]
    return { from: begins, to: ends > begins ? ends : ends + MINUTES_OF_DAY }
  })
  return spans.every((span, index) => span.to <= (spans[index + 1]?.from ?? Number.POSITIVE_INFINITY)) ? null : 'order'
}

/** An input of type `time` has no 24:00; there the end of the day is its midnight. */
export const shownTime = (time: string): string => (time === '24:00' ? '00:00' : time)
/** Midnight as an end is the end of that day. */
export const endTime = (time: string): string => (time === '00:00' ? '24:00' : time)
