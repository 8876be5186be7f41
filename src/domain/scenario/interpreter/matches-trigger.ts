import { subjectKey } from '../../webhooks/subject.ts'
import type { Trigger } from '../document/triggers.ts'
import type { Budget } from '../expressions/budget.ts'
import { type ConditionResult, evaluateCondition } from '../expressions/conditions.ts'
import type { Json, Scope } from '../expressions/scope.ts'
import type { ScenarioEvent } from './run.ts'

export interface TriggerMatch {
  fires: boolean
  /** of `when`; null: there is none, or it was not looked at */
  result: ConditionResult | null
  /**
   * `other_event`; `other_kinds`, `other_field`, … : the key of the trigger that the event has not; `condition`;
   * `invalid_surroundings`: the condition cannot be asked, and neither could a run that is there already go on
   */
  reason: 'fires' | 'other_event' | `other_${string}` | 'condition' | 'invalid_surroundings'
}

/**
 * Keys of triggers, each with the key of the event's data that must have the same value. Events that come of a
 * trigger's own time (idle, closing, due, overdue, schedule) carry the keys of the trigger that they were made for.
 */
const SAME: Record<string, string> = {
  for: 'for',
  calendar: 'calendar',
  before: 'before',
  after: 'after',
  field: 'field',
  tag: 'tag',
  scenario: 'scenario',
  quickReply: 'quickReply',
  name: 'webhook',
  cron: 'cron',
  timeZone: 'timeZone',
}

/** Keys that have to be absent in the event where they are absent in the trigger: they say when it happened. */
const TIMES = ['for', 'calendar', 'before', 'after'] as const
const TIMED = new Set(['conversation.idle', 'window.closing', 'task.due', 'task.overdue'])

/**
 * Whether an event starts a scenario, or wakes a wait (an awaited event has the form of a trigger).
 *
 * | event | `event.data` that is compared |
 * |---|---|
 * | message.received | `kind`, one of `kinds` |
 * | field.changed | `field`, such as `task.fields.amount` |
 * | tag.added, tag.removed | `tag` |
 * | button.pressed, scenario.finished, scenario.failed | `scenario`, the key |
 * | quick_reply.used | `quickReply`, its shortcut |
 * | webhook.received | `webhook`, the trigger's `name`; `about`, in which its `about` has to be; neither has one, or both |
 * | conversation.idle, window.closing, task.due, task.overdue | `for`, `before`, `after`, `calendar`, as in the trigger |
 * | schedule | `cron`, `timeZone`, as in the trigger |
 *
 * Of a button: whether it can be pressed now; which one was pressed is for the caller to know.
 * @param scope with this event as `event.*` (`triggerScope`); null: what is there is more than expressions may see
 */
export function matchesTrigger(
  trigger: Trigger,
  event: ScenarioEvent,
  scope: Scope | null,
  budget?: Budget,
): TriggerMatch {
  const other = otherKey(trigger, event)
  if (other) return { fires: false, result: null, reason: other }
  if (!scope) return { fires: false, result: null, reason: 'invalid_surroundings' }
  if (!trigger.when) return { fires: true, result: null, reason: 'fires' }
  const result = evaluateCondition(trigger.when, scope, budget ? { budget } : {})
  return { fires: result.ok, result, reason: result.ok ? 'fires' : 'condition' }
}

/** Whether a button can be pressed: its `when` holds. */
export function buttonEnabled(trigger: Trigger, scope: Scope): { enabled: boolean; result: ConditionResult | null } {
  const result = trigger.when ? evaluateCondition(trigger.when, scope) : null
  return { enabled: 'button' in trigger && (result?.ok ?? true), result }
}

/** `about` of the event: every one that led to this conversation, as text; absent: it concerns nobody. */
function isAbout({ about }: Extract<Trigger, { event: 'webhook.received' }>, led: Json): boolean {
  return about ? Array.isArray(led) && led.includes(subjectKey(about)) : led === null
}

function otherKey(trigger: Trigger, { name, data }: ScenarioEvent): Exclude<TriggerMatch['reason'], 'fires'> | null {
  if ('button' in trigger) return name === 'button.pressed' ? null : 'other_event'
  if (trigger.event !== name) return 'other_event'
  const own = (key: string): Json => (Object.hasOwn(data, key) ? (data[key] ?? null) : null)
  if ('kinds' in trigger && trigger.kinds && !trigger.kinds.some((kind) => kind === own('kind'))) return 'other_kinds'
  const keys = trigger as { readonly [key: string]: unknown }
  for (const [key, inData] of Object.entries(SAME)) {
    if (keys[key] !== undefined && keys[key] !== own(inData)) return `other_${key}`
  }
  if (trigger.event === 'webhook.received' && !isAbout(trigger, own('about'))) return 'other_about'
  const missing = TIMED.has(name) && TIMES.find((key) => keys[key] === undefined && own(key) !== null)
  return missing ? `other_${missing}` : null
}
