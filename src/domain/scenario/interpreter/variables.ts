import type { ScenarioDocument } from '../document/scenario-document.ts'
import { createScope, type Json } from '../expressions/scope.ts'
import { fitType } from './fill.ts'
import { MOST_VARIABLES } from './limits.ts'
import type { Run } from './run.ts'
import { LimitHit, StepFault, type Turn } from './turn.ts'

/** Characters of variables that are copied for one unit of the budget of expressions. */
const CHARACTERS_PER_UNIT = 8

/** What the variables of a scenario hold at the start. */
export const defaultVariables = ({ vars }: ScenarioDocument): Record<string, Json> =>
  Object.fromEntries(
    Object.entries(vars).flatMap(([name, { default: value }]) => (value === undefined ? [] : [[name, value as Json]])),
  )

/**
 * Gives variables their values, all at once; null takes a value away.
 * @throws StepFault where one is not declared or has another type; LimitHit where they become too large
 */
export function setVariables(turn: Turn, values: { readonly [name: string]: Json }): void {
  const { document, run } = turn
  const vars: Run['vars'] = { ...run.vars }
  for (const [name, value] of Object.entries(values)) {
    const variable = Object.hasOwn(document.vars, name) ? document.vars[name] : undefined
    if (!variable) throw new StepFault('unknown_variable', `There is no variable “${name}”`)
    if (value === null) {
      delete vars[name]
      continue
    }
    const fitting = fitType(value, variable.type)
    if (fitting === undefined) throw new StepFault('wrong_type', `“${name}” is declared as ${variable.type}`)
    vars[name] = fitting
  }
  const size = JSON.stringify(vars).length
  if (size > MOST_VARIABLES || !createScope({ vars }).ok) throw new LimitHit('limit_variables')
  // All of them are copied for the expressions that come next.
  turn.budget.spend(Math.ceil(size / CHARACTERS_PER_UNIT))
  turn.checkBudget()
  run.vars = vars
  turn.seesAnew()
}
