import type { RunId, ScenarioId, TaskId, UserId } from '../../../domain/ids.ts'
import type { EventName } from '../../../domain/scenario/document/events.ts'
import type { Happening } from '../../../domain/scenario/engine/happening.ts'
import type { Decision, HeldRun, PublishedScenario, ScenarioHost } from '../../../domain/scenario/engine/host.ts'
import type { Effect } from '../../../domain/scenario/interpreter/effects.ts'
import type { LogEntry } from '../../../domain/scenario/interpreter/log-entry.ts'
import type { Answer } from '../../../domain/scenario/interpreter/stimulus.ts'
import { newId } from '../../new-id.ts'
import { OPEN } from '../open-runs.ts'
import { heldRun } from './held-run.ts'
import { perform } from './perform.ts'
import type { Running } from './running.ts'
import { insertRun, updateRun } from './store-run.ts'
import { withdrawMessage } from './withdraw-message.ts'

/** A client's conversation as the place where runs live: everything is in the transaction of its step. */
export class LiveHost implements ScenarioHost {
  readonly #running: Running

  constructor(running: Running) {
    this.#running = running
  }

  get now(): number {
    return this.#running.now.getTime()
  }

  get mayHaveRuns(): boolean {
    return this.#running.state.hasRuns
  }

  get task(): TaskId | null {
    const { event, state } = this.#running
    // A webhook may name a task, which need not be the newest one.
    const named = event.payload.kind === 'webhook.received' ? event.payload.task : null
    return named ?? state.task?.id ?? null
  }

  async openRuns(): Promise<HeldRun[]> {
    const { tx, state } = this.#running
    const rows = await tx
      .selectFrom('runs')
      .selectAll()
      .where('conversation_id', '=', state.id)
      .where('state', 'in', [...OPEN])
      .forUpdate()
      .execute()
    return rows.map(heldRun)
  }

  async findRuns(ids: readonly RunId[]): Promise<HeldRun[]> {
    const { tx, state } = this.#running
    const rows = await tx
      .selectFrom('runs')
      .selectAll()
      .where('id', 'in', ids)
      .where('conversation_id', '=', state.id)
      .forUpdate()
      .execute()
    return rows.map(heldRun)
  }

  newRunId(): RunId {
    return newId<RunId>()
  }

  async addRun(held: HeldRun, pressedBy: UserId | null): Promise<void> {
    const { tx, state, now } = this.#running
    await insertRun(tx, held, { home: { conversation: state.id }, pressedBy, at: now })
    state.hasRuns = true
    this.#tellScreens(held)
  }

  async saveRun(held: HeldRun, log: readonly LogEntry[]): Promise<void> {
    const { tx, state, event } = this.#running
    await updateRun(tx, held, log, event.seq)
    state.hasRuns = true
    state.holdsChanged = true
    this.#tellScreens(held)
  }

  #tellScreens({ id, scenario, run, task, isQueued }: HeldRun): void {
    const { state, live } = this.#running
    const place = { taskId: task, conversationId: state.id, channelId: state.channel.id }
    live.push({
      event: 'run',
      data: { ...place, runId: id, scenarioId: scenario, state: isQueued ? 'waiting' : run.state },
    })
  }

  surroundings(task: TaskId | null) {
    return this.#running.surroundings(task ?? this.task, this.task)
  }

  async perform(held: HeldRun, effect: Effect): Promise<Answer | null> {
    const { happened } = this.#running.state
    const before = happened.length
    const answer = await perform(this.#running, held, effect)
    this.#running.snapshot.did({ run: held.id, number: effect.number }, happened.slice(before))
    return answer
  }

  withdraw(held: HeldRun, because: string): Promise<boolean> {
    return withdrawMessage(this.#running, held, because)
  }

  listeners(event: EventName): Promise<readonly PublishedScenario[]> {
    const { tx, catalogue, state } = this.#running
    return catalogue.forEvent(tx, state.catalogueVersion, event)
  }

  async published(key: string): Promise<PublishedScenario | null> {
    const { tx, catalogue, state } = this.#running
    return catalogue.byKey(tx, state.catalogueVersion, key)
  }

  document(scenario: ScenarioId, version: number) {
    return this.#running.catalogue.byVersion(this.#running.tx, scenario, version)
  }

  async decided({ happening, n, started, notStarted }: Decision): Promise<void> {
    const { tx, state, event, now } = this.#running
    await tx
      .insertInto('scenario_decisions')
      .values({
        conversation_id: state.id,
        seq: event.seq,
        n,
        event: happening.name,
        comment_id: happening.comment,
        started: JSON.stringify(started),
        not_started: JSON.stringify(notStarted),
        at: now,
      })
      .execute()
  }

  tell(happening: Happening): void {
    this.#running.state.happened.push(happening)
  }
}
