import type { Calendar } from '../../calendar/calendar.ts'
import type { Json } from '../expressions/scope.ts'
import type { Interrupter, ScenarioEvent } from './run.ts'

/** What sets a run going. Whatever does not concern a run leaves it as it was, without a word in the log. */
export type Stimulus =
  /** `vars`: given by the scenario that calls or starts this one; inputs of a button are taken out of them by name. */
  | { kind: 'start'; event: ScenarioEvent; inputs?: JsonMap; vars?: JsonMap; pressedBy?: string }
  | { kind: 'event'; event: ScenarioEvent }
  /** A deadline has come (`deadlineOf`). */
  | { kind: 'time' }
  | { kind: 'answer'; step: string; number: number; answer: Answer }
  /** Another's act in the conversation, which a wait may mind (`onInterrupt`). */
  | { kind: 'interrupt'; by: Interrupter }
  /** A person lets a paused run go on, or a blocked one try its step again. */
  | { kind: 'resume' }
  /** `code` is snake_case: `by_person`, `restarted`, `cancelled_by_scenario`, … */
  | { kind: 'stop'; reason: { code: string; message: string } }

type JsonMap = { readonly [name: string]: Json }

/**
 * How an effect ended. Not ok:
 * - `final: true`: it cannot be done. The run takes the step's `onError`, or else fails;
 * - `final: false`: a person can mend it (a deleted group, a channel that is down, too many automatic messages): the run
 *   is blocked, and `resume` asks for the same step again, with a new number.
 *
 * Codes that mean something by themselves, whatever `final` says: `window_closed` of a free message (its
 * `ifWindowClosed` decides), `undone` (an employee took the message back in its `hold`: the run is stopped) and
 * `called_stopped` (the called scenario was stopped: so is this run).
 *
 * A send whose outcome nobody knows is not answered until somebody does. `value`: of `find` the list, of `http` the JSON
 * answer, of `call` the variables at the end. `note`: what the record has to say beside it, such as a limit that was hit.
 */
export type Answer =
  | { ok: true; value?: Json; note?: { code: string; message: string } }
  | { ok: false; code: string; message: string; final: boolean }

/** What is known at the moment, for conditions and texts; a root with nothing to show (no task) is an empty object. */
export interface Surroundings {
  contact: Json
  task: Json
  /** `windowOpen: false` is what a free message minds; the gate of the send has the last word */
  conversation: Json
  channel: Json
  /** the newest values, by the same names: `current.task.…` */
  current: Json
  /** by name */
  calendars: { readonly [name: string]: Calendar }
  /** of the account, for dates in texts: IANA and BCP 47 */
  timeZone: string
  locale: string
}
