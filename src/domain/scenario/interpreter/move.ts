import { hasClient } from '../document/checks/expressions.ts'
import { hasType, type ScenarioDocument } from '../document/scenario-document.ts'
import { actionOf, type Step } from '../document/step.ts'
import { findStep } from '../document/walk.ts'
import type { Json } from '../expressions/scope.ts'
import type { Run } from './run.ts'
import { defaultVariables } from './variables.ts'
import { eventNames } from './wait-steps.ts'

export type MoveRefusal =
  /** it has ended, has not begun, or an effect is out */
  | 'not_waiting'
  | 'other_scenario'
  /** one of the versions runs in clients' conversations, the other without a client */
  | 'client_changed'
  | 'step_missing'
  | 'step_changed'
  /** the step waits for a moment in one of the versions, and in the other not; or it debounces in one of them */
  | 'deadline_changed'
  /** a variable has another type */
  | 'variable_changed'

/**
 * Whether a run can go on in another version of its scenario: it waits, or is blocked, at a step that is there too and
 * does the same, and its variables fit. For the preview of a publish, and before `move`.
 */
export function canMove(
  run: Run,
  from: ScenarioDocument,
  to: ScenarioDocument,
): { ok: true } | { ok: false; reason: MoveRefusal } {
  const refuse = (reason: MoveRefusal) => ({ ok: false, reason }) as const
  if (from.id !== to.id || run.scenario.key !== to.id) return refuse('other_scenario')
  if (hasClient(from) !== hasClient(to)) return refuse('client_changed')
  if ((run.state !== 'waiting' && run.state !== 'blocked') || run.at === null) return refuse('not_waiting')
  const here = findStep(from, run.at)?.step
  const there = findStep(to, run.at)?.step
  if (!here || !there) return refuse('step_missing')
  if (actionOf(here) !== actionOf(there)) return refuse('step_changed')
  if (run.state === 'waiting' && timesOf(here) !== timesOf(there)) return refuse('deadline_changed')
  const fits = Object.entries(to.vars).every(
    ([name, { type }]) => !Object.hasOwn(run.vars, name) || hasType(run.vars[name], type),
  )
  return fits ? { ok: true } : refuse('variable_changed')
}

function timesOf(step: Step): string {
  if ('wait' in step) return [hasDeadline(step.wait), step.wait.debounce !== undefined].join()
  return 'waitAny' in step ? String(hasDeadline(step.waitAny)) : ''
}

const hasDeadline = ({ timeout, until }: { timeout?: string; until?: string }): boolean =>
  timeout !== undefined || until !== undefined

/**
 * The same run in another version: `canMove` has allowed it. What it waits for and what interrupts it are the new
 * version's; the deadline and the end of its life stay, as they were promised. Variables that are new have their
 * defaults, those that are gone are dropped.
 */
export function move(run: Run, to: ScenarioDocument, version: number): Run {
  const kept = Object.entries(run.vars).filter(([name]) => Object.hasOwn(to.vars, name))
  const vars: Record<string, Json> = { ...defaultVariables(to), ...Object.fromEntries(kept) }
  const rounds = Object.fromEntries(Object.entries(run.rounds).filter(([id]) => findStep(to, id)))
  const step = run.at === null ? undefined : findStep(to, run.at)?.step
  const moved = { ...run, scenario: { ...run.scenario, version }, vars, rounds }
  if (!run.waiting || run.waiting.what === 'window' || !step || !('wait' in step || 'waitAny' in step)) return moved
  return { ...moved, waiting: { ...run.waiting, events: eventNames(step), onInterrupt: { ...step.onInterrupt } } }
}
