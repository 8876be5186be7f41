import { sql } from 'kysely'
import type { RunId, TaskId } from '../../../domain/ids.ts'
import { createBudget } from '../../../domain/scenario/expressions/budget.ts'
import { mayStart } from '../../../domain/scenario/interpreter/chain.ts'
import { matchesTrigger } from '../../../domain/scenario/interpreter/matches-trigger.ts'
import { canMove, move } from '../../../domain/scenario/interpreter/move.ts'
import { awaits, NO_CHAIN, type ScenarioEvent, start } from '../../../domain/scenario/interpreter/run.ts'
import type { Stimulus } from '../../../domain/scenario/interpreter/stimulus.ts'
import { triggerScope } from '../../../domain/scenario/interpreter/surroundings-scope.ts'
import { newId } from '../../new-id.ts'
import type { NotStarted } from '../../schema.ts'
import type { CatalogueEntry } from '../catalogue.ts'
import { driveRun, type HeldRun, heldRun, holdOpenRuns } from './drive-run.ts'
import type { Happening } from './happening.ts'
import type { Running } from './running.ts'

/**
 * What scenarios make of an event that was just worked off: runs that wait for it go on, and what it triggers starts, in
 * the transaction of the event (scenario-format; P2). What one of them does may lead to the next, up to the depth that
 * the guards allow.
 */
export async function runScenarios(running: Running): Promise<void> {
  const { state, event } = running
  await answerRuns(running)
  for (let n = 0; state.happened.length > 0; n++) {
    const [happening] = state.happened.splice(0, 1)
    if (happening) await happened(running, happening, { id: `${state.id}/${event.seq}/${n}`, n })
  }
}

/** Events that concern certain runs: how a message fared, a deadline, what a person or a publish asks. */
async function answerRuns(running: Running): Promise<void> {
  const { payload } = running.event
  switch (payload.kind) {
    case 'run.sent': {
      const { step, number } = payload
      await stimulate(running, [payload.run], { kind: 'answer', step, number, answer: { ok: true } })
      return
    }
    case 'delivery.failed':
      return answerFailure(running, payload.delivery, payload.code)
    case 'delivery.settled':
      if (payload.outcome === 'failed') return answerFailure(running, payload.delivery, 'not_sent')
      return answerSent(running, payload.delivery)
    case 'run.due':
      await stimulate(running, payload.runs, { kind: 'time' })
      return
    case 'run.asked':
      return obey(running, payload)
    default:
      return
  }
}

async function stimulate(running: Running, ids: readonly RunId[], stimulus: Stimulus): Promise<void> {
  for (const held of await holdRuns(running, ids)) await driveRun(running, held, stimulus)
}

async function holdRuns({ tx, state }: Running, ids: readonly RunId[]): Promise<HeldRun[]> {
  if (ids.length === 0) return []
  const rows = await tx
    .selectFrom('runs')
    .selectAll()
    .where('id', 'in', ids)
    .where('conversation_id', '=', state.id)
    .orderBy('priority', 'desc')
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.map(heldRun)
}

async function waitingFor(running: Running, delivery: string) {
  const { rows } = await sql<{ run: RunId; step: string; number: number }>`
    select run_id as run, run_step as step, run_effect as number from deliveries
    where id = ${delivery} and run_id is not null`.execute(running.tx)
  return rows[0] ?? null
}

async function answerFailure(running: Running, delivery: string, code: string): Promise<void> {
  const waiting = await waitingFor(running, delivery)
  if (!waiting) return
  const answer = { ok: false as const, code, message: 'The message could not be sent', final: true }
  const { run, step, number } = waiting
  await stimulate(running, [run], { kind: 'answer', step, number, answer })
}

async function answerSent(running: Running, delivery: string): Promise<void> {
  const waiting = await waitingFor(running, delivery)
  if (!waiting) return
  const { run, step, number } = waiting
  await stimulate(running, [run], { kind: 'answer', step, number, answer: { ok: true } })
}

