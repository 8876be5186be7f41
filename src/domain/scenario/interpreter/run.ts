import { parseDuration } from '../document/durations.ts'
import type { EventName } from '../document/events.ts'
import type { ScenarioDocument } from '../document/scenario-document.ts'
import type { Action } from '../document/step.ts'
import type { OnInterrupt } from '../document/steps/flow.ts'
import type { Json } from '../expressions/scope.ts'

/**
 * `running`: an effect is out and not answered yet. `waiting`: for an event or a deadline. `blocked`: a person has to
 * mend something and let it go on. The others are ends.
 */
export type RunState = 'running' | 'waiting' | 'finished' | 'failed' | 'stopped' | 'blocked'

/** Why a run stands or ended as it did. `code` is snake_case and stable; `message` holds no value of a client. */
export interface Reason {
  code: string
  message: string
  step: string | null
}

/** Something that happened, as a run sees it. In expressions `event.*` is `data`, and `event.name` and `event.id`. */
export interface ScenarioEvent {
  id: string
  name: EventName
  data: { readonly [name: string]: Json }
}

/** What led to a run, the oldest first; its own scenario and event are not in it. The depth is how many scenarios. */
export interface Chain {
  scenarios: string[]
  events: string[]
}

export const NO_CHAIN: Chain = { scenarios: [], events: [] }

/** Who or what can disturb a run that waits. */
export type Interrupter = keyof OnInterrupt

export interface Waiting {
  /** The step's action; `window`: a free message waits for the client to write, because the reply window is closed. */
  what: 'wait' | 'waitAny' | 'window'
  /** names of the events that may wake it, sorted; none: it waits for a moment */
  events: EventName[]
  since: number
  deadline: number | null
  /** `until` is set by the first event: when the countdown is over. The deadline no longer counts then. */
  debounce: { milliseconds: number; until: number | null } | null
  onInterrupt: OnInterrupt
  /** `left`: what remained of the deadline or countdown, in ms */
  paused: { by: Interrupter; at: number; left: number | null } | null
}

/** The effect that is out. An answer that names another step or number belongs to something else. */
export interface Asked {
  step: string
  number: number
  action: Action
  /** reaches the client: counts against `limits.messages` */
  isMessage: boolean
  /** the template of `ifWindowClosed` */
  isFallback: boolean
}

/**
 * One execution of one version of a scenario, as plain JSON: whatever process takes it up goes on where it stands.
 * Moments are milliseconds since 1970. Changed by `advance` and `move` alone.
 */
export interface Run {
  v: 1
  /** `id`: the scenario's row; `key`: the document's id */
  scenario: { id: string; key: string; version: number }
  state: RunState
  /** null while it runs, waits undisturbed, or has finished */
  reason: Reason | null
  /** the step where it stands; null before the first and after the last */
  at: string | null
  vars: Record<string, Json>
  inputs: Record<string, Json>
  /** who pressed the button */
  pressedBy: string | null
  /** what started or last woke it; null: it has not begun */
  event: ScenarioEvent | null
  waiting: Waiting | null
  /** stays in a run that was stopped meanwhile: what was out at its end */
  asked: Asked | null
  /** rounds begun of each `repeat` it is in */
  rounds: Record<string, number>
  /** used so far: steps, messages that left, effects asked for, entries of the log */
  used: { steps: number; messages: number; effects: number; entries: number }
  startedAt: number
  /** when its life ends, wherever it stands */
  diesAt: number
  chain: Chain
  /** Nothing but steps since the client wrote: the reply window need not be looked at. */
  windowCountsOpen: boolean
}

/**
 * A run that has not begun: the stimulus `start` sets it going.
 * @param scenario its row and its version
 * @param now milliseconds since 1970; its life counts from here
 */
export function start(
  definition: ScenarioDocument,
  { id, version, chain = NO_CHAIN }: { id: string; version: number; chain?: Chain },
  now: number,
): Run {
  const lifetime = parseDuration(definition.limits.lifetime)
  if (lifetime?.kind !== 'calendar') throw new Error(`${definition.limits.lifetime} is no lifetime`)
  return {
    v: 1,
    scenario: { id, key: definition.id, version },
    state: 'running',
    reason: null,
    at: null,
    vars: {},
    inputs: {},
    pressedBy: null,
    event: null,
    waiting: null,
    asked: null,
    rounds: {},
    used: { steps: 0, messages: 0, effects: 0, entries: 0 },
    startedAt: now,
    diesAt: now + lifetime.milliseconds,
    chain: { scenarios: [...chain.scenarios], events: [...chain.events] },
    windowCountsOpen: false,
  }
}

export const hasEnded = ({ state }: Run): boolean => state === 'finished' || state === 'failed' || state === 'stopped'

/** The names of the events that may change this run: for finding, by an event, the runs that wait for it. */
export const awaits = ({ state, waiting }: Run): EventName[] =>
  state === 'waiting' && waiting && !waiting.paused ? waiting.events : []

/** When the run has to be given `time`: its wait's deadline or countdown, or the end of its life; null: it has ended. */
export function deadlineOf(run: Run): number | null {
  if (hasEnded(run)) return null
  const own = run.state === 'waiting' && run.waiting ? waitEnds(run.waiting) : null
  return own === null ? run.diesAt : Math.min(own, run.diesAt)
}

/** When a wait is over by itself; null: never, or it is paused. */
export const waitEnds = ({ paused, debounce, deadline }: Waiting): number | null =>
  paused ? null : (debounce?.until ?? deadline)
