import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import type { FilterImplOptions } from 'liquidjs'
import { digitsOf } from '../../phone-variants.ts'
import { unitsForText } from './budget.ts'
import { spelledNumber } from './operators.ts'
import { formatDate, formatMoney, formatNumber } from './text-formats.ts'
import { MAX_RENDERED, TextContext, TextFault } from './text-limits.ts'

type FilterImpl = ThisParameterType<Extract<FilterImplOptions, (...values: never[]) => unknown>>
type Filter = (this: FilterImpl, value: unknown, ...parameters: unknown[]) => unknown

/** Formats of a locale are costly, above all the first of its kind. */
const UNITS_PER_NUMBER = 100
const UNITS_PER_DATE = 250

/** Most elements of a list that a filter makes or goes through. */
const MAX_ELEMENTS = 1_000

/**
 * Every filter that there is. All but `default` need a value, and one of their kind; texts that spell a number are
 * numbers for those that calculate.
 *
 * | filter | example | result |
 * |---|---|---|
 * | default | `{{ contact.firstName \| default: "friend" }}` | the text where the value is missing or empty |
 * | date, time, date_time | `{{ task.dueAt \| date: "long" }}` | 3 May 2026; short, medium, long, full, or `%d.%m.%Y` |
 * | money | `{{ task.fields.amount \| money: "EUR" }}` | €1,200.00 in the locale's way |
 * | number | `{{ 1234.5 \| number: 2 }}` | 1,234.50 |
 * | phone | `{{ contact.phone \| phone }}` | +34 600 12 34 56 |
 * | first_word | `{{ contact.name \| first_word }}` | Anna |
 */
export const TEXT_FILTERS: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['default', (value, fallback) => (isEmpty(value) ? fallback : value)],

  ['date', dated('date')],
  ['time', dated('time')],
  ['date_time', dated('date_time')],
  ['money', numeric((number, context, currency) => formatMoney(number, textOf(currency, 'money'), context.rendering))],
  [
    'number',
    numeric((number, { rendering }, digits) =>
      formatNumber(number, digits === undefined ? null : fractionDigits(digits), rendering),
    ),
  ],
  ['phone', textual(internationalPhone)],

  ['first_word', textual((text) => /\S+/.exec(text)?.[0] ?? '')],
  ['upcase', textual((text, { rendering }) => text.toLocaleUpperCase(rendering.locale))],
  ['downcase', textual((text, { rendering }) => text.toLocaleLowerCase(rendering.locale))],
  ['capitalize', textual((text, { rendering }) => capitalized(text, rendering.locale))],
  ['strip', textual((text) => text.trim())],
  ['truncate', textual((text, _, length, ellipsis) => truncated(text, wholeOf(length ?? 50), ellipsis ?? '…'))],
  ['replace', textual((text, _, from, to) => replaced(text, textOf(from, 'replace'), textOf(to ?? '', 'replace')))],

  ['split', textual((text, _, separator) => boundedList(text.split(textOf(separator, 'split'), MAX_ELEMENTS + 1)))],
  ['join', listed((list, separator = ' ') => joined(list, textOf(separator, 'join')))],
  ['size', size],
  ['first', listed((list) => list[0])],
  ['last', listed((list) => list.at(-1))],

  ['round', numeric((number, _, digits) => rounded(number, digits === undefined ? 0 : fractionDigits(digits)))],
  ['plus', numeric((number, _, other) => finite(exact(number + numberOf(other))))],
  ['minus', numeric((number, _, other) => finite(exact(number - numberOf(other))))],
  ['times', numeric((number, _, other) => finite(exact(number * numberOf(other))))],
  ['divided_by', numeric((number, _, other) => divided(number, numberOf(other)))],
])

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === ''

function contextOf({ context }: FilterImpl): TextContext {
  if (!(context instanceof TextContext)) throw new TextFault('invalid', 'The filter was called outside of a text')
  return context
}

function textual(run: (text: string, context: TextContext, ...parameters: unknown[]) => unknown): Filter {
  return function (value, ...parameters) {
    const context = contextOf(this)
    const text = textOf(value, this.token.name)
    context.spend(2 * unitsForText(text.length))
    return run(text, context, ...parameters)
  }
}

function numeric(run: (number: number, context: TextContext, ...parameters: unknown[]) => unknown): Filter {
  return function (value, ...parameters) {
    const context = contextOf(this)
    context.spend(UNITS_PER_NUMBER)
    return run(numberOf(value), context, ...parameters)
  }
}

