import type { RunId, ScenarioId, TaskId, UserId } from '../../../../src/domain/ids.ts'
import { readDocument } from '../../../../src/domain/scenario/document/read-document.ts'
import type { ScenarioDocument } from '../../../../src/domain/scenario/document/scenario-document.ts'
import { ScenarioEngine } from '../../../../src/domain/scenario/engine/engine.ts'
import type { Happening } from '../../../../src/domain/scenario/engine/happening.ts'
import type { Decision, HeldRun, PublishedScenario, ScenarioHost } from '../../../../src/domain/scenario/engine/host.ts'
import type { Effect } from '../../../../src/domain/scenario/interpreter/effects.ts'
import type { LogEntry } from '../../../../src/domain/scenario/interpreter/log-entry.ts'
import { hasEnded } from '../../../../src/domain/scenario/interpreter/run.ts'
import type { Answer } from '../../../../src/domain/scenario/interpreter/stimulus.ts'
import { NOON, SURROUNDINGS } from '../interpreter/play.ts'

/** A document of a scenario; a mistake in it fails the test. */
export function makeScenario(of: { id: string; steps: object[]; [key: string]: unknown }): ScenarioDocument {
  const read = readDocument({ name: of.id, trigger: { event: 'message.received' }, ...of })
  if (!read.ok) throw new Error(read.problems.map(({ path, message }) => `${path} ${message}`).join('\n'))
  return read.document
}

interface Stored extends Omit<HeldRun, 'task'> {
  task: TaskId | null
  log: LogEntry[]
}

/** What a place keeps between two events: plain data. */
export interface PlaceState {
  now: number
  events: number
  ids: number
  runs: Stored[]
  decisions: { event: string; started: string[]; not: string[] }[]
  /** messages that were asked for, by scenario and effect */
  said: string[]
  /** cleared before each event: runs that were begun by it, in their order */
  begun: string[]
}

export const emptyPlace = (): PlaceState => ({
  now: NOON,
  events: 0,
  ids: 0,
  runs: [],
  decisions: [],
  said: [],
  begun: [],
})

/**
 * A conversation in memory. It is as strict as a database: what a run writes is in order and without gaps, and nothing
 * is written of a run that has ended.
 */
export class MemoryPlace implements ScenarioHost {
  readonly task = null
  readonly #scenarios: readonly PublishedScenario[]
  readonly #queue: Happening[] = []
  state: PlaceState

  constructor(documents: readonly ScenarioDocument[], state: PlaceState = emptyPlace()) {
    this.state = state
    this.#scenarios = documents
      .map((document) => ({
        id: `id-${document.id}` as ScenarioId,
        key: document.id,
        version: 1,
        document,
        priority: document.priority,
      }))
      .toSorted((a, b) => b.priority - a.priority)
  }

  get now(): number {
    return this.state.now
  }

  get mayHaveRuns(): boolean {
    return this.state.runs.some(({ run }) => !hasEnded(run))
  }

  openRuns = async () => this.state.runs.filter(({ run }) => !hasEnded(run)).map(heldRun)

  findRuns = async (ids: readonly RunId[]) => this.state.runs.filter(({ id }) => ids.includes(id)).map(heldRun)

  newRunId = () => `run-${String(++this.state.ids).padStart(6, '0')}` as RunId

  async addRun(held: HeldRun, _pressedBy: UserId | null): Promise<void> {
    if (this.#find(held.id)) throw new Error(`${held.id} is there twice`)
    this.state.runs.push({ ...held, log: [] })
  }

  async saveRun(held: HeldRun, log: readonly LogEntry[]): Promise<void> {
    const stored = this.#find(held.id)
    if (!stored) throw new Error(`${held.id} was never added`)
    if (hasEnded(stored.run)) throw new Error(`${held.id} has ended and is written again`)
    for (const entry of log) {
      if (entry.n !== stored.log.length + 1) throw new Error(`${held.id}: entry ${entry.n} after ${stored.log.length}`)
      stored.log.push(entry)
      if (entry.outcome === 'started') this.state.begun.push(held.id)
    }
    Object.assign(stored, { task: held.task, run: held.run, isQueued: held.isQueued })
  }

  surroundings = async () => ({ ...SURROUNDINGS, calendars: {} })

  async perform({ run }: HeldRun, effect: Effect): Promise<Answer | null> {
    if (!run.asked?.isMessage) return { ok: true }
    this.state.said.push(`${run.scenario.key} ${'text' in effect ? effect.text : effect.do}`)
    return null
  }

  listeners = async (event: string) =>
    this.#scenarios.filter(({ document: { trigger } }) => 'event' in trigger && trigger.event === event)

  published = async (key: string) => this.#scenarios.find((one) => one.key === key) ?? null

  async document(id: ScenarioId): Promise<ScenarioDocument> {
    const entry = this.#scenarios.find((one) => one.id === id)
    if (!entry) throw new Error(`there is no ${id}`)
    return entry.document
  }

  async decided({ happening, started, notStarted }: Decision): Promise<void> {
    this.state.decisions.push({
      event: happening.name,
      started: started.map(({ scenarioId }) => scenarioId.slice(3)),
      not: notStarted.map(({ scenarioId, reason }) => `${scenarioId.slice(3)} ${reason}`),
    })
  }

  tell(happening: Happening): void {
    this.#queue.push(happening)
  }

  /** One recorded event: what `first` asks of the engine, then everything that happened. */
  async step(happened: Happening[], first: (engine: ScenarioEngine) => Promise<void> = async () => undefined) {
    const engine = new ScenarioEngine(this)
    const seq = ++this.state.events
    this.state.begun = []
    this.#queue.push(...happened)
    await first(engine)
    for (let n = 0; ; n++) {
      const happening = this.#queue.shift()
      if (!happening) return
      await engine.happened(happening, { id: `c/${seq}/${n}`, n, at: new Date(this.now).toISOString() })
    }
  }

  happen = (name: Happening['name'], more: Partial<Happening> = {}): Promise<void> =>
    this.step([{ name, data: {}, comment: null, cause: null, ...more }])

  /** Every message that waits to leave has left, or was taken back. */
  async answerAll(answer: Answer = { ok: true }): Promise<void> {
    for (const { id, run } of this.state.runs.filter(({ run: one }) => !hasEnded(one) && one.asked?.isMessage)) {
      const { asked } = run
      if (!asked) continue
      const { step, number } = asked
      await this.step([], (engine) => engine.stimulate([id], { kind: 'answer', step, number, answer }))
    }
  }

  /** Key and state of each run, the oldest first. */
  states(): string[] {
    return this.state.runs.map(({ run, isQueued }) =>
      [run.scenario.key, isQueued ? 'queued' : run.state, run.reason?.code].filter(Boolean).join(' '),
    )
  }

  #find(id: RunId): Stored | undefined {
    return this.state.runs.find((one) => one.id === id)
  }
}

const heldRun = ({ log: _, ...held }: Stored): HeldRun => ({ ...held })
