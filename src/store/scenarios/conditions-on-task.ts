import type { TaskId } from '../../domain/ids.ts'
import { expressionsIn } from '../../domain/scenario/document/expressions-in.ts'
import { pathText } from '../../domain/scenario/document/problem.ts'
import type { ScenarioDocument } from '../../domain/scenario/document/scenario-document.ts'
import { type ConditionResult, evaluateCondition } from '../../domain/scenario/expressions/conditions.ts'
import { referencesOf } from '../../domain/scenario/expressions/references.ts'
import { fixedScope, wholeScope } from '../../domain/scenario/interpreter/surroundings-scope.ts'
import { defaultVariables } from '../../domain/scenario/interpreter/variables.ts'
import type { Actor } from '../actor.ts'
import type { Db } from '../database.ts'
import type { SendRulesOf } from '../deliveries/gate.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import { surroundingsOfTask } from './running/surroundings.ts'

/** A condition of a document, green or red on a task. */
export interface ConditionOnTask {
  path: string
  /** null: of the trigger */
  step: string | null
  /** null: it cannot be said, because of what it needs */
  result: ConditionResult | null
  /** what only a run has: the event that starts it, the inputs of a button */
  needs: ('event' | 'inputs')[]
}

/**
 * Every condition of a document as it stands on a task now, with variables as a run begins with them.
 * Refuses with `not_found`, and with `too_large` where the task holds more than expressions may see.
 */
export async function conditionsOnTask(
  db: Db,
  actor: Pick<Actor, 'channelIds'>,
  task: TaskId,
  document: ScenarioDocument,
  rulesOf: SendRulesOf,
): Promise<Refusable<ConditionOnTask[]>> {
  const seen = await surroundingsOfTask(db, actor, task, rulesOf)
  if (!seen) return missing('The task')
  const { surroundings, now } = seen
  const fixed = fixedScope(surroundings, now.getTime())
  const whole = fixed.ok ? wholeScope(fixed.scope, null, { vars: defaultVariables(document) }) : fixed
  if (!whole.ok) return refuse('invalid', 'too_large', 'This task holds more than conditions can look at')
  const { scope } = whole
  const conditions = [...expressionsIn(document)].flatMap((expression) => {
    if (!('condition' in expression)) return []
    const roots = new Set(referencesOf(expression).map((field) => field.split('.')[0]))
    const needs = (['event', 'inputs'] as const).filter((root) => roots.has(root))
    const result = needs.length > 0 ? null : evaluateCondition(expression.condition, scope)
    return [{ path: pathText(expression.path), step: expression.step?.id ?? null, result, needs }]
  })
  return done(conditions)
}
