import { createCache } from './cache.ts'
import { isoTime } from './operators.ts'

/** Whose way of writing dates and numbers. */
export interface Region {
  /** IANA name */
  readonly timeZone: string
  /** BCP 47 */
  readonly locale: string
}

const known = createCache<boolean>(500)

/** Whether the platform knows the time zone and the locale; everything below needs that. */
export const isRegion = ({ timeZone, locale }: Region): boolean =>
  known(`${locale} ${timeZone}`, () => {
    try {
      new Intl.DateTimeFormat(locale, { timeZone })
      return true
    } catch (error) {
      if (error instanceof RangeError) return false
      throw error
    }
  })

const STYLES = ['short', 'medium', 'long', 'full'] as const
type Style = (typeof STYLES)[number]

/**
 * A date or time (ISO 8601) as people of the region write it, in the region's time zone; a date without a time is that
 * day everywhere. The style is short, medium (default; times: short), long, full, or a pattern such as `%d.%m.%Y %H:%M`
 * with %Y %y %m %d %e %H %I %M %S %p %B %b %A %a %%. Null where the text is no date or the style is unknown.
 */
export function formatDate(
  text: string,
  kind: 'date' | 'time' | 'date_time',
  style: string | null,
  region: Region,
): string | null {
  const time = isoTime(text)
  if (time === null) return null
  const timeZone = text.length === 10 ? 'UTC' : region.timeZone
  if (style?.includes('%')) return byPattern(time, style, { ...region, timeZone })
  if (style !== null && !isStyle(style)) return null
  const format = dateFormat(region.locale, {
    timeZone,
    ...(kind !== 'time' && { dateStyle: style ?? 'medium' }),
    ...(kind !== 'date' && { timeStyle: kind === 'time' ? (style ?? 'short') : 'short' }),
  })
  return plainSpaces(format.format(time))
}

/** ISO 4217 currency. Where it is no currency, the number with the text behind it. */
export function formatMoney(amount: number, currency: string, { locale }: Region): string {
  if (!/^[A-Z]{3}$/.test(currency)) return `${formatNumber(amount, 2, { locale })} ${currency}`
  return plainSpaces(numberFormat(locale, { style: 'currency', currency }).format(amount))
}

/** `digits` after the point; null: as many as there are, at most 6. */
export function formatNumber(number: number, digits: number | null, { locale }: Pick<Region, 'locale'>): string {
  const options =
    digits === null ? { maximumFractionDigits: 6 } : { minimumFractionDigits: digits, maximumFractionDigits: digits }
  return plainSpaces(numberFormat(locale, options).format(number))
}

const isStyle = (text: string): text is Style => (STYLES as readonly string[]).includes(text)

/** Making a format costs a hundred times as much as using it. */
const dateFormats = createCache<Intl.DateTimeFormat>(200)
const numberFormats = createCache<Intl.NumberFormat>(200)

const dateFormat = (locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  dateFormats(`${locale} ${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(locale, options))

const numberFormat = (locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat =>
  numberFormats(`${locale} ${JSON.stringify(options)}`, () => new Intl.NumberFormat(locale, options))

/** ICU writes narrow and non-breaking spaces, not the same ones in all versions; messengers show plain ones best. */
const plainSpaces = (text: string): string => text.replace(/[\u00a0\u202f\u2009]/g, ' ')

const MAX_PATTERN = 100

const DIRECTIVES: Record<string, Intl.DateTimeFormatOptions> = {
  B: { month: 'long', day: 'numeric' },
  b: { month: 'short', day: 'numeric' },
  A: { weekday: 'long' },
  a: { weekday: 'short' },
}

function byPattern(time: number, pattern: string, { locale, timeZone }: Region): string | null {
  if (pattern.length > MAX_PATTERN) return null
  const numbers = numbersOf(time, timeZone)
  let isKnown = true
  const text = pattern.replace(/%(.|$)/gsu, (_, directive: string) => {
    if (directive === '%') return '%'
    const number = numbers[directive]
    if (number !== undefined) return number
    const options = DIRECTIVES[directive]
    if (!options) {
      isKnown = false
      return ''
    }
    // With the day beside it a month stands in the case that a date needs: “3 мая”, not “май”.
    const parts = dateFormat(locale, { timeZone, ...options }).formatToParts(time)
    return parts.find(({ type }) => type === 'month' || type === 'weekday')?.value ?? ''
  })
  return isKnown ? plainSpaces(text) : null
}

function numbersOf(time: number, timeZone: string): { [directive: string]: string } {
  const parts = dateFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(time)
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? ''
  const hour = Number(part('hour'))
  const year = part('year').padStart(4, '0')
  return {
    Y: year,
    y: year.slice(-2),
    m: part('month'),
    d: part('day'),
    e: String(Number(part('day'))),
    H: part('hour'),
    I: String(hour % 12 || 12).padStart(2, '0'),
    M: part('minute'),
    S: part('second'),
    p: hour < 12 ? 'AM' : 'PM',
  }
}
