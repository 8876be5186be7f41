import { type Budget, createBudget, unitsForSource } from './budget.ts'
import { compileCel, evaluateCel } from './cel.ts'
import type { Condition, Row } from './condition-schema.ts'
import { parseField, readField } from './fields.ts'
import { compare, type Operands, type OperatorError, ROW_OPERATORS, type RowOperator } from './operators.ts'
import type { Json, Scope } from './scope.ts'
import { storableText } from './storable-text.ts'

export { type Condition, conditionSchema, type Row } from './condition-schema.ts'

export interface ConditionOptions {
  /** shared by everything that is decided at one moment; a fresh one where it is absent */
  budget?: Budget
}

/** Why a part could not be decided: said by whoever shows it. */
export type ConditionErrorCode = OperatorError | 'undecided' | 'invalid' | 'cel'

/**
 * The condition again, each part with how it came out: `ok` is green, not `ok` is red. Every part is evaluated, also
 * those that no longer matter, so that a person sees all of it.
 */
export interface ConditionResult {
  ok: boolean
  /** where in the condition: `all.0.any.1`; empty for the whole */
  path: string
  operator: 'all' | 'any' | 'none' | 'cel' | RowOperator
  /** of `all`, `any` and `none` */
  conditions?: ConditionResult[]
  /** of a row */
  field?: string
  /** of a row: what is written behind the operator; of a CEL leaf: the expression */
  expected?: Json
  /** of a row: what the field held, absent where it is missing; long texts and lists are shortened */
  actual?: Json
  /** of a CEL leaf: what its fields held */
  values?: { [field: string]: Json }
  /** It could not be decided, and therefore is not ok. */
  error?: { code: ConditionErrorCode; message: string }
}

/**
 * Decides a condition. Total: never throws, and costs no more than its budget.
 *
 * A missing field fails every row but `isNot` and `exists: false` (see `compare`). A part that could not be decided
 * (a wrong type, too much work, an error in CEL) is not ok, and neither is what hangs on it: `all` and `any` fail unless
 * another part decides them, and `none` is never ok because of it. So an error starts nothing.
 */
export function evaluateCondition(
  condition: Condition,
  scope: Scope,
  { budget = createBudget() }: ConditionOptions = {},
): ConditionResult {
  return evaluate(condition, '', scope, budget)
}

function evaluate(condition: Condition, path: string, scope: Scope, budget: Budget): ConditionResult {
  const at = (name: string) => (path === '' ? name : `${path}.${name}`)
  if ('all' in condition) return group('all', condition.all)
  if ('any' in condition) return group('any', condition.any)
  if ('none' in condition) return group('none', condition.none)
  if ('cel' in condition) return celLeaf(condition.cel, path, scope, budget)
  return row(condition, path, scope, budget)

  function group(operator: 'all' | 'any' | 'none', parts: readonly Condition[]): ConditionResult {
    const conditions = parts.map((part, place) => evaluate(part, at(`${operator}.${place}`), scope, budget))
    return { path, operator, conditions, ...decide(operator, conditions) }
  }
}

/** A group with parts that could not be decided: it is decided where the others are enough. */
function decide(
  operator: 'all' | 'any' | 'none',
  parts: readonly ConditionResult[],
): Pick<ConditionResult, 'ok' | 'error'> {
  const decided = parts.filter(({ error }) => error === undefined)
  const settled = operator === 'all' ? decided.some(({ ok }) => !ok) : decided.some(({ ok }) => ok)
  if (settled) return { ok: operator === 'any' }
  if (decided.length === parts.length) return { ok: operator !== 'any' }
  const count = parts.length - decided.length
  const message = count === 1 ? 'One part could not be decided' : `${count} parts could not be decided`
  return { ok: false, error: { code: 'undecided', message } }
}

function row(condition: Row, path: string, scope: Scope, budget: Budget): ConditionResult {
  const { field } = condition
  const operator = ROW_OPERATORS.find((name) => name in condition)
  const parsed = parseField(field)
  if (operator === undefined || !parsed.ok) {
    const message = parsed.ok ? 'The row has no operator' : parsed.message
    return { ok: false, path, operator: operator ?? 'is', field, error: { code: 'invalid', message } }
  }
  const expected = (condition as Partial<Operands>)[operator] as Operands[typeof operator]
  const actual = readField(scope, parsed.segments)
  const compared = compare(operator, actual, expected, budget)
  return {
    ok: compared === true,
    path,
    operator,
    field,
    expected,
    ...(actual !== undefined && { actual: shown(actual) }),
    ...(typeof compared === 'string' && { error: { code: compared, message: MESSAGES[compared] } }),
  }
}

const MESSAGES: Record<OperatorError, string> = {
  wrong_type: 'The field holds something that this cannot be compared with',
  too_large: 'The list is too long to look through',
  too_much_work: 'The comparison would take too long',
}

function celLeaf(source: string, path: string, scope: Scope, budget: Budget): ConditionResult {
  const failed = (code: 'cel' | 'too_much_work', message: string): ConditionResult => {
    return { ok: false, path, operator: 'cel', expected: source, error: { code, message } }
  }
  if (!budget.spend(unitsForSource(source))) return failed('too_much_work', MESSAGES.too_much_work)
  const compiled = compileCel(source)
  if (!compiled.ok) return failed('cel', compiled.message)
  const { expression } = compiled
  const values: { [field: string]: Json } = {}
  for (const segments of expression.fields) {
    const value = readField(scope, segments)
    if (value !== undefined) values[segments.join('.')] = shown(value)
  }
  const result = evaluateCel(expression, scope, { budget })
  const leaf = { path, operator: 'cel', expected: source, values } as const
  if (!result.ok) return { ok: false, ...leaf, error: { code: 'cel', message: result.error.message } }
  if (typeof result.value === 'boolean') return { ok: result.value, ...leaf }
  return { ok: false, ...leaf, error: { code: 'cel', message: 'The expression is neither true nor false' } }
}

/** Longest text, and most elements, that a result keeps of a value. */
const MAX_SHOWN_TEXT = 500
const MAX_SHOWN_ELEMENTS = 20

/** A value for the record: long texts cut, lists of their first elements, objects by their names only. */
function shown(value: Json): Json {
  if (typeof value === 'string') return value.length <= MAX_SHOWN_TEXT ? value : `${cut(value)}…`
  if (Array.isArray(value)) {
    const first = value.slice(0, MAX_SHOWN_ELEMENTS).map((one) => (isSimple(one) ? shown(one) : '…'))
    return value.length > MAX_SHOWN_ELEMENTS ? [...first, '…'] : first
  }
  if (isSimple(value)) return value
  const names = Object.keys(value as object).slice(0, MAX_SHOWN_ELEMENTS)
  return cut(`{${names.join(', ')}}`)
}

const cut = (text: string): string => storableText(text.slice(0, MAX_SHOWN_TEXT))

const isSimple = (value: Json): boolean => value === null || typeof value !== 'object'
