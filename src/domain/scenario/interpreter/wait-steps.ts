import { parseDuration } from '../document/durations.ts'
import type { EventName } from '../document/events.ts'
import type { ScenarioDocument } from '../document/scenario-document.ts'
import type { StepOf } from '../document/step.ts'
import { type AwaitedEvent, awaitedName } from '../document/triggers.ts'
import { type BranchName, findStep, wayInto } from '../document/walk.ts'
import type { ConditionResult } from '../expressions/conditions.ts'
import { withEvent } from './chain.ts'
import { fillText } from './fill.ts'
import { matchesTrigger } from './matches-trigger.ts'
import type { Interrupter, Run, ScenarioEvent, Waiting } from './run.ts'
import { waitEnds } from './run.ts'
import { type Moment, momentAfter, momentOfText, openingAfter } from './timing.ts'
import { StepFault, type Turn } from './turn.ts'

type WaitingStep = StepOf<'wait'> | StepOf<'waitAny'>

/** What a wait leads to, each branch with its events, in the order of the document. */
export function awaitedBy(step: WaitingStep): { branch: BranchName; events: readonly AwaitedEvent[] }[] {
  if ('wait' in step) return step.wait.for ? [{ branch: 'onReply', events: step.wait.for }] : []
  return step.waitAny.branches.map(({ for: events }, index) => ({ branch: `branches.${index}`, events }))
}

/** The events that may wake a run which waits at a step, with their conditions; none for any other run. */
export function awaitedEvents(run: Run, definition: ScenarioDocument): AwaitedEvent[] {
  const step = run.state === 'waiting' && run.at !== null ? findStep(definition, run.at)?.step : undefined
  return step && ('wait' in step || 'waitAny' in step) ? awaitedBy(step).flatMap(({ events }) => events) : []
}

export function eventNames(step: WaitingStep): EventName[] {
  const names = awaitedBy(step).flatMap(({ events }) => events.map(awaitedName))
  return [...new Set(names)].sort()
}

/** The run waits from now on; where the moment has come already, it goes straight on. */
export function runWait(turn: Turn, step: WaitingStep): void {
  const deadline = deadlineOfStep(turn, step)
  const events = eventNames(step)
  const inputs = { events, deadline: deadline === null ? null : new Date(deadline).toISOString() }
  if (deadline !== null && deadline <= turn.now) {
    turn.record(step, 'time', { inputs, took: 'onTimeout' })
    goOn(turn, step, 'onTimeout', null)
    return
  }
  const debounce = 'wait' in step ? debounceOf(step.wait.debounce) : null
  turn.record(step, 'waits', { inputs })
  turn.run.state = 'waiting'
  turn.run.waiting = {
    what: 'wait' in step ? 'wait' : 'waitAny',
    events,
    since: turn.now,
    deadline,
    debounce: debounce === null ? null : { milliseconds: debounce, until: null },
    onInterrupt: { ...step.onInterrupt },
    paused: null,
  }
}

function debounceOf(duration: string | undefined): number | null {
  const parsed = duration === undefined ? null : parseDuration(duration)
  return parsed?.kind === 'calendar' ? parsed.milliseconds : null
}

function deadlineOfStep(turn: Turn, step: WaitingStep): number | null {
  const { timeout, until, calendar } = 'wait' in step ? step.wait : step.waitAny
  const { calendars, timeZone } = turn.surroundings
  if (timeout !== undefined) return granted(momentAfter(turn.now, timeout, calendar, calendars))
  if (until === undefined) return null
  if (until === 'open') return granted(openingAfter(turn.now, calendar, calendars))
  return granted(momentOfText(fillText(turn, until), timeZone))
}

/** A calendar that was deleted is for a person to mend, and so is a time that is none. */
function granted(moment: Moment): number {
  if (moment.ok) return moment.at
  throw new StepFault(moment.code, moment.message, { obstacle: true })
}

/** The step at which a run waits; null where it waits for no event of a step, or the document has no such step. */
export function waitingStep(turn: Turn): WaitingStep | null {
  const { at } = turn.run
  const step = at === null ? undefined : findStep(turn.document, at)?.step
  return step && ('wait' in step || 'waitAny' in step) ? step : null
}

