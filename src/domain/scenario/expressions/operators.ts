import { type Budget, unitsForSource, unitsForText } from './budget.ts'
import { compilePattern } from './patterns.ts'
import type { Json } from './scope.ts'

/** What a row compares with: a text, a number, true or false. */
export type Scalar = string | number | boolean

/** The operators of a row, each with what is written behind it. */
export interface Operands {
  is: Scalar
  isNot: Scalar
  in: readonly Scalar[]
  contains: Scalar
  startsWith: string
  matches: string
  gt: number | string
  gte: number | string
  lt: number | string
  lte: number | string
  exists: boolean
  between: readonly [low: number | string, high: number | string]
}

export type RowOperator = keyof Operands

/** Why a comparison could not be made. */
export type OperatorError = 'wrong_type' | 'too_large' | 'too_much_work'

export type Compared = boolean | OperatorError

/** Longest list that is looked through. */
export const MAX_LIST = 1_000

/**
 * Compares what a field holds (`undefined`: it is missing, as is null) with what the row says.
 *
 * | operator | a text | a number | true, false | a list | an object | missing |
 * |---|---|---|---|---|---|---|
 * | is | same text, case counts | same number | same | false | false | false |
 * | isNot | the opposite of `is` | | | true | true | true |
 * | in | `is` one of them | `is` one of them | `is` one of them | an element `is` one of them | false | false |
 * | contains | holds the text, case does not count | wrong type | wrong type | an element `is` it | wrong type | false |
 * | startsWith | begins with it, case does not count | wrong type | wrong type | wrong type | wrong type | false |
 * | matches | RE2, found anywhere | wrong type | wrong type | wrong type | wrong type | false |
 * | gt gte lt lte between | as numbers or as times | as numbers | wrong type | wrong type | wrong type | false |
 * | exists | true | true | true | true | true | false |
 *
 * A number and a text that spells one (`"1200"`, `"-3.5"`; not `"007"` and not `"1e3"`) are the same number: forms and
 * other systems send numbers as texts. Texts are compared as numbers where both spell one, else as times where both are
 * ISO 8601 (`2026-05-01`, which is midnight UTC, or `2026-05-01T09:30:00Z`); between other texts there is no order.
 * `between` includes both ends.
 */
export function compare<Operator extends RowOperator>(
  operator: Operator,
  actual: Json | undefined,
  expected: Operands[Operator],
  budget: Budget,
): Compared {
  const run = OPERATORS[operator] as (
    actual: Json | undefined,
    expected: Operands[Operator],
    budget: Budget,
  ) => Compared
  return run(actual, expected, budget)
}

type Run<Operator extends RowOperator> = (
  actual: Json | undefined,
  expected: Operands[Operator],
  budget: Budget,
) => Compared

const OPERATORS: { [Operator in RowOperator]: Run<Operator> } = {
  is: (actual, expected) => same(actual, expected),
  isNot: (actual, expected) => !same(actual, expected),
  exists: (actual, expected) => isMissing(actual) !== expected,
  in: (actual, expected, budget) => {
    const values = isList(actual) ? actual : [actual]
    return someOf(values, budget, expected.length, (value) => expected.some((one) => same(value, one)))
  },
  contains: (actual, expected, budget) => {
    if (isMissing(actual)) return false
    if (isList(actual)) return someOf(actual, budget, 1, (value) => same(value, expected))
    if (typeof actual !== 'string' || typeof expected !== 'string') return 'wrong_type'
    return budget.spend(6 * unitsForText(actual.length)) ? folded(actual).includes(folded(expected)) : 'too_much_work'
  },
  startsWith: (actual, expected, budget) => {
    if (isMissing(actual)) return false
    if (typeof actual !== 'string') return 'wrong_type'
    // Folding may lengthen a text, never shorten it to less than a third.
    const beginning = actual.slice(0, 3 * expected.length + 3)
    return budget.spend(6 * unitsForText(beginning.length))
      ? folded(beginning).startsWith(folded(expected))
      : 'too_much_work'
  },
  matches: (actual, expected, budget) => {
    if (isMissing(actual)) return false
    if (typeof actual !== 'string') return 'wrong_type'
    if (!budget.spend(unitsForSource(expected))) return 'too_much_work'
    const compiled = compilePattern(expected)
    if (!compiled.ok) return 'wrong_type'
    return compiled.pattern.found(actual, budget) ?? 'too_much_work'
  },
  gt: (actual, expected) => ordered(actual, expected, (order) => order > 0),
  gte: (actual, expected) => ordered(actual, expected, (order) => order >= 0),
  lt: (actual, expected) => ordered(actual, expected, (order) => order < 0),
  lte: (actual, expected) => ordered(actual, expected, (order) => order <= 0),
  between: (actual, [low, high]) => {
    const above = ordered(actual, low, (order) => order >= 0)
    return above === true ? ordered(actual, high, (order) => order <= 0) : above
  },
}

export const ROW_OPERATORS = Object.keys(OPERATORS) as readonly RowOperator[]

/** The number that a text spells, as a person writes one; null for anything else. */
export function spelledNumber(text: string): number | null {
  return text.length <= 40 && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) ? Number(text) : null
}

/** Milliseconds of an ISO 8601 date (midnight UTC) or time with its offset; null for anything else. */
export function isoTime(text: string): number | null {
  if (text.length > 40 || !ISO.test(text)) return null
  const time = Date.parse(text.length === 10 ? `${text}T00:00:00Z` : text)
  // The 31st of June is no day, and JavaScript would take it for the 1st of July.
  const day = Number(text.slice(8, 10))
  const lastDay = new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate()
  return Number.isNaN(time) || day > lastDay ? null : time
}

const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

const isMissing = (value: Json | undefined): value is null | undefined => value === undefined || value === null

function same(actual: Json | undefined, expected: Scalar): boolean {
  if (actual === expected) return true
  if (typeof actual === 'number' && typeof expected === 'string') return spelledNumber(expected) === actual
  if (typeof actual === 'string' && typeof expected === 'number') return spelledNumber(actual) === expected
  return false
}

function ordered(
  actual: Json | undefined,
  expected: number | string,
  holds: (order: number) => boolean,
): boolean | 'wrong_type' {
  if (isMissing(actual)) return false
  if (typeof actual !== 'string' && typeof actual !== 'number') return 'wrong_type'
  const numbers = [asNumber(actual), asNumber(expected)] as const
  const times = [asTime(actual), asTime(expected)] as const
  for (const [left, right] of [numbers, times]) {
    if (left !== null && right !== null) return holds(left - right)
  }
  return 'wrong_type'
}

const asNumber = (value: number | string): number | null => (typeof value === 'number' ? value : spelledNumber(value))
const asTime = (value: number | string): number | null => (typeof value === 'number' ? null : isoTime(value))

function someOf(
  values: readonly (Json | undefined)[],
  budget: Budget,
  unitsEach: number,
  holds: (value: Json | undefined) => boolean,
): Compared {
  if (values.length > MAX_LIST) return 'too_large'
  return budget.spend(1 + Math.ceil((values.length * unitsEach) / 2)) ? values.some(holds) : 'too_much_work'
}

/** One spelling for searching: capitals do not count, nor how a letter with its accent is put together. */
const folded = (text: string): string => text.normalize('NFC').toLowerCase()