async function obey(
  running: Running,
  { runs, deed }: Extract<Running['event']['payload'], { kind: 'run.asked' }>,
): Promise<void> {
  for (const held of await holdRuns(running, runs)) {
    switch (deed.do) {
      case 'stop':
        await driveRun(running, held, { kind: 'stop', reason: { code: deed.code, message: deed.message } })
        break
      case 'resume':
        await driveRun(running, held, { kind: 'resume' })
        break
      case 'move':
        await moveRun(running, held, deed.version)
        break
      case 'restart':
        await restartRun(running, held, deed.version)
        break
    }
  }
}

async function moveRun({ tx, catalogue }: Running, { id, scenario, run }: HeldRun, version: number): Promise<void> {
  const from = await catalogue.byVersion(tx, scenario, run.scenario.version)
  const to = await catalogue.byVersion(tx, scenario, version)
  if (!canMove(run, from, to).ok) return
  const moved = move(run, to, version)
  await tx
    .updateTable('runs')
    .set({ run: JSON.stringify(moved), version, awaits: awaits(moved) })
    .where('id', '=', id)
    .execute()
}

/** The event that started it starts the new version, from its first step. */
async function restartRun(running: Running, held: HeldRun, version: number): Promise<void> {
  const { tx, catalogue } = running
  const { event, inputs, pressedBy } = held.run
  const concerned = await driveRun(running, held, {
    kind: 'stop',
    reason: { code: 'restarted', message: 'A new version was published' },
  })
  if (!concerned || !event) return
  const document = await catalogue.byVersion(tx, held.scenario, version)
  const entry = { id: held.scenario, key: document.id, version, document, priority: document.priority }
  const stimulus: Stimulus = { kind: 'start', event, inputs, ...(pressedBy ? { pressedBy } : {}) }
  await beginRun(running, entry, stimulus, { task: held.task, chain: held.run.chain })
}

async function happened(running: Running, happening: Happening, place: { id: string; n: number }): Promise<void> {
  const { tx, state, catalogue } = running
  const listeners =
    happening.name === 'button.pressed'
      ? [...(await pressed(running)), ...(await catalogue.forEvent(tx, state.catalogueVersion, happening.name))]
      : await catalogue.forEvent(tx, state.catalogueVersion, happening.name)
  if (listeners.length === 0 && !state.hasRuns) return

  const event: ScenarioEvent = {
    id: place.id,
    name: happening.name,
    data: { ...happening.data, at: running.event.at.toISOString(), now: running.now.toISOString() },
  }
  for (const held of await holdOpenRuns(running)) {
    if (happening.interrupts) await driveRun(running, held, { kind: 'interrupt', by: happening.interrupts })
    if (awaits(held.run).includes(event.name)) await driveRun(running, held, { kind: 'event', event })
  }
  if (listeners.length > 0) await startTriggered(running, happening, { event, n: place.n }, listeners)
}

/** The button's own scenario: its event names it. */
async function pressed({ tx, catalogue, event: { payload } }: Running): Promise<CatalogueEntry[]> {
  if (payload.kind !== 'button.pressed') return []
  const document = await catalogue.byVersion(tx, payload.scenario, payload.version)
  return [{ id: payload.scenario, key: document.id, version: payload.version, document, priority: document.priority }]
}

