// @marcbachmann/cel-js is a pure library (no I/O, no clock, no random): src/domain may use it.
import { type ASTNode, TypeError as CelTypeError, Environment, EvaluationError, ParseError } from '@marcbachmann/cel-js'
import type { Words } from '../../words.ts'
import { type Budget, createBudget } from './budget.ts'
import { createCache } from './cache.ts'
import { CelProblem, checkCel } from './cel-check.ts'
import { CelFault, type CelFaultCode, run } from './cel-run.ts'
import { fromCel } from './cel-values.ts'
import { EXPRESSION_WORDS as say } from './expression-words.ts'
import { celLibraryWords } from './library-words.ts'
import { type Json, ROOTS, type Scope } from './scope.ts'

/**
 * CEL (Common Expression Language) for what rows of a condition cannot say. The library parses and checks the types;
 * running is ours (cel-run.ts), because the library's own run has no limit on its work, matches with JavaScript's
 * regular expressions, and splits numbers into integers and doubles that do not add up.
 *
 * What differs from the CEL specification:
 * - one kind of number: `7 / 2` is 3.5, `task.fields.amount + 1` works whatever the amount; integers beyond 2^53 and
 *   `1u` are refused;
 * - `matches` is RE2;
 * - `has(a.b.c)` is false wherever the path ends, also at null;
 * - comprehensions (all, exists, exists_one, map, filter) nest at most twice, lists have at most 1,000 elements;
 * - of the functions those in cel-functions.ts; no `cel.bind`, no bytes, nothing that knows the current time.
 */
export interface CelExpression {
  readonly source: string
  /** every field that is read, each as its names */
  readonly fields: readonly (readonly string[])[]
  /** what `run` evaluates */
  readonly root: ASTNode
}

export type CompiledCel =
  | { ok: true; expression: CelExpression }
  /** line and column count from 1 */
  | { ok: false; message: string; words: Words; line: number; column: number }

export interface CelError {
  code: CelFaultCode
  message: string
}

export type CelResult = { ok: true; value: Json } | { ok: false; error: CelError }

export const MAX_CEL_SOURCE = 10_000
export const MAX_CEL_NODES = 1_000
const MAX_CEL_DEPTH = 40

const cache = createCache<CompiledCel>(3_000)

/** Compiles an expression: its syntax, names, functions, literal patterns and types. Answers from a cache. */
export function compileCel(source: string): CompiledCel {
  if (source.length > MAX_CEL_SOURCE) {
    return refused(say.celTooLong(MAX_CEL_SOURCE), { line: 1, column: 1 })
  }
  return cache(source, () => compile(source))
}

/** Runs an expression. Total, and bounded by its budget. Times come out as ISO texts, durations as `"90s"`. */
export function evaluateCel(
  { root }: CelExpression,
  scope: Scope,
  { budget = createBudget() }: { budget?: Budget } = {},
): CelResult {
  try {
    return { ok: true, value: fromCel(run(root, scope, budget), budget) }
  } catch (error) {
    if (error instanceof CelFault) return { ok: false, error: { code: error.code, message: error.message } }
    if (error instanceof RangeError)
      return { ok: false, error: { code: 'too_much_work', message: 'Nested too deeply' } }
    throw error
  }
}

const environment = new Environment({
  unlistedVariablesAreDyn: false,
  homogeneousAggregateLiterals: false,
  limits: {
    maxAstNodes: MAX_CEL_NODES,
    maxDepth: MAX_CEL_DEPTH,
    maxListElements: 1_000,
    maxMapEntries: 100,
    maxCallArguments: 8,
  },
})
for (const root of ROOTS) environment.registerVariable(root, 'dyn')
// For the check of types only (these never run): one kind of number, and times as numbers and texts.
environment.registerOperator('int == double', () => false)
environment.registerFunction('int(google.protobuf.Timestamp): int', () => 0n)
environment.registerFunction('string(google.protobuf.Timestamp): string', () => '')
environment.registerFunction('string(google.protobuf.Duration): string', () => '')
for (const operator of ['+', '-', '*', '/', '%']) {
  for (const [left, right] of [
    ['int', 'double'],
    ['double', 'int'],
    ...(operator === '%' ? [['double', 'double']] : []),
  ]) {
    environment.registerOperator(`${left} ${operator} ${right}: double`, () => 0)
  }
}

function compile(source: string): CompiledCel {
  try {
    const parsed = environment.parse(source)
    const fields = checkCel(parsed.ast)
    const types = parsed.check()
    if (!types.valid) return refusal(source, types.error)
    return { ok: true, expression: { source, fields, root: parsed.ast } }
  } catch (error) {
    return refusal(source, error)
  }
}

function refusal(source: string, error: unknown): CompiledCel {
  if (error instanceof CelProblem) return refused(error.words, placeOf(source, error.position))
  if (error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError) {
    return refused(celLibraryWords(error.code, error.summary), placeOf(source, error.range?.start ?? 0))
  }
  if (error instanceof RangeError) return refused(say.nestedTooDeeply(), { line: 1, column: 1 })
  throw error
}

const refused = (words: Words, place: { line: number; column: number }): CompiledCel => ({
  ok: false,
  message: words.en,
  words,
  ...place,
})

function placeOf(source: string, position: number): { line: number; column: number } {
  const before = source.slice(0, position).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}
