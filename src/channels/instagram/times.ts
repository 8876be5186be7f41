import { MalformedItem, textAt } from '../wire/fields.ts'

/** Above this a time is in milliseconds, below in seconds: 1e11 seconds are the year 5138, 1e11 milliseconds 1973. */
const SECONDS_END = 1e11
const YEAR_5000_MS = 95_617_584_000_000

/** Milliseconds since 1970 (reference §11.1); older examples and comments have seconds. null: no such time */
export function timeIn(from: unknown, key: string): Date | null {
  const text = textAt(from, key)
  if (text === null || !/^\d{1,15}(\.\d+)?$/.test(text)) return null
  const number = Number(text)
  const ms = number < SECONDS_END ? number * 1000 : number
  return ms > 0 && ms < YEAR_5000_MS ? new Date(Math.floor(ms)) : null
}

/** @throws MalformedItem where neither the item nor its entry has one */
export function requiredTimeIn(item: unknown, entry: unknown): Date {
  const at = timeIn(item, 'timestamp') ?? timeIn(entry, 'time')
  if (at === null) throw new MalformedItem('no usable timestamp')
  return at
}
