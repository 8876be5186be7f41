// liquidjs is used purely here (no files, no clock, no random; text-engine.ts): src/domain may use it.
import { LiquidError, type Template, toValueSync } from 'liquidjs'
import type { Words } from '../../words.ts'
import { type Budget, createBudget } from './budget.ts'
import { createCache } from './cache.ts'
import { EXPRESSION_WORDS as say } from './expression-words.ts'
import { liquidLibraryWords } from './library-words.ts'
import type { Scope } from './scope.ts'
import { storableText } from './storable-text.ts'
import { createRendering, engine, missingVariable } from './text-engine.ts'
import { isRegion } from './text-formats.ts'
import { TextFault, type TextFaultCode } from './text-limits.ts'
import { readVariables, TextProblem } from './text-variables.ts'

/**
 * The texts of scenarios: LiquidJS with a fixed list of tags (text-engine.ts) and filters (text-filters.ts). A value
 * that is missing is an error, never a gap in a message to a client, unless `default` is its first filter.
 */
export interface TextTemplate {
  readonly source: string
  /** every field that is read */
  readonly fields: readonly string[]
  /** what the engine renders */
  readonly templates: readonly Template[]
}

export type CompiledText =
  /** `variables`: the fields that have to be there: not tested by a condition, not given a default */
  | { ok: true; template: TextTemplate; variables: string[] }
  /** line and column count from 1 */
  | { ok: false; message: string; words: Words; line: number; column: number }

export interface TextOptions {
  /** IANA name such as `Europe/Madrid`, for dates */
  timeZone: string
  /** BCP 47 such as `es` or `pt-BR`, for dates, numbers and money */
  locale: string
  /** ISO 8601: what `event.now` is where the event itself does not say */
  now: string
  budget?: Budget
}

export interface TextError {
  code: TextFaultCode
  /** the field that is missing */
  variable?: string
  message: string
  line?: number
  column?: number
}

export type RenderedText = { ok: true; text: string } | { ok: false; error: TextError }

export const MAX_TEXT_SOURCE = 8_192

const cache = createCache<CompiledText>(500)

/** Compiles a text: its syntax, tags, filters and the names in it. Answers from a cache. */
export function compileText(source: string): CompiledText {
  if (source.length > MAX_TEXT_SOURCE) {
    return refused(say.textTooLong(MAX_TEXT_SOURCE))
  }
  return cache(source, () => compile(source))
}

function compile(source: string): CompiledText {
  try {
    const templates = engine.parse(source)
    const { fields, required } = readVariables(templates)
    return { ok: true, template: { source, fields, templates }, variables: required }
  } catch (error) {
    if (error instanceof TextProblem) return refused(error.words, placeOf(error))
    if (LiquidError.is(error)) return refused(liquidLibraryWords(plainMessage(error)), placeOf(error))
    if (error instanceof RangeError) return refused(say.nestedTooDeeply())
    throw error
  }
}

const refused = (words: Words, place = { line: 1, column: 1 }): CompiledText => ({
  ok: false,
  message: words.en,
  words,
  ...place,
})

/** Renders a text. Total, and bounded by its budget, 1,000 rounds of loops and 64 KB. */
export function renderText({ templates }: TextTemplate, scope: Scope, options: TextOptions): RenderedText {
  if (!isRegion(options)) {
    const message = `“${options.locale}” or “${options.timeZone}” is unknown`
    return { ok: false, error: { code: 'invalid', message } }
  }
  const { context, emitter } = createRendering(scope, { budget: createBudget(), ...options })
  try {
    toValueSync(engine.renderer.renderTemplates([...templates], context, emitter))
    return { ok: true, text: storableText(emitter.buffer) }
  } catch (error) {
    const fault = faultOf(error)
    if (fault === null) throw error
    return { ok: false, error: fault }
  }
}

function faultOf(error: unknown): TextError | null {
  const place = LiquidError.is(error) ? placeOf(error) : {}
  for (let cause = error; cause instanceof Error; cause = (cause as { originalError?: unknown }).originalError) {
    if (cause instanceof TextFault) return { code: cause.code, message: cause.message, ...place }
    const variable = missingVariable(cause)
    if (variable !== null) return { code: 'missing_value', variable, message: `“${variable}” is missing`, ...place }
    if (cause instanceof RangeError) return { code: 'too_much_work', message: 'Nested too deeply', ...place }
  }
  // What the engine itself refuses: a range of numbers that is too long, above all.
  return LiquidError.is(error) ? { code: 'invalid', message: plainMessage(error), ...place } : null
}

const placeOf = (error: { token: { getPosition(): number[] } }): { line: number; column: number } => {
  const [line = 1, column = 1] = error.token.getPosition()
  return { line, column }
}

/** Without the source and the place, which come separately. */
function plainMessage(error: Error): string {
  const { originalError } = error as { originalError?: unknown }
  const { message } = originalError instanceof Error ? originalError : error
  return message.replace(/, (file:|line:).*$/s, '').slice(0, 300)
}
