import { addBusinessDays, addBusinessTime, nextOpening } from '../../calendar/business-time.ts'
import type { Calendar } from '../../calendar/calendar.ts'
import { isTimeZone, momentOf } from '../../calendar/time-zone.ts'
import { parseDuration } from '../document/durations.ts'
import { isoTime } from '../expressions/operators.ts'

export type Calendars = { readonly [name: string]: Calendar }

/** `calendar_missing`: nobody has it any more. `never_open`: not for so long within two years. */
export type Moment =
  | { ok: true; at: number }
  | { ok: false; code: 'calendar_missing' | 'never_open' | 'invalid_time'; message: string }

/**
 * The moment a duration after another.
 * @param duration as in a document: `30s`, `2bd`
 * @param calendar the name whose hours count; only business durations need it
 */
export function momentAfter(
  from: number,
  duration: string,
  calendar: string | undefined,
  calendars: Calendars,
): Moment {
  const parsed = parseDuration(duration)
  if (!parsed) return invalid
  if (parsed.kind === 'calendar') return { ok: true, at: from + parsed.milliseconds }
  const hours = calendarOf(calendar, calendars)
  if (!hours) return missing
  const at = new Date(from)
  return opening('days' in parsed ? addBusinessDays(hours, at, parsed.days) : addBusinessTime(hours, at, parsed))
}

/** The next opening; `from` itself while it is open. */
export function openingAfter(from: number, calendar: string | undefined, calendars: Calendars): Moment {
  const hours = calendarOf(calendar, calendars)
  return hours ? opening(nextOpening(hours, new Date(from))) : missing
}

/** What `until` says: an ISO 8601 time with its offset, or a date, which is the midnight it begins with in a zone. */
export function momentOfText(text: string, timeZone: string): Moment {
  const time = isoTime(text.trim())
  if (time === null || !isTimeZone(timeZone)) return invalid
  return { ok: true, at: text.trim().length === 10 ? momentOf(timeZone, time) : time }
}

const calendarOf = (name: string | undefined, calendars: Calendars): Calendar | undefined =>
  name !== undefined && Object.hasOwn(calendars, name) ? calendars[name] : undefined

const opening = (at: Date | null): Moment => (at ? { ok: true, at: at.getTime() } : neverOpen)

const missing: Moment = { ok: false, code: 'calendar_missing', message: 'The calendar is not there' }
const neverOpen: Moment = { ok: false, code: 'never_open', message: 'The calendar is never open for so long' }
const invalid: Moment = { ok: false, code: 'invalid_time', message: 'This is no time: write one as ISO 8601' }
