export type ScheduleRefusal = 'time_zone_unknown' | 'time_zone_needed' | 'time_invalid'
export type Scheduled = { ok: true; at: Date } | { ok: false; reason: ScheduleRefusal }

const LOCAL_TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)$/
const OFFSET_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/

/**
 * The moment that people planned: with an offset (`2026-03-29T02:30:00+01:00`, `…Z`) as it says, without one by the
 * wall clock of `timeZone`. A wall time that the clocks skip is taken as late as if they had not been put forward (02:30 becomes
 * 03:30), one that comes twice is the first: as calendars do (RFC 5545, 3.3.5).
 * @param timeZone IANA name
 */
export function scheduledMoment(text: string, timeZone: string | null): Scheduled {
  if (timeZone !== null && !isTimeZone(timeZone)) return { ok: false, reason: 'time_zone_unknown' }
  if (!isDay(text.slice(0, 10))) return { ok: false, reason: 'time_invalid' }
  if (OFFSET_TIME.test(text)) return moment(Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2')))
  if (!LOCAL_TIME.test(text)) return { ok: false, reason: 'time_invalid' }
  if (timeZone === null) return { ok: false, reason: 'time_zone_needed' }
  const wall = Date.parse(`${text}Z`)
  if (Number.isNaN(wall)) return moment(wall)
  const offsets = [wall - DAY_MS, wall + DAY_MS].map((near) => offsetAt(near, timeZone))
  const possible = offsets.map((offset) => wall - offset).filter((at) => at + offsetAt(at, timeZone) === wall)
  // Skipped: by the offset from before the change, the clocks stand as much later as they were put forward.
  return moment(possible.length > 0 ? Math.min(...possible) : wall - (offsets[0] ?? 0))
}

/**
 * Has a planned moment passed so long ago that nobody expects the campaign any more? A summer sale had better not be
 * announced by itself in autumn. Up to a day's outage is made good.
 * @param at milliseconds since 1970, as `now`
 */
export const isMissed = (at: number, now: number): boolean => now - at > DAY_MS

/** `2026-02-30` would silently become another day. */
function isDay(date: string): boolean {
  const at = Date.parse(`${date}T00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date)
}

const DAY_MS = 86_400_000
const moment = (at: number): Scheduled =>
  Number.isNaN(at) ? { ok: false, reason: 'time_invalid' } : { ok: true, at: new Date(at) }

/** An IANA name such as `Europe/Berlin`; not an offset, which knows no summer time. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/.test(name)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== null
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** How far the zone's wall clock is ahead of UTC at this moment, in milliseconds. */
function offsetAt(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at)
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value)
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
  return wall - Math.floor(at / 1000) * 1000
}
