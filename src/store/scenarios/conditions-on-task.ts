import type { ConversationId, TaskId } from '../../domain/ids.ts'
import { expressionsIn } from '../../domain/scenario/document/expressions-in.ts'
import { pathText } from '../../domain/scenario/document/problem.ts'
import type { ScenarioDocument } from '../../domain/scenario/document/scenario-document.ts'
import { type ConditionResult, evaluateCondition } from '../../domain/scenario/expressions/conditions.ts'
import { referencesOf } from '../../domain/scenario/expressions/references.ts'
import { matchesTrigger, type TriggerMatch } from '../../domain/scenario/interpreter/matches-trigger.ts'
import type { ScenarioEvent } from '../../domain/scenario/interpreter/run.ts'
import { fixedScope, triggerScope, wholeScope } from '../../domain/scenario/interpreter/surroundings-scope.ts'
import { defaultVariables } from '../../domain/scenario/interpreter/variables.ts'
import type { Actor } from '../actor.ts'
import type { Db } from '../database.ts'
import type { SendRulesOf } from '../deliveries/gate.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import { surroundingsAt } from './moments.ts'
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

export interface OnTask {
  /** the moment that was looked at */
  at: Date
  /** Whether this event starts it; null: no event was given. */
  trigger: Pick<TriggerMatch, 'fires' | 'reason'> | null
  conditions: ConditionOnTask[]
}

/** An event of the record; `n`: which of those that scenarios heard of it. */
export interface AtEvent {
  conversation: ConversationId
  seq: number
  n: number
}

/**
 * Every condition of a document as it stands on a task, with variables as a run begins with them.
 * @param event something that happened: then what was known at that moment counts; null: now
 * Refuses with `not_found`, and with `too_large` where the task holds more than expressions may see.
 */
export async function conditionsOnTask(
  db: Db,
  actor: Pick<Actor, 'channelIds'>,
  of: { task: TaskId; event: AtEvent | null },
  document: ScenarioDocument,
  rulesOf: SendRulesOf,
): Promise<Refusable<OnTask>> {
  const then = of.event && (await surroundingsAt(db, actor, of.task, of.event, rulesOf))
  const seen = of.event ? then : await surroundingsOfTask(db, actor, of.task, rulesOf)
  if (!seen) return missing(of.event ? 'What happened' : 'The task')
  const { surroundings, now } = seen
  const event = then?.event ?? null
  const fixed = fixedScope(surroundings, now.getTime())
  const whole = fixed.ok ? wholeScope(fixed.scope, event, { vars: defaultVariables(document) }) : fixed
  if (!whole.ok) return refuse('invalid', 'too_large', 'This task holds more than conditions can look at')
  const { scope } = whole
  const known = event ? (['inputs'] as const) : (['event', 'inputs'] as const)
  const conditions = [...expressionsIn(document)].flatMap((expression) => {
    if (!('condition' in expression)) return []
    const roots = new Set(referencesOf(expression).map((field) => field.split('.')[0]))
    const needs = known.filter((root) => roots.has(root))
    const result = needs.length > 0 ? null : evaluateCondition(expression.condition, scope)
    return [{ path: pathText(expression.path), step: expression.step?.id ?? null, result, needs }]
  })
  return done({ at: now, trigger: event && triggerOn(event), conditions })

  function triggerOn(happened: ScenarioEvent): OnTask['trigger'] {
    const heard = triggerScope(surroundings, happened, now.getTime())
    const { fires, reason } = matchesTrigger(document.trigger, happened, heard.ok ? heard.scope : null)
    return { fires, reason }
  }
}