function listed(run: (list: readonly unknown[], ...parameters: unknown[]) => unknown): Filter {
  return function (value, ...parameters) {
    if (isMissing(value)) throw missing(this.token.name)
    if (!Array.isArray(value)) throw new TextFault('wrong_type', `${this.token.name} works on lists only`)
    contextOf(this).spend(1 + value.length)
    return run(boundedList(value), ...parameters)
  }
}

function dated(kind: 'date' | 'time' | 'date_time'): Filter {
  return function (value, style) {
    const context = contextOf(this)
    context.spend(UNITS_PER_DATE)
    if (isMissing(value)) throw missing(this.token.name)
    const formatted =
      typeof value === 'string'
        ? formatDate(value, kind, style === undefined ? null : textOf(style, kind), context.rendering)
        : null
    if (formatted === null)
      throw new TextFault('wrong_type', `${kind} works on dates such as 2026-05-01T09:30:00Z only`)
    return formatted
  }
}

function size(this: FilterImpl, value: unknown): number {
  if (isMissing(value)) throw missing('size')
  if (Array.isArray(value)) return value.length
  const text = textOf(value, 'size')
  contextOf(this).spend(unitsForText(text.length))
  return [...text].length
}

const isMissing = (value: unknown): boolean => value === undefined || value === null

const missing = (filter: string): TextFault => new TextFault('missing_value', `${filter} has no value to work on`)

function textOf(value: unknown, filter: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (isMissing(value)) throw missing(filter)
  throw new TextFault('wrong_type', `${filter} works on texts only`)
}

function numberOf(value: unknown): number {
  const number = typeof value === 'string' ? spelledNumber(value.trim()) : value
  if (isMissing(value)) throw new TextFault('missing_value', 'There is no number to calculate with')
  if (typeof number !== 'number') throw new TextFault('wrong_type', 'This is no number to calculate with')
  return number
}

function wholeOf(value: unknown): number {
  const number = numberOf(value)
  if (!Number.isSafeInteger(number) || number < 0) throw new TextFault('wrong_type', 'A whole number is needed here')
  return number
}

const fractionDigits = (value: unknown): number => Math.min(wholeOf(value), 12)

function finite(number: number): number {
  if (!Number.isFinite(number)) throw new TextFault('invalid', 'The number is too large')
  return number
}

/** 0.1 + 0.2 is 0.3 to a client. */
const exact = (number: number): number => Number(number.toPrecision(15))

function divided(number: number, by: number): number {
  if (by === 0) throw new TextFault('invalid', 'Nothing can be divided by zero')
  return finite(exact(number / by))
}

/** Halves away from zero, as people round. */
function rounded(number: number, digits: number): number {
  const factor = 10 ** digits
  const scaled = exact(Math.abs(number) * factor)
  const result = (Math.sign(number) * Math.round(scaled)) / factor
  return Number.isFinite(result) ? result + 0 : number
}

/** What is no phone number with its country code stays as it is. */
function internationalPhone(text: string): string {
  const phone = digitsOf(text.slice(0, 40))
  return (phone.ok && parsePhoneNumberFromString(`+${phone.digits}`)?.formatInternational()) || text
}

function capitalized(text: string, locale: string): string {
  const [first = ''] = text
  return first.toLocaleUpperCase(locale) + text.slice(first.length)
}

/** At most so many characters, what shows the cut included. */
function truncated(text: string, length: number, ellipsis: unknown): string {
  const characters = [...text]
  if (characters.length <= length) return text
  const mark = [...textOf(ellipsis, 'truncate')]
  return [...characters.slice(0, Math.max(length - mark.length, 0)), ...mark].slice(0, length).join('')
}

function replaced(text: string, from: string, to: string): string {
  if (from === '') throw new TextFault('invalid', 'replace needs the text that is to be replaced')
  let count = 0
  for (let at = text.indexOf(from); at !== -1; at = text.indexOf(from, at + from.length)) count++
  // Measured before it is built.
  boundedLength(text.length + count * (to.length - from.length))
  return text.split(from).join(to)
}

function joined(list: readonly unknown[], separator: string): string {
  const texts = list.map((value) => textOf(value, 'join'))
  boundedLength(texts.reduce((sum, text) => sum + text.length + separator.length, 0))
  return texts.join(separator)
}

function boundedLength(length: number): void {
  if (length > MAX_RENDERED) throw new TextFault('too_large', 'A text in between becomes too long')
}

function boundedList<Element>(list: readonly Element[]): readonly Element[] {
  if (list.length > MAX_ELEMENTS) throw new TextFault('too_large', `A list has more than ${MAX_ELEMENTS} elements`)
  return list
}
