import type { Words } from './en.ts'

const DAY_MS = 86_400_000

/** Times, days and sizes in one language. Made once per language: Intl's formatters are costly to make. */
export function createFormats(locale: string, words: Words) {
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' })
  const dayOfYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long' })
  const fullDay = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' })
  const shortDay = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' })
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' })

  return {
    time: (at: Date) => time.format(at),
    moment: (at: Date) => moment.format(at),
    number: (value: number) => number.format(value),
    /** A day as a heading: today, yesterday, 3 May, 3 May 2025. */
    day(at: Date, now: Date): string {
      const days = daysBetween(at, now)
      if (days === 0) return words.task.today
      if (days === 1) return words.task.yesterday
      return (at.getFullYear() === now.getFullYear() ? dayOfYear : fullDay).format(at)
    },
    /** The shortest that still tells: the time today, else the day. */
    short(at: Date, now: Date): string {
      const days = daysBetween(at, now)
      if (days === 0) return time.format(at)
      return days === 1 ? relative.format(-1, 'day') : shortDay.format(at)
    },
    /** A time to come: the clock today, else the day. */
    soon: (at: Date, now: Date): string => (daysBetween(at, now) === 0 ? time : shortDay).format(at),
    /** What is left until a time: hours and minutes, in the last hour minutes and seconds. */
    left(ms: number): string {
      const seconds = Math.max(0, Math.floor(ms / 1000))
      if (seconds < 3600) return words.units.minutesSeconds(Math.floor(seconds / 60), seconds % 60)
      return words.units.hoursMinutes(Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60))
    },
    size(bytes: number): string {
      const step = Math.min(3, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
      return `${number.format(bytes / 1024 ** step)} ${words.units.bytes[step]}`
    },
  }
}

export type Formats = ReturnType<typeof createFormats>

/** Calendar days from one time to another, in the reader's time zone. */
export function daysBetween(from: Date, to: Date): number {
  return Math.round((startOfDay(to) - startOfDay(from)) / DAY_MS)
}

const startOfDay = (at: Date): number => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime()
