import { canonicalJson } from './scenario/document/canonical.ts'
import { isPlainJson, type Json } from './scenario/expressions/scope.ts'

/** One field that has another value than before, as scenarios hear of it (`field.changed`). */
export interface FieldChange {
  /** `task.title`, `task.fields.<name>`, `contact.name` or `contact.fields.<name>` */
  field: string
  /** null: there was none, or it is too large to be told */
  from: Json
  /** null: it was taken away, or it is too large to be told */
  to: Json
}

/** A value whose JSON is longer, or nested deeper, is told as null: conditions could not read it beside the rest. */
const LONGEST_VALUE = 16_384
const DEEPEST_VALUE = 24

/**
 * What is different between two sets of fields, by their names.
 * @param prefix what stands before a field's name, such as `task.fields`
 */
export function fieldChanges(
  prefix: string,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): FieldChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  const valueIn = (fields: Readonly<Record<string, unknown>>, name: string): unknown =>
    Object.hasOwn(fields, name) ? (fields[name] ?? null) : null
  return names.flatMap((name) => valueChange(`${prefix}.${name}`, valueIn(before, name), valueIn(after, name)))
}

/** Empty where both are the same JSON, whatever the order of its keys. */
export function valueChange(field: string, from: unknown, to: unknown): FieldChange[] {
  if (from === to || canonicalJson(from) === canonicalJson(to)) return []
  return [{ field, from: told(from), to: told(to) }]
}

/** Which tags came and which went, each once. */
export function tagChanges(
  before: readonly string[],
  after: readonly string[],
): { added: string[]; removed: string[] } {
  const without = (some: readonly string[], others: readonly string[]) =>
    [...new Set(some)].filter((tag) => !others.includes(tag))
  return { added: without(after, before), removed: without(before, after) }
}

const told = (value: unknown): Json =>
  isPlainJson(value) && depthOf(value) <= DEEPEST_VALUE && JSON.stringify(value).length <= LONGEST_VALUE ? value : null

const depthOf = (value: Json): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0
