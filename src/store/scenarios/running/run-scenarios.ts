import { ScenarioEngine } from '../../../domain/scenario/engine/engine.ts'
import type { ButtonPress } from '../../../domain/scenario/engine/host.ts'
import { publishedScenario } from '../../../domain/scenario/engine/published-scenario.ts'
import { answerRuns } from './answer-runs.ts'
import { LiveHost } from './live-host.ts'
import type { Running } from './running.ts'

/**
 * What scenarios make of an event that was just worked off: runs that wait for it go on, and what it triggers starts, in
 * the transaction of the event (scenario-format; P2). What one of them does may lead to the next, up to the depth that
 * the guards allow.
 */
export async function runScenarios(running: Running): Promise<void> {
  const { state, event } = running
  const engine = new ScenarioEngine(new LiveHost(running))
  await answerRuns(running, engine)
  const at = event.at.toISOString()
  // What came of a requested run is the first decision of its event.
  for (let n = event.payload.kind === 'run.requested' ? 1 : 0; state.happened.length > 0; n++) {
    const [happening] = state.happened.splice(0, 1)
    if (!happening) break
    const press = happening.name === 'button.pressed' ? await pressed(running) : undefined
    await engine.happened(happening, { id: `${state.id}/${event.seq}/${n}`, n, at }, press)
  }
}

/** The button's own scenario: its event names it. */
async function pressed({ tx, catalogue, event: { payload } }: Running): Promise<ButtonPress | undefined> {
  if (payload.kind !== 'button.pressed') return undefined
  const { scenario: id, version, run, task, inputs, by } = payload
  const document = await catalogue.byVersion(tx, id, version)
  return { scenario: publishedScenario(id, version, document), run, task, inputs, by }
}
