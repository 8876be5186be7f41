import { z } from 'zod'
import { compileCel } from './cel.ts'
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

const text = z.string().min(1, 'Write a text here').max(MAX_TEXT)
const number = z.number('Write a number here')
const scalar = z.union([z.string().max(MAX_TEXT), number, z.boolean()], {
  error: 'Write a text, a number, true or false here; for a value that is missing, write “exists: false”',
})
const comparable = z
  .union([number, z.string()], { error: 'Write a number, or a date such as 2026-05-01, here' })
  .refine((value) => typeof value === 'number' || spelledNumber(value) !== null || isoTime(value) !== null, {
    error: 'Only numbers, and dates and times such as 2026-05-01 or 2026-05-01T09:30:00Z, have an order',
  })

const checked = (check: (value: string) => { ok: true } | { ok: false; message: string }) =>
  z.string().superRefine((value, context) => {
    const result = check(value)
    if (!result.ok) context.addIssue({ code: 'custom', message: result.message })
  })

const operands = {
  is: scalar,
  isNot: scalar,
  in: z.array(scalar).min(1, 'Name at least one value').max(MAX_LIST, `Name at most ${MAX_LIST} values`),
  contains: scalar.refine((value) => value !== '', 'Write a text here'),
  startsWith: text,
  matches: checked(compilePattern),
  gt: comparable,
  gte: comparable,
  lt: comparable,
  lte: comparable,
  exists: z.boolean('Write true or false here'),
  between: z.tuple([comparable, comparable], 'Name the lowest and the highest value'),
} satisfies { [Operator in RowOperator]: z.ZodType<Operands[Operator]> }

const GROUPS = ['all', 'any', 'none'] as const
const parts = () =>
  z
    .array(z.lazy(() => node))
    .min(1, 'Name at least one condition')
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
    const message = shapeProblem(Object.entries(value).flatMap(([name, given]) => (given === undefined ? [] : [name])))
    if (message) context.addIssue({ code: 'custom', message })
  }) as unknown as z.ZodType<Condition>

/**
 * A condition of a document. Problems come with their place and in words for its author; fields, patterns and CEL are
 * checked too, so that what passes can be evaluated.
 */
export const conditionSchema: z.ZodType<Condition> = z.preprocess((value, context) => {
  const message = sizeProblem(value)
  if (message === null) return value
  context.addIssue({ code: 'custom', message, input: value })
  return z.NEVER
}, node)

/** Exactly one of all, any, none, cel, or a field with exactly one operator. */
function shapeProblem(names: readonly string[]): string | null {
  const kinds = names.filter(
    (name) => (GROUPS as readonly string[]).includes(name) || name === 'cel' || name === 'field',
  )
  const operators = names.filter((name) => (ROW_OPERATORS as readonly string[]).includes(name))
  if (kinds.length > 1) return `A condition is one of them, not ${kinds.join(' and ')} at once`
  const [kind] = kinds
  if (kind === undefined) {
    return operators.length > 0
      ? 'The field is missing'
      : 'A condition is all, any, none, cel, or a field with an operator'
  }
  if (kind !== 'field') return operators.length > 0 ? `${operators[0]} needs a field` : null
  if (operators.length === 1) return null
  return operators.length === 0
    ? `The field needs an operator: ${ROW_OPERATORS.join(', ')}`
    : `A row has one operator, not ${operators.join(' and ')}`
}

function celProblem(source: string): { ok: true } | { ok: false; message: string } {
  const compiled = compileCel(source)
  if (compiled.ok) return compiled
  return { ok: false, message: `${compiled.message} (line ${compiled.line}, column ${compiled.column})` }
}

/** Looked at before anything descends into the value: whatever was sent, this ends. */
function sizeProblem(root: unknown): string | null {
  const open: { value: unknown; depth: number }[] = [{ value: root, depth: 1 }]
  let nodes = 0
  let values = 0
  let characters = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next
    if (typeof value !== 'object' || value === null) continue
    if (++nodes > MAX_CONDITION_NODES) return `A condition has at most ${MAX_CONDITION_NODES} parts`
    if (depth > MAX_CONDITION_DEPTH) return `Conditions are nested at most ${MAX_CONDITION_DEPTH} levels deep`
    const part = value as Record<string, unknown>
    if (Array.isArray(part.in)) values += part.in.length
    for (const source of [part.matches, part.cel]) if (typeof source === 'string') characters += source.length
    if (values > MAX_CONDITION_VALUES) return `The lists of a condition have at most ${MAX_CONDITION_VALUES} values`
    if (characters > MAX_CONDITION_SOURCE) {
      return `Patterns and CEL of a condition have at most ${MAX_CONDITION_SOURCE} characters`
    }
    for (const name of GROUPS) {
      const inner = part[name]
      if (!Array.isArray(inner)) continue
      if (inner.length > MAX_CONDITION_NODES) return `A condition has at most ${MAX_CONDITION_NODES} parts`
      for (const one of inner) open.push({ value: one, depth: depth + 1 })
    }
  }
  return null
}
