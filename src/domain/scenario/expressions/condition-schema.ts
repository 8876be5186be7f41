import { z } from 'zod'
import type { Words } from '../../words.ts'
import { spoken } from '../spoken.ts'
import { compileCel } from './cel.ts'
import { EXPRESSION_WORDS as say } from './expression-words.ts'
import { parseField } from './fields.ts'
import { isoTime, MAX_LIST, type Operands, ROW_OPERATORS, type RowOperator, spelledNumber } from './operators.ts'
import { compilePattern } from './patterns.ts'

/** One comparison: a field and exactly one operator. */
export type Row = {
  [Operator in RowOperator]: { field: string } & { [Name in Operator]: Operands[Operator] }
}[RowOperator]

/** A tree of rows, as the editor draws it; a `cel` leaf is for experts. */
export type Condition = { all: Condition[] } | { any: Condition[] } | { none: Condition[] } | Row | { cel: string }

/** Levels and parts of the largest condition. */
export const MAX_CONDITION_DEPTH = 20
export const MAX_CONDITION_NODES = 1_000
/** Values in all lists of a condition, and characters of all its patterns and CEL. */
export const MAX_CONDITION_VALUES = 10_000
export const MAX_CONDITION_SOURCE = 20_000

const MAX_TEXT = 1_000

const text = z.string().min(1, spoken(say.writeText())).max(MAX_TEXT)
const number = z.number(spoken(say.writeNumber()))
const scalar = z.union([z.string().max(MAX_TEXT), number, z.boolean()], {
  error: spoken(say.writeScalar()),
})
const comparable = z
  .union([number, z.string()], { error: spoken(say.writeComparable()) })
  .refine((value) => typeof value === 'number' || spelledNumber(value) !== null || isoTime(value) !== null, {
    error: spoken(say.noOrder()),
  })

const checked = (check: (value: string) => { ok: true } | { ok: false; words: Words }) =>
  z.string().superRefine((value, context) => {
    const result = check(value)
    if (!result.ok) context.addIssue({ code: 'custom', message: result.words.en, params: { words: result.words } })
  })

const operands = {
  is: scalar,
  isNot: scalar,
  in: z
    .array(scalar)
    .min(1, spoken(say.leastValues()))
    .max(MAX_LIST, spoken(say.mostValues(MAX_LIST))),
  contains: scalar.refine((value) => value !== '', spoken(say.writeText())),
  startsWith: text,
  matches: checked(compilePattern),
  gt: comparable,
  gte: comparable,
  lt: comparable,
  lte: comparable,
  exists: z.boolean(spoken(say.writeBoolean())),
  between: z.tuple([comparable, comparable], spoken(say.lowestAndHighest())),
} satisfies { [Operator in RowOperator]: z.ZodType<Operands[Operator]> }

const GROUPS = ['all', 'any', 'none'] as const
const parts = () =>
  z
    .array(z.lazy(() => node))
    .min(1, spoken(say.leastConditions()))
    .max(MAX_CONDITION_NODES)
    .optional()

const node: z.ZodType<Condition> = z
  .strictObject({
    all: parts(),
    any: parts(),
    none: parts(),
    cel: checked((source) => celProblem(source)).optional(),
    field: checked(parseField).optional(),
    ...(z.strictObject(operands).partial().shape as { [Operator in RowOperator]: z.ZodOptional<z.ZodType> }),
  })
  .superRefine((value, context) => {
    const words = shapeProblem(Object.entries(value).flatMap(([name, given]) => (given === undefined ? [] : [name])))
    if (words) context.addIssue({ code: 'custom', message: words.en, params: { words } })
  }) as unknown as z.ZodType<Condition>

/**
 * A condition of a document. Problems come with their place and in words for its author; fields, patterns and CEL are
 * checked too, so that what passes can be evaluated.
 */
export const conditionSchema: z.ZodType<Condition> = z.preprocess((value, context) => {
  const words = sizeProblem(value)
  if (words === null) return value
  context.addIssue({ code: 'custom', message: words.en, params: { words }, input: value })
  return z.NEVER
}, node)

/** Exactly one of all, any, none, cel, or a field with exactly one operator. */
function shapeProblem(names: readonly string[]): Words | null {
  const kinds = names.filter(
    (name) => (GROUPS as readonly string[]).includes(name) || name === 'cel' || name === 'field',
  )
  const operators = names.filter((name) => (ROW_OPERATORS as readonly string[]).includes(name))
  if (kinds.length > 1) return say.oneKind(kinds)
  const [kind] = kinds
  if (kind === undefined) {
    return operators.length > 0 ? say.noField() : say.kindOfCondition()
  }
  if (kind !== 'field') return operators[0] === undefined ? null : say.needsField(operators[0])
  if (operators.length === 1) return null
  return operators.length === 0 ? say.needsOperator(ROW_OPERATORS) : say.oneOperator(operators)
}

function celProblem(source: string): { ok: true } | { ok: false; words: Words } {
  const compiled = compileCel(source)
  if (compiled.ok) return compiled
  return { ok: false, words: say.atPlace(compiled.words, compiled) }
}

/** Looked at before anything descends into the value: whatever was sent, this ends. */
function sizeProblem(root: unknown): Words | null {
  const open: { value: unknown; depth: number }[] = [{ value: root, depth: 1 }]
  let nodes = 0
  let values = 0
  let characters = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next
    if (typeof value !== 'object' || value === null) continue
    if (++nodes > MAX_CONDITION_NODES) return say.conditionParts(MAX_CONDITION_NODES)
    if (depth > MAX_CONDITION_DEPTH) return say.conditionLevels(MAX_CONDITION_DEPTH)
    const part = value as Record<string, unknown>
    if (Array.isArray(part.in)) values += part.in.length
    for (const source of [part.matches, part.cel]) if (typeof source === 'string') characters += source.length
    if (values > MAX_CONDITION_VALUES) return say.conditionValues(MAX_CONDITION_VALUES)
    if (characters > MAX_CONDITION_SOURCE) {
      return say.conditionSource(MAX_CONDITION_SOURCE)
    }
    for (const name of GROUPS) {
      const inner = part[name]
      if (!Array.isArray(inner)) continue
      if (inner.length > MAX_CONDITION_NODES) return say.conditionParts(MAX_CONDITION_NODES)
      for (const one of inner) open.push({ value: one, depth: depth + 1 })
    }
  }
  return null
}
