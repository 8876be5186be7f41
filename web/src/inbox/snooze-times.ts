/** Where a snooze can end without a calendar, in the order in which they are offered. */
export const SNOOZES = ['reply', 'hour', 'tomorrow', 'week', 'month'] as const
export type Snooze = (typeof SNOOZES)[number]

const HOUR = 3_600_000
/** A working day begins then, in the person's own time zone. */
const MORNING = 9

/** @returns null: until the client writes */
export function snoozeEnd(snooze: Snooze, now: Date): Date | null {
  if (snooze === 'reply') return null
  if (snooze === 'hour') return new Date(now.getTime() + HOUR)
  if (snooze === 'tomorrow') return morning(now, 1)
  // Monday, and never today's.
  if (snooze === 'week') return morning(now, (8 - now.getDay()) % 7 || 7)
  const inAMonth = new Date(now.getFullYear(), now.getMonth() + 1, 1)
  const days = new Date(inAMonth.getFullYear(), inAMonth.getMonth() + 1, 0).getDate()
  inAMonth.setDate(Math.min(now.getDate(), days))
  return morning(inAMonth, 0)
}

const morning = (day: Date, later: number): Date =>
  new Date(day.getFullYear(), day.getMonth(), day.getDate() + later, MORNING)

/** What `<input type="datetime-local">` holds for a time. */
export function localInput(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`
}
