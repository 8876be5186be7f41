import { compileCel } from './cel.ts'
import type { Condition } from './condition-schema.ts'
import { compileText } from './text.ts'

/** What may read fields: a condition, a CEL expression, a text. */
export type Expression = { condition: Condition } | { cel: string } | { text: string }

/**
 * Every field that an expression reads, each once, sorted: `contact.firstName`, `task.fields.amount`. For the checks
 * before publishing. Where a name is computed the path ends before it: `vars.addresses[inputs.branch]` reads
 * `vars.addresses` and `inputs.branch`. What does not compile reads nothing: its own check says what is wrong.
 */
export function referencesOf(expression: Expression): string[] {
  return [...new Set(fieldsOf(expression))].sort()
}

function fieldsOf(expression: Expression): readonly string[] {
  if ('condition' in expression) return fieldsOfCondition(expression.condition)
  if ('cel' in expression) return fieldsOfCel(expression.cel)
  const compiled = compileText(expression.text)
  return compiled.ok ? compiled.template.fields : []
}

function fieldsOfCondition(condition: Condition): string[] {
  if ('all' in condition) return condition.all.flatMap(fieldsOfCondition)
  if ('any' in condition) return condition.any.flatMap(fieldsOfCondition)
  if ('none' in condition) return condition.none.flatMap(fieldsOfCondition)
  return 'cel' in condition ? fieldsOfCel(condition.cel) : [condition.field]
}

function fieldsOfCel(source: string): string[] {
  const compiled = compileCel(source)
  return compiled.ok ? compiled.expression.fields.map((names) => names.join('.')) : []
}
