import { hasType } from '../document/scenario-document.ts'
import type { ValueType } from '../document/steps/outside.ts'
import { isCel } from '../document/values.ts'
import { compileCel, evaluateCel } from '../expressions/cel.ts'
import { spelledNumber } from '../expressions/operators.ts'
import type { Json } from '../expressions/scope.ts'
import { compileText, renderText } from '../expressions/text.ts'
import { plain, StepFault, type Turn } from './turn.ts'

/** A text with its `{{ … }}` filled in. @throws StepFault where a value is missing, or the text does not compile */
export function fillText(turn: Turn, source: string): string {
  if (!/\{[{%]/.test(source)) return source
  const compiled = compileText(source)
  if (!compiled.ok) throw new StepFault('invalid_text', compiled.message)
  const { timeZone, locale } = turn.surroundings
  const now = new Date(turn.now).toISOString()
  const rendered = renderText(compiled.template, turn.scope(), { timeZone, locale, now, budget: turn.budget })
  turn.checkBudget()
  if (rendered.ok) return rendered.text
  throw new StepFault(rendered.error.code, rendered.error.message)
}

/** The same value with all its texts filled in, at any depth. */
export function fill<T>(turn: Turn, value: T): T {
  return map(value, (one) => (typeof one === 'string' ? fillText(turn, one) : undefined)) as T
}

/** A `Value` of a document: texts filled in, `{ cel }` computed, at any depth. */
export function compute(turn: Turn, value: unknown): Json {
  const computed = map(value, (one) => {
    if (typeof one === 'string') return fillText(turn, one)
    return isCel(one) ? computeCel(turn, one.cel) : undefined
  })
  return plain(computed)
}

function computeCel(turn: Turn, source: string): Json {
  const compiled = compileCel(source)
  if (!compiled.ok) throw new StepFault('invalid_cel', compiled.message)
  const result = evaluateCel(compiled.expression, turn.scope(), { budget: turn.budget })
  turn.checkBudget()
  if (result.ok) return result.value
  throw new StepFault(result.error.code, result.error.message)
}

/** @param replaced what stands in place of a value; undefined: the value, looked through */
function map(value: unknown, replaced: (value: unknown) => unknown): unknown {
  const other = replaced(value)
  if (other !== undefined) return other
  if (Array.isArray(value)) return value.map((one) => map(one, replaced))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, map(one, replaced)]))
}

/**
 * A value as a variable of a type holds it: a text that spells a number, true or false becomes one, a number becomes
 * the text that a person would write.
 * @returns undefined where it does not fit
 */
export function fitType(value: Json, type: ValueType): Json | undefined {
  if (hasType(value, type)) return value
  if (typeof value === 'string') {
    const text = value.trim()
    if (type === 'number') return spelledNumber(text) ?? undefined
    if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined
    return type === 'date' && hasType(text, 'date') ? text : undefined
  }
  return type === 'string' && (typeof value === 'number' || typeof value === 'boolean') ? String(value) : undefined
}
