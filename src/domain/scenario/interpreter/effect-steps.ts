import { parseDuration } from '../document/durations.ts'
import type { StepOf } from '../document/step.ts'
import { wayOn } from '../document/walk.ts'
import { readField } from '../expressions/fields.ts'
import type { Json } from '../expressions/scope.ts'
import { chainFrom, mayStart } from './chain.ts'
import type { Deed } from './effects.ts'
import { compute, fill } from './fill.ts'
import { filledStep } from './filled-step.ts'
import { MOST_STARTED } from './limits.ts'
import { LimitHit, plain, StepFault, type StepWith, type Turn } from './turn.ts'

type TaskStep = StepWith<'openTask' | 'setStatus' | 'setField' | 'assign' | 'addParticipants' | 'close'>
type ContactStep = StepWith<'setContactField' | 'tag' | 'untag' | 'optOut'>
type OtherStep = StepWith<'emit' | 'find' | 'cancel' | 'handoff'>

/** Steps that ask for one effect and nothing more. */
export const runEffect = (turn: Turn, step: TaskStep | ContactStep | OtherStep | StepOf<'http'>): void =>
  turn.ask(step, deedOf(turn, step))

function deedOf(turn: Turn, step: TaskStep | ContactStep | OtherStep | StepOf<'http'>): Deed {
  if ('openTask' in step) return { do: 'openTask', ...filledStep(turn, step).openTask }
  if ('setStatus' in step) return { do: 'setStatus', status: step.setStatus }
  if ('setField' in step)
    return { do: 'setField', field: step.setField.field, value: compute(turn, step.setField.value) }
  if ('assign' in step) {
    const { mode, ...to } = filledStep(turn, step).assign
    return { do: 'assign', to, mode }
  }
  if ('addParticipants' in step) {
    const { employees = [], groups = [] } = filledStep(turn, step).addParticipants
    return { do: 'addParticipants', employees, groups }
  }
  if ('close' in step) return { do: 'close', status: step.close === true ? null : step.close.status }
  if ('setContactField' in step) {
    const { field, value } = step.setContactField
    return { do: 'setContactField', field, value: compute(turn, value) }
  }
  if ('tag' in step) return { do: 'tag', tag: filledStep(turn, step).tag }
  if ('untag' in step) return { do: 'untag', tag: filledStep(turn, step).untag }
  if ('optOut' in step) return { do: 'optOut' }
  if ('emit' in step) return { do: 'emit', event: step.emit.event, data: computeAll(turn, step.emit.data) }
  if ('find' in step) return findDeed(turn, step)
  if ('cancel' in step) return { do: 'cancel', scenario: step.cancel.scenario }
  if ('handoff' in step) {
    const { to, note } = filledStep(turn, step).handoff
    return { do: 'handoff', to: to ?? null, note: note ?? null }
  }
  return httpDeed(turn, step)
}

function findDeed(turn: Turn, { find }: StepOf<'find'>): Deed {
  const { event, vars, inputs } = turn.scope()
  const [what, where] = 'tasks' in find ? (['tasks', find.tasks] as const) : (['contacts', find.contacts] as const)
  return {
    do: 'find',
    what,
    where,
    limit: find.limit,
    scope: { event: plain(event), vars: plain(vars), inputs: plain(inputs) },
  }
}

function httpDeed(turn: Turn, { http }: StepOf<'http'>): Deed {
  const { endpoint, method, path, query = {}, body, timeout, retries } = http
  const limit = parseDuration(timeout)
  return {
    do: 'http',
    endpoint,
    method,
    path: path === undefined ? null : fill(turn, path),
    query: fill(turn, query),
    ...(body !== undefined && { body: compute(turn, body) }),
    timeoutMs: limit?.kind === 'calendar' ? limit.milliseconds : 10_000,
    retries,
  }
}

/** What would go round in circles is not started, which is recorded; the run goes on, as it does behind every `start`. */
export function runStart(turn: Turn, step: StepOf<'start'>): void {
  const { scenario, with: given, each } = step.start
  const chain = chainFrom(turn.run)
  const allowed = mayStart(scenario, chain)
  if (!allowed.ok) {
    const { code, message } = allowed
    turn.record(step, 'not_started', { inputs: { scenario }, error: { code, message } })
    turn.follow(wayOn(turn.document, step.id))
    return
  }
  const list = each === undefined ? null : listOf(turn, each)
  turn.ask(step, { do: 'start', scenario, with: computeAll(turn, given), each: list, chain })
}

function listOf(turn: Turn, field: string): Json[] {
  const list = readField(turn.scope(), field.split('.'))
  if (list === undefined) throw new StepFault('missing_value', `“${field}” is missing`)
  if (!Array.isArray(list)) throw new StepFault('wrong_type', `“${field}” is no list`)
  if (list.length > MOST_STARTED) throw new LimitHit('limit_started')
  return plain(list) as Json[]
}

/** A run that needs what the other scenario does cannot go on without it. */
export function runCall(turn: Turn, step: StepOf<'call'>): void {
  const { scenario, with: given } = step.call
  const chain = chainFrom(turn.run)
  const allowed = mayStart(scenario, chain)
  if (!allowed.ok) throw new LimitHit(allowed.code)
  turn.ask(step, { do: 'call', scenario, with: computeAll(turn, given), chain })
}

const computeAll = (turn: Turn, values: { readonly [name: string]: unknown }): { [name: string]: Json } =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, compute(turn, value)]))
