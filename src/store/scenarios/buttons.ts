import type { ConversationId, RunId, ScenarioId, TaskId } from '../../domain/ids.ts'
import { mayReachClient } from '../../domain/scenario/document/reaches-client.ts'
import type { ButtonInput, ButtonLook, ButtonTrigger } from '../../domain/scenario/document/triggers.ts'
import type { PublishedScenario } from '../../domain/scenario/engine/host.ts'
import type { ConditionResult } from '../../domain/scenario/expressions/conditions.ts'
import type { Json } from '../../domain/scenario/expressions/scope.ts'
import { readInputs } from '../../domain/scenario/interpreter/inputs.ts'
import { buttonEnabled } from '../../domain/scenario/interpreter/matches-trigger.ts'
import { triggerScope } from '../../domain/scenario/interpreter/surroundings-scope.ts'
import type { Language, Words } from '../../domain/words.ts'
import { type Actor, auditActor } from '../actor.ts'
import { audit } from '../audit.ts'
import { appendEvent } from '../conversation-events.ts'
import type { Database, Tx } from '../database.ts'
import type { SendRulesOf } from '../deliveries/gate.ts'
import { newId } from '../new-id.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import { lockTask } from '../tasks/lock-task.ts'
import { catalogueVersion, scenarioCatalogue } from './catalogue.ts'
import { surroundingsOfTask } from './running/surroundings.ts'

/** A button as a task shows it: disabled ones, too, with the reason (contract.md, `GET /api/tasks/:id/buttons`). */
export interface ButtonView {
  scenarioId: ScenarioId
  label: string
  enabled: boolean
  /** why it is disabled: the conditions that do not hold */
  reason: string | null
  condition: ConditionResult | null
  confirm: boolean
  /** may it write to the client? */
  reachesClient: boolean
  inputs: ButtonInput[]
  /** how it stands in the task; null: as any other */
  look: ButtonLook | null
}

/**
 * The buttons of a task: those with a position first, in its order, then the others in the order of their priority.
 * @returns null where there is no such task, or where the actor may not see it
 */
export async function listButtons(
  database: Database,
  actor: Pick<Actor, 'channelIds'>,
  task: TaskId,
  rulesOf: SendRulesOf,
  language: Language = 'en',
): Promise<ButtonView[] | null> {
  const { db } = database
  const seen = await surroundingsOfTask(db, actor, task, rulesOf)
  if (!seen) return null
  const scope = triggerScope(seen.surroundings, null, seen.now.getTime())
  const buttons = await scenarioCatalogue(database).buttons(db, await catalogueVersion(db))
  const views = buttons.map((button) => viewOf(button, scope, language))
  const positionOf = ({ look }: ButtonView): number => look?.position ?? Number.MAX_SAFE_INTEGER
  return views.toSorted((one, other) => positionOf(one) - positionOf(other))
}

function viewOf(
  { id, document }: PublishedScenario,
  scope: ReturnType<typeof triggerScope>,
  language: Language,
): ButtonView {
  const { trigger } = document
  const { enabled, result } = scope.ok ? buttonEnabled(trigger, scope.scope) : { enabled: false, result: null }
  const button: ButtonTrigger['button'] =
    'button' in trigger ? trigger.button : { label: '', confirm: false, inputs: [] }
  return {
    scenarioId: id,
    label: button.label,
    enabled,
    reason: enabled ? null : reasonOf(result)[language],
    condition: result,
    confirm: button.confirm,
    reachesClient: mayReachClient(document),
    inputs: button.inputs,
    look: button.look ?? null,
  }
}

/** The conditions that do not hold, for a person: what was asked for, and what there is. */
function reasonOf(result: ConditionResult | null): Words {
  const failing = result ? leaves(result).filter(({ ok }) => !ok) : []
  if (failing.length === 0) return { en: 'Its condition does not hold', ru: 'Условие не выполнено' }
  const each = failing.map(({ field, operator, expected, actual }): Words => {
    const rule = `${operator} ${JSON.stringify(expected)}`
    const is = actual === undefined ? null : JSON.stringify(actual)
    return {
      en: `${field ?? 'expression'} ${rule}${is === null ? '' : `, but it is ${is}`}`,
      ru: `${field ?? 'выражение'} ${rule}${is === null ? '' : `, а сейчас ${is}`}`,
    }
  })
  return { en: each.map(({ en }) => en).join('; '), ru: each.map(({ ru }) => ru).join('; ') }
}

const leaves = (result: ConditionResult): ConditionResult[] =>
  result.conditions ? result.conditions.flatMap(leaves) : [result]

/**
 * Presses a button: an event of the conversation, from which the step starts the run with the id that is promised here.
 * Looked at once more under the conversation's lock: enabled, and its inputs complete.
 */
export async function pressButton(
  database: Database,
  tx: Tx,
  actor: Actor,
  press: { task: TaskId; scenario: ScenarioId; inputs: { readonly [name: string]: Json } },
  rulesOf: SendRulesOf,
  language: Language = 'en',
): Promise<Refusable<{ run: RunId; conversation: ConversationId }>> {
  const locked = await lockTask(tx, actor, press.task)
  if (!locked) return missing('The task')
  const seen = await surroundingsOfTask(tx, actor, press.task, rulesOf)
  const buttons = await scenarioCatalogue(database).buttons(tx, await catalogueVersion(tx))
  const button = buttons.find(({ id }) => id === press.scenario)
  if (!seen || !button) return missing('The button')
  const view = viewOf(button, triggerScope(seen.surroundings, null, seen.now.getTime()), language)
  if (!view.enabled) return refuse('conflict', 'button_disabled', view.reason ?? '', { condition: view.condition })
  const inputs = readInputs(button.document.trigger, press.inputs)
  if (!inputs.ok) {
    const words = inputs.problems.map(({ message }) => message).join('. ')
    return refuse('invalid', 'button_inputs', words, { problems: inputs.problems })
  }
  const run = newId<RunId>()
  const { conversation } = locked
  await appendEvent(
    tx,
    conversation.id,
    {
      kind: 'button.pressed',
      scenario: button.id,
      version: button.version,
      run,
      task: press.task,
      inputs: inputs.inputs,
      by: actor.userId,
    },
    { at: new Date() },
  )
  await audit(tx, {
    actor: auditActor(actor),
    action: 'button.pressed',
    subject: { kind: 'task', id: press.task },
    detail: { scenarioId: button.id, version: button.version, runId: run, by: actor.key },
  })
  return done({ run, conversation: conversation.id })
}
