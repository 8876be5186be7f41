import { type Budget, unitsForText } from './budget.ts'
import type { Json } from './scope.ts'
import { storableText } from './storable-text.ts'

/** A moment, in milliseconds since 1970. */
export class CelTime {
  readonly ms: number
  constructor(ms: number) {
    this.ms = ms
  }
}

/** A length of time in milliseconds. */
export class CelDuration {
  readonly ms: number
  constructor(ms: number) {
    this.ms = ms
  }
}

/** What an expression works with: JSON, moments and lengths of time. Nothing of it is ever changed. */
export type CelValue =
  | null
  | boolean
  | number
  | string
  | CelTime
  | CelDuration
  | readonly CelValue[]
  | { readonly [name: string]: CelValue }

export type CelFaultCode =
  | 'missing_field'
  | 'wrong_type'
  | 'invalid_value'
  | 'division_by_zero'
  | 'out_of_range'
  | 'too_large'
  | 'too_much_work'

/** Why an expression has no value. */
export class CelFault extends Error {
  readonly code: CelFaultCode
  constructor(code: CelFaultCode, message: string) {
    super(message)
    this.code = code
  }
}

export const MAX_CEL_LIST = 1_000
export const MAX_CEL_TEXT = 65_536
/** Milliseconds that a time or a duration may be away from zero: ten thousand years. */
const MAX_TIME = 253_402_300_799_999

export type CelRecord = { readonly [name: string]: CelValue }

export const isList = (value: CelValue): value is readonly CelValue[] => Array.isArray(value)

export const isRecord = (value: CelValue): value is CelRecord =>
  typeof value === 'object' &&
  value !== null &&
  !isList(value) &&
  !(value instanceof CelTime) &&
  !(value instanceof CelDuration)

/** The kind of a value, for a message. */
export function kindOf(value: CelValue): string {
  if (value === null) return 'null'
  if (value instanceof CelTime) return 'timestamp'
  if (value instanceof CelDuration) return 'duration'
  if (isList(value)) return 'list'
  return typeof value === 'object' ? 'map' : typeof value
}

export function spend(budget: Budget, units: number): void {
  if (!budget.spend(units)) throw new CelFault('too_much_work', 'The expression would take too long')
}

/** A list within the limits, paid for. */
export function bounded(list: readonly CelValue[], budget: Budget): readonly CelValue[] {
  if (list.length > MAX_CEL_LIST) {
    throw new CelFault('too_large', `A list has more than ${MAX_CEL_LIST} elements`)
  }
  spend(budget, 1 + Math.ceil(list.length / 8))
  return list
}

/** A text within the limits, paid for. */
export function boundedText(text: string, budget: Budget): string {
  if (text.length > MAX_CEL_TEXT) throw new CelFault('too_large', `A text has more than ${MAX_CEL_TEXT} characters`)
  spend(budget, unitsForText(text.length))
  return text
}

export function finite(number: number): number {
  if (!Number.isFinite(number)) throw new CelFault('out_of_range', 'The number is too large')
  return number
}

export function time(ms: number): CelTime {
  if (!(Math.abs(ms) <= MAX_TIME)) throw new CelFault('out_of_range', 'The time is out of range')
  return new CelTime(ms)
}

export function duration(ms: number): CelDuration {
  if (!(Math.abs(ms) <= 2 * MAX_TIME)) throw new CelFault('out_of_range', 'The duration is out of range')
  return new CelDuration(ms)
}

export function isEqual(left: CelValue, right: CelValue, budget: Budget): boolean {
  spend(budget, 1)
  if (left === right) return true
  if (typeof left === 'string' && typeof right === 'string') {
    if (left.length === right.length) spend(budget, unitsForText(left.length))
    return false
  }
  if (left instanceof CelTime) return right instanceof CelTime && left.ms === right.ms
  if (left instanceof CelDuration) return right instanceof CelDuration && left.ms === right.ms
  if (isList(left)) {
    return (
      isList(right) &&
      left.length === right.length &&
      left.every((value, place) => isEqual(value, right[place] ?? null, budget))
    )
  }
  if (!isRecord(left) || !isRecord(right)) return false
  const names = Object.keys(left)
  spend(budget, names.length)
  if (names.length !== Object.keys(right).length) return false
  return names.every((name) => Object.hasOwn(right, name) && isEqual(left[name] ?? null, right[name] ?? null, budget))
}

/** The value as JSON: moments as ISO 8601, lengths of time in seconds (`"90s"`), as CEL writes them; texts storable. */
export function fromCel(value: CelValue, budget: Budget): Json {
  spend(budget, 1)
  if (value instanceof CelTime) return new Date(value.ms).toISOString()
  if (value instanceof CelDuration) return `${value.ms / 1000}s`
  if (isList(value)) return value.map((one) => fromCel(one, budget))
  if (typeof value === 'string') return storableText(value)
  if (!isRecord(value)) return value as Json
  const object: Record<string, Json> = Object.create(null)
  for (const [name, one] of Object.entries(value)) object[storableText(name)] = fromCel(one, budget)
  return object
}
