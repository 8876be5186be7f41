import { type Budget, unitsForText } from './budget.ts'
import {
  bounded,
  boundedText,
  CelDuration,
  CelFault,
  CelTime,
  type CelValue,
  duration,
  finite,
  isList,
  isRecord,
  kindOf,
  spend,
  time,
} from './cel-values.ts'
import { isoTime, spelledNumber } from './operators.ts'
import { compilePattern } from './patterns.ts'

interface CelFunction {
  /** the numbers of values it takes; a method's receiver does not count */
  readonly arity: readonly number[]
  /** values are there by the arity; a method's receiver comes first */
  run(values: readonly CelValue[], budget: Budget): CelValue
}

/** Functions: `size(event.text)`. `has` and the comprehensions are part of the language (cel-run.ts). */
export const CEL_FUNCTIONS: ReadonlyMap<string, CelFunction> = new Map<string, CelFunction>([
  ['size', { arity: [1], run: size }],
  ['dyn', { arity: [1], run: ([value = null]) => value }],
  ['bool', { arity: [1], run: toBool }],
  ['int', { arity: [1], run: (values) => Math.trunc(toNumber(values)) }],
  ['double', { arity: [1], run: (values) => toNumber(values) }],
  ['string', { arity: [1], run: toText }],
  ['timestamp', { arity: [1], run: toTime }],
  [
    'duration',
    { arity: [1], run: ([value = null]) => (value instanceof CelDuration ? value : parseDuration(textOf(value))) },
  ],
])

/** Methods: `event.text.startsWith("a")`. */
export const CEL_METHODS: ReadonlyMap<string, CelFunction> = new Map<string, CelFunction>([
  ['size', { arity: [0], run: size }],
  ['contains', ofTexts((text, part) => text.includes(part))],
  ['startsWith', ofTexts((text, part) => text.startsWith(part))],
  ['endsWith', ofTexts((text, part) => text.endsWith(part))],
  ['indexOf', ofTexts((text, part) => text.indexOf(part))],
  ['lastIndexOf', ofTexts((text, part) => text.lastIndexOf(part))],
  ['lowerAscii', ofText((text) => text.toLowerCase())],
  ['upperAscii', ofText((text) => text.toUpperCase())],
  ['trim', ofText((text) => text.trim())],
  ['substring', { arity: [1, 2], run: substring }],
  ['matches', { arity: [1], run: matches }],
  ['split', { arity: [1], run: split }],
  ['join', { arity: [0, 1], run: join }],
])

function ofTexts(run: (text: string, part: string) => boolean | number): CelFunction {
  return {
    arity: [1],
    run: ([receiver = null, parameter = null], budget) => {
      const [text, part] = [textOf(receiver), textOf(parameter)]
      // Searching may go through the part again at each place, though rarely far.
      spend(budget, unitsForText(text.length) + unitsForText(part.length))
      return run(text, part)
    },
  }
}

function ofText(run: (text: string) => string): CelFunction {
  return {
    arity: [0],
    run: ([receiver = null], budget) => {
      const text = textOf(receiver)
      spend(budget, unitsForText(text.length))
      return boundedText(run(text), budget)
    },
  }
}

/** Of a text: its code points, as CEL has it. */
function size([value = null]: readonly CelValue[], budget: Budget): number {
  if (typeof value === 'string') {
    spend(budget, unitsForText(value.length))
    let count = 0
    for (const _ of value) count++
    return count
  }
  if (isList(value)) return value.length
  if (isRecord(value)) return Object.keys(value).length
  throw wrongType('size()', value)
}

function matches([receiver = null, parameter = null]: readonly CelValue[], budget: Budget): boolean {
  // Compiled and checked before; here it comes from the cache.
  const compiled = compilePattern(textOf(parameter))
  if (!compiled.ok) throw new CelFault('invalid_value', compiled.message)
  const found = compiled.pattern.found(textOf(receiver), budget)
  if (found === null) throw new CelFault('too_much_work', 'The text is too long for this pattern')
  return found
}

function substring([receiver = null, from = null, to]: readonly CelValue[], budget: Budget): string {
  const text = textOf(receiver)
  const start = wholeOf(from)
  const end = to === undefined ? text.length : wholeOf(to)
  if (start < 0 || end > text.length || start > end) throw new CelFault('out_of_range', 'substring() is out of range')
  return boundedText(text.slice(start, end), budget)
}

function split([receiver = null, separator = null]: readonly CelValue[], budget: Budget): readonly CelValue[] {
  const text = boundedText(textOf(receiver), budget)
  // One more than allowed is enough to see that there are too many.
  return bounded(text.split(textOf(separator), 1_001), budget)
}

function join([receiver = null, separator = '']: readonly CelValue[], budget: Budget): string {
  if (!isList(receiver)) throw wrongType('join()', receiver)
  const texts = bounded(receiver, budget).map(textOf)
  const glue = textOf(separator)
  const length = texts.reduce((sum, text) => sum + text.length + glue.length, 0)
  spend(budget, unitsForText(length))
  // Measured before it is built.
  if (length > 2 * 65_536) throw new CelFault('too_large', 'join() makes a text that is too long')
  return boundedText(texts.join(glue), budget)
}

function toBool([value = null]: readonly CelValue[]): boolean {
  if (typeof value === 'boolean') return value
  if (value === 'true' || value === 'false') return value === 'true'
  throw wrongType('bool()', value)
}

function toNumber([value = null]: readonly CelValue[]): number {
  if (typeof value === 'number') return value
  if (value instanceof CelTime) return Math.floor(value.ms / 1000)
  const number = typeof value === 'string' ? spelledNumber(value) : null
  if (number === null) throw new CelFault('invalid_value', 'The text is no number')
  return finite(number)
}

function toText([value = null]: readonly CelValue[]): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (value instanceof CelTime) return new Date(value.ms).toISOString()
  if (value instanceof CelDuration) return `${value.ms / 1000}s`
  throw wrongType('string()', value)
}

/** From ISO 8601 (a date is midnight UTC) or from seconds since 1970. */
function toTime([value = null]: readonly CelValue[]): CelTime {
  if (value instanceof CelTime) return value
  if (typeof value === 'number') return time(value * 1000)
  const ms = isoTime(textOf(value))
  if (ms === null) throw new CelFault('invalid_value', 'The text is no time such as 2026-05-01T09:30:00Z')
  return time(ms)
}

const UNITS: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 }

/** `"1h30m"`, `"-90s"`, `"1.5h"` */
function parseDuration(text: string): CelDuration {
  const invalid = new CelFault('invalid_value', 'The text is no duration such as 1h30m')
  if (text.length > 40) throw invalid
  const sign = text.startsWith('-') ? -1 : 1
  let rest = text.replace(/^[+-]/, '')
  let ms = 0
  do {
    const part = /^(\d+(?:\.\d+)?)(ms|h|m|s)/.exec(rest)
    if (!part) throw invalid
    ms += Number(part[1]) * (UNITS[part[2] ?? ''] ?? 0)
    rest = rest.slice(part[0].length)
  } while (rest !== '')
  return duration(sign * ms)
}

function textOf(value: CelValue): string {
  if (typeof value !== 'string') throw wrongType('The function', value)
  return value
}

function wholeOf(value: CelValue): number {
  if (!Number.isSafeInteger(value)) throw wrongType('The function', value)
  return value as number
}

const wrongType = (what: string, value: CelValue): CelFault =>
  new CelFault('wrong_type', `${what} does not work on a value of the kind ${kindOf(value)}`)
