import { unknownScenario } from '../../../domain/scenario/engine/answers.ts'
import type { HeldRun } from '../../../domain/scenario/engine/host.ts'
import type { Effect } from '../../../domain/scenario/interpreter/effects.ts'
import type { ScenarioEvent } from '../../../domain/scenario/interpreter/run.ts'
import type { Answer } from '../../../domain/scenario/interpreter/stimulus.ts'
import { placesOf, requestRuns } from '../run-requests.ts'
import { writeComment } from './perform-message.ts'
import { assign } from './perform-task.ts'
import type { Running } from './running.ts'

type Deed<Name extends Effect['do']> = Extract<Effect, { do: Name }>

/** A person takes over: the task goes to somebody, if the step says to whom, and they are told. */
export async function handOver(running: Running, held: HeldRun, effect: Deed<'handoff'>): Promise<Answer | null> {
  if (effect.to) {
    const assigned = await assign(running, held, effect.to, 'replace')
    if (!assigned.ok) return assigned
  }
  if (effect.note === null) return { ok: true }
  const { step, number, action } = effect
  return writeComment(running, held, {
    step,
    number,
    action,
    do: 'comment',
    text: effect.note,
    notify: ['assignee'],
    send: null,
  })
}

/**
 * Asks for a run of another scenario in the conversation of everything that a `find` gave. Nothing is locked there: the
 * requests are stored with this step, and the server enters each in its conversation's record soon after
 * (src/store/scenarios/run-requests.ts). What is no element of a `find`, or stands there twice, is left out and counted.
 */
export const startElsewhere = (running: Running, held: HeldRun, effect: Deed<'start'>): Promise<Answer> => {
  const { tx, catalogue, state } = running
  return startInEach({ tx, catalogue, catalogueVersion: state.catalogueVersion }, held, effect)
}

/** The same from any place: no conversation is needed to ask for runs in others. */
export async function startInEach(
  { tx, catalogue, catalogueVersion }: Pick<Running, 'tx' | 'catalogue'> & { catalogueVersion: number },
  held: HeldRun,
  effect: Deed<'start'>,
): Promise<Answer> {
  const { scenario: key, with: vars, each, chain, number } = effect
  const { event } = held.run
  const entry = await catalogue.byKey(tx, catalogueVersion, key)
  if (!entry || !event) return unknownScenario(key)
  const list = each ?? []
  const places = await placesOf(tx, list)
  const cause = withoutData(event)
  const request = { scenario: entry.id, version: entry.version, key, event: cause, vars, chain, by: held.id }
  await requestRuns(tx, { run: held.id, effect: number }, places, request)
  const skipped = list.length - places.length
  if (skipped === 0) return { ok: true }
  const message = `${skipped} of ${list.length} are nothing that a find gave, or were there before: nothing was started for them`
  return { ok: true, note: { code: 'elements_skipped', message } }
}

/** What one client wrote is nothing for the conversation of another: what a run there needs is given `with` it. */
function withoutData({ id, name, data }: ScenarioEvent): ScenarioEvent {
  const { at = null, now = null } = data
  return { id, name, data: { at, now } }
}
