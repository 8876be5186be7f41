import type { Effect } from '../../../domain/scenario/interpreter/effects.ts'
import type { Answer } from '../../../domain/scenario/interpreter/stimulus.ts'
import { driveRun, type HeldRun, holdOpenRuns } from './drive-run.ts'
import { writeComment } from './perform-message.ts'
import { assign } from './perform-task.ts'
import { beginRun } from './run-scenarios.ts'
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

/** Starts another scenario in this conversation; the run goes on at once. */
export async function startAnother(running: Running, held: HeldRun, effect: Deed<'start'>): Promise<Answer> {
  const { tx, catalogue } = running
  if (effect.each) {
    return { ok: false, code: 'not_supported', message: 'This installation cannot start it for a list', final: false }
  }
  const row = await tx
    .selectFrom('scenarios')
    .select(['id', 'published_version'])
    .where('key', '=', effect.scenario)
    .where('enabled', '=', true)
    .where('published_version', 'is not', null)
    .executeTakeFirst()
  if (!row || row.published_version === null || !held.run.event) {
    const message = `The scenario “${effect.scenario}” is not published`
    return { ok: false, code: 'unknown_scenario', message, final: false }
  }
  const document = await catalogue.byVersion(tx, row.id, row.published_version)
  const entry = { id: row.id, key: document.id, version: row.published_version, document, priority: document.priority }
  const stimulus = { kind: 'start' as const, event: held.run.event, vars: effect.with }
  await beginRun(running, entry, stimulus, { task: held.task, chain: effect.chain })
  return { ok: true }
}

/** Ends the runs of a scenario in this conversation. */
export async function cancelRuns(running: Running, held: HeldRun, key: string): Promise<Answer> {
  for (const other of await holdOpenRuns(running)) {
    if (other.run.scenario.key !== key || other.id === held.id) continue
    const reason = { code: 'cancelled_by_scenario', message: 'Another scenario ended it' }
    await driveRun(running, other, { kind: 'stop', reason })
  }
  return { ok: true }
}
