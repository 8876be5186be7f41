/** How a field of a task or a contact is entered. What is a list or an object is shown, and changed by programs alone. */
export const FIELD_KINDS = ['text', 'number', 'date', 'boolean'] as const
export type FieldKind = (typeof FIELD_KINDS)[number]

const DAY = /^\d{4}-\d{2}-\d{2}$/

/** What a value is, from what it holds: fields have no declared types. */
export function kindOf(value: unknown): FieldKind | 'other' {
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'number') return 'number'
  if (typeof value === 'string') return isDay(value) ? 'date' : 'text'
  return value === null || value === undefined ? 'text' : 'other'
}

/** A value as its input shows it. */
export function typedOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return value === null || value === undefined ? '' : JSON.stringify(value)
}

export type ReadField =
  | { ok: true; value: string | number | boolean }
  | { ok: false; problem: 'empty' | 'number' | 'date' }

/** What was typed as a value of this kind; numbers as people write them: `1 234,5`. */
export function readField(kind: FieldKind, typed: string): ReadField {
  const text = typed.trim()
  if (kind === 'boolean') return { ok: true, value: text === 'true' }
  if (text === '') return { ok: false, problem: 'empty' }
  if (kind === 'date') return isDay(text) ? { ok: true, value: text } : { ok: false, problem: 'date' }
  if (kind === 'text') return { ok: true, value: text }
  const number = readNumber(text)
  return number === null ? { ok: false, problem: 'number' } : { ok: true, value: number }
}

/** A number with a point or a comma before its decimals, and with spaces between its thousands; null: it is none. */
export function readNumber(typed: string): number | null {
  const text = typed.replace(/[\s\u00a0\u202f]/g, '').replace(',', '.')
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) return null
  const number = Number(text)
  return Number.isFinite(number) ? number : null
}

/** A day that the calendar has: no 31 June. */
export function isDay(text: string): boolean {
  if (!DAY.test(text)) return false
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}
