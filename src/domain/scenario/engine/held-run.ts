import type { RunId, TaskId, UserId } from '../../ids.ts'
import { advance } from '../interpreter/advance.ts'
import { type Chain, type ScenarioEvent, start } from '../interpreter/run.ts'
import type { HeldRun, PublishedScenario, ScenarioHost, StartStimulus } from './host.ts'

/** How a run is to begin, beside what starts it. */
export interface Beginning {
  task: TaskId | null
  chain: Chain
  /** absent: a fresh one */
  id?: RunId
  /** the run that calls it */
  parent?: RunId | null
  pressedBy?: UserId | null
}

/** A run that has not begun. */
export function newRun(
  { id: scenario, version, document }: PublishedScenario,
  stimulus: StartStimulus,
  of: { id: RunId; task: TaskId | null; chain: Chain; parent: RunId | null; isQueued: boolean; now: number },
): HeldRun {
  const { now, chain, ...held } = of
  const { priority } = document
  const run = start(document, { id: scenario, version, chain }, now)
  return { ...held, scenario, priority, run, start: stimulus }
}

/** Whether a run would go on by an event; nothing happens to it. */
export async function wouldGoOn(host: ScenarioHost, held: HeldRun, event: ScenarioEvent): Promise<boolean> {
  const { scenario, run, task } = held
  const document = await host.document(scenario, run.scenario.version)
  const surroundings = await host.surroundings(task, held)
  return advance(run, document, { kind: 'event', event }, host.now, surroundings).log.length > 0
}
