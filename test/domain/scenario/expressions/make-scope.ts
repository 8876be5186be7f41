import { createScope, type Root, type Scope } from '../../../../src/domain/scenario/expressions/scope.ts'

/** A scope for a test; what is no JSON fails the test. */
export function makeScope(values: Partial<Record<Root, unknown>> = {}): Scope {
  const made = createScope(values)
  if (!made.ok) throw new Error(`${made.path}: ${made.message}`)
  return made.scope
}
