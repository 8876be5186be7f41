import { sql } from 'kysely'
import type { DeliveryId, RunId } from '../../../domain/ids.ts'
import { answerOfRecord, type RecordedAnswer } from '../../../domain/scenario/engine/answer-of-record.ts'
import type { ScenarioEngine } from '../../../domain/scenario/engine/engine.ts'
import type { Tx } from '../../database.ts'
import type { Running } from './running.ts'

/** Events that concern certain runs: how a message fared, a deadline, what a person or a publish asks. */
export async function answerRuns(running: Running, engine: ScenarioEngine): Promise<void> {
  const { payload } = running.event
  const answered = answerOfRecord(payload)
  if (answered) return answer(running, engine, answered)
  switch (payload.kind) {
    case 'run.due':
      return engine.stimulate(payload.runs, { kind: 'time' })
    case 'run.asked':
      return engine.obey(payload.runs, payload.deed)
    case 'run.requested': {
      const { scenario: id, version, key, ...request } = payload
      return engine.requested({ ...request, scenario: { id, key, version } }, 0)
    }
    default:
      return
  }
}

async function answer({ tx }: Running, engine: ScenarioEngine, { to, answer }: RecordedAnswer): Promise<void> {
  const effect = 'run' in to ? to : await effectOf(tx, to.delivery)
  if (!effect) return
  const { run, step, number } = effect
  await engine.stimulate([run], { kind: 'answer', step, number, answer })
}

/** The effect of a run that the message is, if it is one. */
async function effectOf(tx: Tx, delivery: DeliveryId) {
  const { rows } = await sql<{ run: RunId; step: string; number: number }>`
    select run_id as run, run_step as step, run_effect as number from deliveries
    where id = ${delivery} and run_id is not null`.execute(tx)
  return rows[0] ?? null
}
