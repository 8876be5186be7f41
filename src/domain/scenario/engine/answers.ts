import { LIMIT_WORDS } from '../interpreter/limits.ts'
import type { Answer } from '../interpreter/stimulus.ts'
import type { HeldRun } from './host.ts'

/** A person can publish it, or switch it on: the run is blocked until then. */
export const unknownScenario = (key: string): Answer => ({
  ok: false,
  code: 'unknown_scenario',
  message: `The scenario “${key}” is not published`,
  final: false,
})

const ALREADY_RUNNING: Answer = {
  ok: false,
  code: 'already_running',
  message: 'It is running already in this conversation',
  final: true,
}

/** @param code why no run was begun */
export const notCalled = (code: string): Answer =>
  code === 'limit_started' ? { ok: false, code, message: LIMIT_WORDS.limit_started, final: true } : ALREADY_RUNNING

/** What the end of a called run is to its caller. */
export function answerOfCalled({ run }: HeldRun): Answer {
  if (run.state === 'finished') return { ok: true, value: run.vars }
  if (run.state === 'stopped')
    return { ok: false, code: 'called_stopped', message: 'The called scenario was stopped', final: true }
  return { ok: false, code: 'called_failed', message: 'The called scenario has failed', final: true }
}
