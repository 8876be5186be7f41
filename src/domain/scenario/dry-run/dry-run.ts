import type { RunId } from '../../ids.ts'
import { answerOfRecord } from '../engine/answer-of-record.ts'
import { ScenarioEngine } from '../engine/engine.ts'
import type { Happening } from '../engine/happening.ts'
import type { ButtonPress } from '../engine/host.ts'
import type { LogEntry } from '../interpreter/log-entry.ts'
import { deadlineOf, type Run } from '../interpreter/run.ts'
import { MemoryHost, type SimulatedRun } from './memory-host.ts'
import type { DryRunDecision, DryRunOptions } from './options.ts'
import type { Tape, TapeEvent } from './tape.ts'

/** A run that the scenario under test would have had. */
export interface DryRunOfRun {
  startEventId: string
  /** the run that the same event really started */
  live: RunId | null
  /** as it stands at the end of the stretch */
  run: Run
  entries: LogEntry[]
  /** the step whose answer nobody knows: the dry run of this run ends there */
  unknownFrom: string | null
}

export interface DryRun {
  runs: DryRunOfRun[]
  decisions: DryRunDecision[]
  /** it led to so much beside the record, or wrote so much, that it was ended */
  stopped: 'limit_follows' | 'limit_written' | null
}

/** So many events beside the record, deadlines and what follows from assumed effects, are played for one tape. */
const MOST_BESIDE_RECORD = 2_000

/**
 * What one scenario would have made of a stretch of a conversation. The record is played in its order by the same engine
 * as live; for the same version the records of runs and the decisions are the same, byte for byte
 * (docs/decisions/0029: what is exact, what is assumed).
 */
export async function dryRun(tape: Tape, options: DryRunOptions): Promise<DryRun> {
  const player = new Player(tape, options)
  for (const event of tape.events) {
    if (player.isStopped) break
    await player.play(event)
  }
  await player.end(options.until)
  return {
    runs: player.host.runs.filter(({ held }) => held.scenario === options.scenario.id).map(runOf),
    decisions: player.host.decisions,
    stopped: player.stopped,
  }
}

const runOf = ({ held, startEventId, live, entries, unknownFrom }: SimulatedRun): DryRunOfRun => ({
  startEventId,
  live: live?.id ?? null,
  run: held.run,
  entries,
  unknownFrom,
})

class Player {
  readonly host: MemoryHost
  readonly #conversation: string
  #besideRecord = 0
  #seq = 0

  constructor(tape: Tape, options: DryRunOptions) {
    this.host = new MemoryHost(tape, options)
    this.#conversation = tape.conversation
  }

  get isStopped(): boolean {
    return this.stopped !== null
  }

  get stopped(): DryRun['stopped'] {
    if (this.#besideRecord > MOST_BESIDE_RECORD) return 'limit_follows'
    return this.host.isFull ? 'limit_written' : null
  }

  async play(event: TapeEvent): Promise<void> {
    const { host } = this
    const { payload, seq } = event
    const now = payload.kind === 'run.due' ? payload.by : event.receivedAt
    await this.#timePasses(now)
    host.now = now
    host.place = { seq, n: null }
    this.#seq = seq
    host.begin(event)
    const engine = new ScenarioEngine(host)
    await this.#answer(engine, event)
    await this.#happened(engine, event)
    host.end()
    await this.#follow()
  }

  async end(until: number): Promise<void> {
    await this.#timePasses(until)
  }

  /** Deadlines that the record does not know of come by themselves, at their moment. */
  async #timePasses(until: number): Promise<void> {
    for (let due = this.host.nextDue(until); due && !this.isStopped; due = this.host.nextDue(until)) {
      this.#besideRecord++
      this.host.now = due.at
      this.host.place = { seq: this.#seq, n: null }
      const engine = new ScenarioEngine(this.host)
      await engine.stimulate([due.run.held.id], { kind: 'time' })
      await this.#deliver(engine, this.host.told.splice(0))
      await this.#follow()
    }
  }

  async #answer(engine: ScenarioEngine, { payload }: TapeEvent): Promise<void> {
    const { host } = this
    const answered = answerOfRecord(payload)
    const effect = answered && host.live.effectOf(answered)
    if (answered && effect) {
      const run = host.simulated(effect.run)
      const { step, number } = effect
      if (run) await engine.stimulate([run.held.id], { kind: 'answer', step, number, answer: answered.answer })
    } else if (payload.kind === 'run.due') {
      await engine.stimulate(this.#due(payload.runs, payload.by), { kind: 'time' })
    } else if (payload.kind === 'run.asked') {
      await engine.obey(this.#ids(payload.runs), payload.deed)
    } else if (payload.kind === 'run.requested') {
      const { scenario: id, version, key, ...request } = payload
      host.place = { seq: this.#seq, n: 0 }
      await engine.requested({ ...request, scenario: { id, key, version } }, 0)
    }
  }

  /** A run whose time has not come yet waits for something else than the live one did. */
  #due(runs: readonly RunId[], by: number): RunId[] {
    return runs.flatMap((id) => {
      const run = this.host.simulated(id)
      const deadline = run && deadlineOf(run.held.run)
      if (!run || deadline == null) return []
      if (deadline <= by) return [run.held.id]
      run.isAsLive = false
      return []
    })
  }

  #ids = (runs: readonly RunId[]): RunId[] => runs.flatMap((id) => this.host.simulated(id)?.held.id ?? [])

  async #happened(engine: ScenarioEngine, event: TapeEvent): Promise<void> {
    const { host } = this
    const repeated = event.happened.map((happening) => (host.repeats(event, happening) ? happening : null))
    host.met(event)
    const queue: (Happening | null)[] = [...repeated, ...host.told.splice(0)]
    const at = new Date(event.at).toISOString()
    for (let n = 0; n < queue.length; n++) {
      const happening = queue[n]
      if (!happening) continue
      host.place = { seq: event.seq, n }
      const press = happening.name === 'button.pressed' ? this.#press(event) : undefined
      await engine.happened(happening, { id: `${this.#conversation}/${event.seq}/${n}`, n, at }, press)
      queue.push(...host.told.splice(0))
    }
  }

  #press({ payload }: TapeEvent): ButtonPress | undefined {
    if (payload.kind !== 'button.pressed') return undefined
    const { scenario: id, version, task, inputs, by } = payload
    const scenario = this.host.find(id, version)
    return scenario ? { scenario, run: this.host.newRunId(), task, inputs, by } : undefined
  }

  /** What effects lead to that the record does not know of. */
  async #follow(): Promise<void> {
    const { host } = this
    for (;;) {
      const [next] = host.follows.splice(0, 1)
      if (!next || this.isStopped) return
      this.#besideRecord++
      await this.#deliver(new ScenarioEngine(host), [next])
    }
  }

  async #deliver(engine: ScenarioEngine, happened: Happening[]): Promise<void> {
    const { host } = this
    const queue = [...happened]
    const at = new Date(host.now).toISOString()
    const id = `${this.#conversation}/${this.#seq}+${this.#besideRecord}`
    for (let n = 0; n < queue.length; n++) {
      const happening = queue[n]
      if (!happening) continue
      host.place = { seq: this.#seq, n: null }
      await engine.happened(happening, { id: `${id}/${n}`, n, at })
      queue.push(...host.told.splice(0))
    }
  }
}
