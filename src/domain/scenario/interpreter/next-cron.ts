import { localTimeAt, momentOf, offsetAt } from '../../calendar/time-zone.ts'

const DAY_MS = 86_400_000
/** Clocks are set back by less than this. */
const LONGEST_REPEAT_MS = 3 * 3_600_000
/** Eight years, in which every day of every month comes, the 29th of February too. */
const SEARCH_DAYS = 8 * 366

const FIELDS = [
  { least: 0, most: 59, words: [] },
  { least: 0, most: 23, words: [] },
  { least: 1, most: 31, words: [] },
  { least: 1, most: 12, words: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { least: 0, most: 7, words: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
] as const

/**
 * The next moment behind `now` at which a cron line of five fields comes round, by the clocks of a zone. Where both a
 * day of the month and a weekday are given, either is enough. A time that comes twice, because clocks are set back,
 * counts once; one that is left out comes at the moment of the change.
 * @param cron as a document has it: checked
 * @returns null where it never comes: the 31st of June
 */
export function nextCron(cron: string, timeZone: string, now: number): number | null {
  const parts = cron.trim().toLowerCase().split(/\s+/)
  const [minutes, hours, days, months, weekdays] = FIELDS.map((field, index) => valuesOf(parts[index] ?? '*', field))
  if (!minutes || !hours || !days || !months || !weekdays) return null
  const eitherDay = !parts[2]?.startsWith('*') && !parts[4]?.startsWith('*')
  const local = localTimeAt(timeZone, now)
  // Only where clocks are changed around now can a time that they have shown already come again.
  const first = isSteady(timeZone, now) ? local + 1 : local - LONGEST_REPEAT_MS
  const today = Math.floor(first / DAY_MS)
  for (let day = today; day <= today + SEARCH_DAYS; day++) {
    const date = new Date(day * DAY_MS)
    if (!months.has(date.getUTCMonth() + 1)) continue
    const ofMonth = days.has(date.getUTCDate())
    const ofWeek = weekdays.has(date.getUTCDay()) || (date.getUTCDay() === 0 && weekdays.has(7))
    if (eitherDay ? !(ofMonth || ofWeek) : !(ofMonth && ofWeek)) continue
    for (const hour of hours) {
      for (const minute of minutes) {
        const time = day * DAY_MS + (hour * 60 + minute) * 60_000
        if (time < first) continue
        const at = momentOf(timeZone, time)
        if (at > now) return at
      }
    }
  }
  return null
}

const isSteady = (timeZone: string, now: number): boolean =>
  offsetAt(timeZone, now - 2 * LONGEST_REPEAT_MS) === offsetAt(timeZone, now + 2 * LONGEST_REPEAT_MS)

/** In ascending order. */
function valuesOf(text: string, { least, most, words }: (typeof FIELDS)[number]): Set<number> {
  const chosen = new Set<number>()
  const numberOf = (word: string) => {
    const place = (words as readonly string[]).indexOf(word)
    return place === -1 ? Number(word) : place + least
  }
  for (const item of text.split(',')) {
    const [range = '*', every] = item.split('/')
    const [first = '*', last] = range.split('-')
    const from = first === '*' ? least : numberOf(first)
    const to = last !== undefined ? numberOf(last) : first === '*' || every !== undefined ? most : from
    for (let value = from; value <= to; value += Math.max(1, Number(every ?? 1))) chosen.add(value)
  }
  return new Set([...chosen].sort((a, b) => a - b))
}
