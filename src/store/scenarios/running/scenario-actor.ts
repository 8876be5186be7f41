import type { HeldRun } from '../../../domain/scenario/engine/host.ts'
import { chainFrom } from '../../../domain/scenario/interpreter/chain.ts'
import type { Actor } from '../../actor.ts'
import type { Running } from './running.ts'

/** A run as whoever acts: what it does is written down in the scenario's name, with what led to it. */
export async function scenarioActor(running: Running, { scenario, run }: HeldRun): Promise<Actor> {
  return {
    userId: null,
    name: await running.nameOf(scenario, run.scenario.key),
    channelIds: null,
    key: `scenario:${scenario}`,
    scenario: { id: scenario, cause: chainFrom(run) },
  }
}
