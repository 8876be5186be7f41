import type { EventName } from './document/events.ts'
import type { Path } from './document/problem.ts'
import type { ScenarioDocument } from './document/scenario-document.ts'
import type { Step } from './document/step.ts'
import { branchesOf, steps } from './document/walk.ts'

/** What a step may set going: a scenario by its key, or whoever listens to an event. */
export type Cause =
  | { scenario: string }
  /** `key`: the tag or the field that it is about; null: not known, or the event has none */
  | { event: EventName; key: string | null }

/** A cause inside a document. `always`: every run that does not fail gets there. */
export interface Effect {
  cause: Cause
  path: Path
  always: boolean
}

/** Documents never change once they are read. */
const known = new WeakMap<ScenarioDocument, readonly Effect[]>()

/** Everything by which a document may start scenarios, its own end included. */
export function effectsOf(document: ScenarioDocument): readonly Effect[] {
  const found = known.get(document)
  if (found) return found
  const certain = new Set(stepsAlwaysReached(document.steps))
  const effects = [...steps(document)].flatMap(({ step, path }) =>
    causesOf(step).map(({ sure = true, ...cause }) => ({ cause, path, always: sure && certain.has(step) })),
  )
  effects.push(
    { cause: { event: 'scenario.finished', key: document.id }, path: [], always: true },
    { cause: { event: 'scenario.failed', key: document.id }, path: [], always: false },
  )
  known.set(document, effects)
  return effects
}

/** Branches are conditions, but for those of a `repeat` that asks nothing; behind a step that may end it all is one. */
function stepsAlwaysReached(list: readonly Step[]): Step[] {
  const reached: Step[] = []
  for (const step of list) {
    reached.push(step)
    if ('repeat' in step && step.repeat.while === undefined) reached.push(...stepsAlwaysReached(step.steps))
    if (mayEnd(step)) break
  }
  return reached
}

const mayEnd = (step: Step): boolean =>
  'stop' in step || 'handoff' in step || branchesOf(step).some((branch) => branch.steps.some(mayEnd))

function causesOf(step: Step): (Cause & { sure?: boolean })[] {
  const event = (name: EventName, key: string | null = null, sure = true) => ({ event: name, key, sure })
  if ('call' in step) return [{ scenario: step.call.scenario }]
  if ('start' in step) return [{ scenario: step.start.scenario, sure: step.start.each === undefined }]
  if ('setStatus' in step || 'close' in step) return [event('task.status_changed')]
  if ('setField' in step) return [event('field.changed', `task.fields.${step.setField.field}`)]
  if ('setContactField' in step) return [event('field.changed', `contact.fields.${step.setContactField.field}`)]
  if ('tag' in step) return [event('tag.added', plain(step.tag))]
  if ('untag' in step) return [event('tag.removed', plain(step.untag))]
  if ('optOut' in step) return [event('contact.opted_out')]
  if ('openTask' in step) return [event('task.created', null, step.openTask.ifActive === 'open')]
  if ('assign' in step) return [event('task.assigned')]
  if ('handoff' in step) return [event('task.assigned', null, step.handoff.to !== undefined)]
  if ('comment' in step) return [event('comment.added')]
  const isSend = ['sendText', 'sendTemplate', 'sendInteractive', 'sendFile', 'sendQuickReply'].some(
    (key) => key in step,
  )
  if (!isSend) return []
  return [
    event('message.sent', null, 'sendTemplate' in step),
    event('message.delivered', null, false),
    event('message.read', null, false),
    event('message.failed', null, false),
  ]
}

/** What is computed is not known before the step runs. */
const plain = (text: string): string | null => (/\{[{%]/.test(text) ? null : text)
