import type { Selectable } from 'kysely'
import type { RunId, ScenarioId, TaskId } from '../../../domain/ids.ts'
import type { ScenarioDocument } from '../../../domain/scenario/document/scenario-document.ts'
import { advance } from '../../../domain/scenario/interpreter/advance.ts'
import { chainFrom } from '../../../domain/scenario/interpreter/chain.ts'
import type { LogEntry } from '../../../domain/scenario/interpreter/log-entry.ts'
import { awaits, deadlineOf, hasEnded, type Run } from '../../../domain/scenario/interpreter/run.ts'
import type { Stimulus } from '../../../domain/scenario/interpreter/stimulus.ts'
import type { RunsTable } from '../../schema.ts'
import { OPEN } from '../open-runs.ts'
import { perform } from './perform.ts'
import type { Running } from './running.ts'

/** A run that this step holds. */
export interface HeldRun {
  id: RunId
  scenario: ScenarioId
  task: TaskId | null
  run: Run
  queued: Stimulus | null
}

export const heldRun = (row: Selectable<RunsTable>): HeldRun => ({
  id: row.id,
  scenario: row.scenario_id,
  task: row.task_id,
  run: row.run,
  queued: row.queued,
})

/** Runs of this conversation that have not ended, the highest priority first, held for this transaction. */
export async function holdOpenRuns({ tx, state }: Running): Promise<HeldRun[]> {
  if (!state.hasRuns) return []
  const rows = await tx
    .selectFrom('runs')
    .selectAll()
    .where('conversation_id', '=', state.id)
    .where('state', 'in', [...OPEN])
    .orderBy('priority', 'desc')
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.map(heldRun)
}

/**
 * Takes a run on by a stimulus, does what it asks for, and takes it on by the answers, until it waits for something or
 * has ended; then stores it with its record. Everything is in the step's transaction: a run and its effects are one.
 * @returns whether the stimulus concerned the run
 */
export async function driveRun(running: Running, held: HeldRun, stimulus: Stimulus): Promise<boolean> {
  const document = await documentOf(running, held)
  const now = running.now.getTime()
  const log: LogEntry[] = []
  let next: Stimulus | null = stimulus
  const before = held.run
  while (next !== null) {
    const advanced = advance(held.run, document, next, now, await running.surroundings(held.task ?? taskOf(running)))
    held.run = advanced.run
    log.push(...advanced.log)
    const [effect] = advanced.effects
    const answer = effect ? await perform(running, held, effect) : null
    next = effect && answer ? { kind: 'answer', step: effect.step, number: effect.number, answer } : null
  }
  if (held.run === before && log.length === 0) return false
  await storeRun(running, held, log)
  if (hasEnded(held.run)) await afterEnd(running, held, document)
  return true
}

const taskOf = ({ state }: Running): TaskId | null => state.task?.id ?? null

const documentOf = ({ catalogue, tx }: Running, { scenario, run }: HeldRun): Promise<ScenarioDocument> =>
  catalogue.byVersion(tx, scenario, run.scenario.version)

async function storeRun({ tx, state, live }: Running, { id, run, task }: HeldRun, log: readonly LogEntry[]) {
  const deadline = deadlineOf(run)
  await tx
    .updateTable('runs')
    .set({
      run: JSON.stringify(run),
      version: run.scenario.version,
      state: run.state,
      reason_code: run.reason?.code ?? null,
      awaits: awaits(run),
      deadline: deadline === null ? null : new Date(deadline),
      task_id: task,
      ended_at: hasEnded(run) ? new Date() : null,
      queued: null,
    })
    .where('id', '=', id)
    .execute()
  if (log.length > 0) {
    await tx
      .insertInto('run_entries')
      .values(log.map((entry) => ({ run_id: id, n: entry.n, at: new Date(entry.at), entry: JSON.stringify(entry) })))
      .execute()
  }
  state.hasRuns = true
  state.holdsChanged = true
  live.push({
    event: 'run',
    data: { runId: id, taskId: task, conversationId: state.id, channelId: state.channel.id, state: run.state },
  })
}

/** Other scenarios may wait for the end of this one; and another run of it may wait for its turn. */
async function afterEnd(running: Running, { scenario, run }: HeldRun, document: ScenarioDocument): Promise<void> {
  const { tx, state } = running
  if (run.state === 'finished' || run.state === 'failed') {
    state.happened.push({
      name: run.state === 'finished' ? 'scenario.finished' : 'scenario.failed',
      data: { scenario: document.id, reason: run.reason?.code ?? null },
      comment: null,
      cause: chainFrom(run),
    })
  }
  const next = await tx
    .selectFrom('runs')
    .selectAll()
    .where('conversation_id', '=', state.id)
    .where('scenario_id', '=', scenario)
    .where('state', '=', 'waiting')
    .where('queued', 'is not', null)
    .orderBy('id')
    .limit(1)
    .forUpdate()
    .executeTakeFirst()
  if (!next?.queued) return
  const held = heldRun(next)
  await driveRun(running, { ...held, run: { ...held.run, state: 'running' } }, next.queued)
}