/** An event that the run may wait for. @returns false: it is none of its events, and nothing has changed */
export function arrive(turn: Turn, waiting: Waiting, step: WaitingStep, event: ScenarioEvent): boolean {
  const conditions: ConditionResult[] = []
  const scope = turn.scope(event)
  const matches = (awaited: AwaitedEvent): boolean => {
    const trigger = typeof awaited === 'string' ? { event: awaited } : awaited
    const match = matchesTrigger(trigger as Parameters<typeof matchesTrigger>[0], event, scope, turn.budget)
    turn.checkBudget()
    if (match.fires && match.result) conditions.push(match.result)
    return match.fires
  }
  const taken = awaitedBy(step).find(({ events }) => events.some(matches))
  if (!taken) return false
  const more = { inputs: { event: event.name, id: event.id }, ...(conditions.length > 0 && { conditions }) }
  if (!waiting.debounce) {
    turn.record(step, 'event', { ...more, took: taken.branch })
    goOn(turn, step, taken.branch, event)
    return true
  }
  see(turn, event)
  turn.run.waiting = { ...waiting, debounce: { ...waiting.debounce, until: turn.now + waiting.debounce.milliseconds } }
  turn.record(step, 'countdown', more)
  return true
}

/** The deadline or the countdown of the wait has come. */
export function timeIsUp(turn: Turn, waiting: Waiting, step: WaitingStep): void {
  const counted = typeof waiting.debounce?.until === 'number'
  const took = counted ? 'onReply' : 'onTimeout'
  turn.record(step, 'time', { took })
  goOn(turn, step, took, counted ? turn.run.event : null)
}

/** @param event what woke the run, which it sees from then on; null: nobody did, and it sees what it saw */
function goOn(turn: Turn, step: WaitingStep, took: BranchName, event: ScenarioEvent | null): void {
  turn.run.state = 'running'
  turn.run.waiting = null
  if (event) see(turn, event)
  else turn.run.windowCountsOpen = false
  turn.follow(wayInto(turn.document, step.id, took))
}

function see(turn: Turn, event: ScenarioEvent): void {
  const { run } = turn
  run.event = event
  run.windowCountsOpen = event.name === 'message.received'
  run.chain.events = withEvent(run.chain.events, event.id)
}

/** What the wait says of an employee's reply, a closed task or another scenario. @returns false: it does not mind */
export function interrupt(turn: Turn, waiting: Waiting, by: Interrupter): boolean {
  const { run, now } = turn
  const rule = waiting.onInterrupt[by]
  const step = run.at === null ? null : (findStep(turn.document, run.at)?.step ?? null)
  if (rule === 'cancel') {
    turn.end('stopped', INTERRUPTED[by])
    return true
  }
  if (rule === 'ignore' || waiting.paused) return false
  const ends = waitEnds(waiting)
  run.waiting = { ...waiting, paused: { by, at: now, left: ends === null ? null : Math.max(0, ends - now) } }
  run.reason = { code: 'paused', message: PAUSED[by], step: run.at }
  turn.record(step, 'paused', { action: 'interrupt', inputs: { by } })
  return true
}

const INTERRUPTED: Record<Interrupter, { code: string; message: string }> = {
  humanReply: { code: 'human_reply', message: 'An employee wrote to the client' },
  taskClosed: { code: 'task_closed', message: 'The task was closed' },
  newScenario: { code: 'new_scenario', message: 'Another scenario was started' },
}
const PAUSED: Record<Interrupter, string> = {
  humanReply: 'An employee wrote to the client: somebody has to let it go on',
  taskClosed: 'The task was closed: somebody has to let it go on',
  newScenario: 'Another scenario was started: somebody has to let it go on',
}

/** A paused wait goes on with the time that was left of it. */
export function unpause({ waiting, ...run }: Run, now: number): Pick<Run, 'waiting' | 'reason'> {
  if (!waiting?.paused) return { waiting, reason: run.reason }
  const { left } = waiting.paused
  const until = left === null ? null : now + left
  const going = { ...waiting, paused: null }
  if (waiting.debounce?.until != null) {
    return { waiting: { ...going, debounce: { ...waiting.debounce, until } }, reason: null }
  }
  return { waiting: { ...going, deadline: until }, reason: null }
}
