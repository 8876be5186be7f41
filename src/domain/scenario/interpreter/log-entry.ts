import type { Action } from '../document/step.ts'
import type { BranchName } from '../document/walk.ts'
import type { ConditionResult } from '../expressions/conditions.ts'
import type { Json } from '../expressions/scope.ts'
import type { RunState } from './run.ts'

/** What came of a step, or of something that was done to the run. */
export type Outcome =
  /** the run began; it ended or is blocked, see `error` */
  | 'started'
  | Extract<RunState, 'finished' | 'failed' | 'stopped' | 'blocked'>
  /** an effect was asked for; it was answered well; the message was left out, or waits for the client */
  | 'asked'
  | 'done'
  | 'skipped'
  | 'parked'
  /** the step failed: `onError` is taken, or the end of the run follows */
  | 'error'
  /** a branch was taken: `took` says which */
  | 'branch'
  /** of `repeat`: another round; its condition no longer holds; it was the last one */
  | 'round'
  | 'through'
  | 'last_round'
  /** of a wait: it began; an event came; the countdown began or began again; the time has come */
  | 'waits'
  | 'event'
  | 'countdown'
  | 'time'
  | 'paused'
  | 'resumed'
  /** a guard kept another scenario from being started; the run goes on */
  | 'not_started'

/**
 * One line of a run's record: plain JSON, and the same for the same run, stimulus, moment and surroundings, byte for
 * byte. It holds texts as they were sent: it is for people with access to the conversation.
 */
export interface LogEntry {
  /** counts the entries of the run, from 1 */
  n: number
  step: string | null
  /** of the step; of what happened to the run as a whole: its stimulus, `start` … `stop`, or `end` */
  action: Action | 'start' | 'interrupt' | 'resume' | 'stop' | 'time' | 'end'
  /** milliseconds since 1970 */
  at: number
  outcome: Outcome
  /** with every text filled in */
  inputs?: Json
  conditions?: ConditionResult[]
  /** the branch: `then`, `cases.0`, `onTimeout`, … */
  took?: BranchName
  /** with `done`: what was left out, and why */
  error?: { code: string; message: string }
  /** the number of the effect */
  effect?: number
}
