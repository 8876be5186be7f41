/** Whether this is a time zone of the IANA database that the installation knows, such as `Asia/Kolkata`. */
export function isTimeZone(name: string): boolean {
  return formatterOf(name) !== null
}

/** Milliseconds that the clocks of a zone are ahead of UTC at a moment; positive in the east. */
export function offsetAt(timeZone: string, at: number): number {
  const formatter = formatterOf(timeZone)
  if (!formatter) throw new Error(`${timeZone} is no time zone`)
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {}
  for (const { type, value } of formatter.formatToParts(at)) parts[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000
}

/**
 * The moment at which the clocks of a zone show a local time, given as the UTC moment with the same digits.
 * Where clocks are set back, a time comes twice: the first one. Where they are set forward, a time is left out: the
 * moment of the change.
 */
export function momentOf(timeZone: string, local: number): number {
  const day = 86_400_000
  const before = offsetAt(timeZone, local - day)
  const after = offsetAt(timeZone, local + day)
  const [first, last] = [local - Math.max(before, after), local - Math.min(before, after)]
  for (const moment of [first, last]) if (moment + offsetAt(timeZone, moment) === local) return moment
  // Left out: the change lies between the two; it is at a whole second.
  let [early, late] = [Math.floor(first / 1000), Math.ceil(last / 1000)]
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2)
    if (middle * 1000 + offsetAt(timeZone, middle * 1000) < local) early = middle
    else late = middle
  }
  return late * 1000
}

/** The local time at a moment, as the UTC moment with the same digits. */
export const localTimeAt = (timeZone: string, at: number): number => at + offsetAt(timeZone, at)

/** Making a formatter costs more than all that is asked of it. Some 600 zones; their names can be written in any case. */
const MOST_FORMATTERS = 1_000
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterOf(timeZone: string): Intl.DateTimeFormat | null {
  const known = formatters.get(timeZone)
  if (known) return known
  // An offset such as +03:00 is accepted by newer engines only, and knows no summer time.
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(timeZone) || timeZone.length > 64) return null
  try {
    const formatter = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    if (formatters.size >= MOST_FORMATTERS) formatters.clear()
    formatters.set(timeZone, formatter)
    return formatter
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