async function startTriggered(
  running: Running,
  happening: Happening,
  { event, n }: { event: ScenarioEvent; n: number },
  listeners: readonly CatalogueEntry[],
): Promise<void> {
  const { tx, state } = running
  const scope = triggerScope(await running.surroundings(state.task?.id ?? null), event, running.now.getTime())
  if (!scope.ok) throw new Error(`the scope of a trigger is no JSON at ${scope.path}`)
  const notStarted: NotStarted[] = []
  const started: { scenarioId: CatalogueEntry['id']; version: number; runId: RunId }[] = []
  const chain = happening.cause ?? NO_CHAIN
  for (const entry of listeners) {
    const { id: scenarioId, version } = entry
    const match = matchesTrigger(entry.document.trigger, event, scope.scope, createBudget())
    const allowed = mayStart(entry.key, chain)
    if (!match.fires || !allowed.ok) {
      const reason = !match.fires ? match.reason : allowed.ok ? 'fires' : allowed.code
      notStarted.push({ scenarioId, version, reason, condition: match.result })
      continue
    }
    const run = await startRun(running, entry, event)
    if ('skipped' in run) notStarted.push({ scenarioId, version, reason: run.skipped, condition: match.result })
    else started.push({ scenarioId, version, runId: run.id })
  }
  await tx
    .insertInto('scenario_decisions')
    .values({
      conversation_id: state.id,
      seq: running.event.seq,
      n,
      event: event.name,
      comment_id: happening.comment,
      started: JSON.stringify(started),
      not_started: JSON.stringify(notStarted),
      at: running.now,
    })
    .execute()

  async function startRun(of: Running, entry: CatalogueEntry, cause: ScenarioEvent) {
    const { payload } = of.event
    const isPress = payload.kind === 'button.pressed' && payload.scenario === entry.id
    const press = isPress ? { inputs: payload.inputs, ...(payload.by ? { pressedBy: payload.by } : {}) } : {}
    const stimulus: Stimulus = { kind: 'start', event: cause, ...press }
    const options = {
      task: isPress ? payload.task : (state.task?.id ?? null),
      chain,
      ...(isPress ? { id: payload.run } : {}),
    }
    return beginRun(of, entry, stimulus, options)
  }
}

/**
 * Starts a run, as the scenario's `concurrency` says where another one of it is open in this conversation.
 * @returns the run; or why there is none
 */
export async function beginRun(
  running: Running,
  entry: CatalogueEntry,
  stimulus: Extract<Stimulus, { kind: 'start' }>,
  options: { task: TaskId | null; chain: typeof NO_CHAIN; id?: RunId },
): Promise<{ id: RunId } | { skipped: string }> {
  const { tx, state } = running
  const { document } = entry
  const open = await holdOpenRuns(running)
  const same = open.filter(({ scenario }) => scenario === entry.id)
  const id = options.id ?? newId<RunId>()
  const run = start(document, { id: entry.id, version: entry.version, chain: options.chain }, running.now.getTime())
  const insert = async (queued: Stimulus | null) => {
    await tx
      .insertInto('runs')
      .values({
        id,
        scenario_id: entry.id,
        version: entry.version,
        conversation_id: state.id,
        task_id: options.task,
        state: queued ? 'waiting' : 'running',
        reason_code: null,
        run: JSON.stringify(run),
        awaits: [],
        deadline: null,
        priority: document.priority,
        parent_id: null,
        pressed_by: null,
        queued: queued ? JSON.stringify(queued) : null,
        started_at: running.now,
        ended_at: null,
      })
      .execute()
    state.hasRuns = true
  }
  const held: HeldRun = { id, scenario: entry.id, task: options.task, run, queued: null }

  if (same.length > 0 && document.concurrency === 'skip') {
    if (!options.id) return { skipped: 'already_running' }
    // Who pressed a button was told of this run: it says why nothing came of it.
    await insert(null)
    await driveRun(running, held, {
      kind: 'stop',
      reason: { code: 'already_running', message: 'It is running already' },
    })
    return { skipped: 'already_running' }
  }
  if (same.length > 0 && document.concurrency === 'queue') {
    await insert(stimulus)
    return { id }
  }
  if (document.concurrency === 'restart') {
    for (const other of same) {
      await driveRun(running, other, { kind: 'stop', reason: { code: 'restarted', message: 'It was started again' } })
    }
  }
  for (const other of open.filter(({ scenario }) => scenario !== entry.id)) {
    await driveRun(running, other, { kind: 'interrupt', by: 'newScenario' })
  }
  await insert(null)
  await driveRun(running, held, stimulus)
  return { id }
}
