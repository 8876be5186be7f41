import type { RunId, ScenarioId, TaskId } from '../../ids.ts'
import { canonicalJson } from '../document/canonical.ts'
import type { EventName } from '../document/events.ts'
import type { ScenarioDocument } from '../document/scenario-document.ts'
import { findStep } from '../document/walk.ts'
import { type Setting, surroundingsOf } from '../engine/facts.ts'
import type { Happening } from '../engine/happening.ts'
import type { Decision, HeldRun, PublishedScenario, ScenarioHost } from '../engine/host.ts'
import { publishedScenario } from '../engine/published-scenario.ts'
import { DAY_MS, TEN_MINUTES_MS, TOO_MANY_MESSAGES, tooManyMessages } from '../engine/too-many-messages.ts'
import type { Effect } from '../interpreter/effects.ts'
import type { LogEntry } from '../interpreter/log-entry.ts'
import { deadlineOf, hasEnded } from '../interpreter/run.ts'
import type { Answer, Surroundings } from '../interpreter/stimulus.ts'
import { assumeEffect } from './assumed-effects.ts'
import { isMessage } from './deeds.ts'
import { LiveRuns, nameOf } from './live-runs.ts'
import type { DryRunDecision, DryRunOptions, Written } from './options.ts'
import type { Frame, LiveRun, Tape, TapeEvent } from './tape.ts'
import { World } from './world.ts'

/** A run of a dry run, and the one that really was started by the same event. */
export interface SimulatedRun {
  readonly held: HeldRun
  readonly startEventId: string
  readonly entries: LogEntry[]
  readonly live: LiveRun | null
  /** Its record is the live one's so far, line by line. */
  isAsLive: boolean
  /** the step whose answer nobody can know: what comes behind it is not told */
  unknownFrom: string | null
}

/** Where the engine stands: an event of the tape, or something between two of them (`n` null). */
interface Place {
  seq: number
  n: number | null
}

/**
 * A conversation that is played from its record: nothing leaves it. What the record knows of an effect is taken from
 * there; of anything else the most likely is assumed (docs/decisions/0029).
 */
export class MemoryHost implements ScenarioHost {
  now = 0
  place: Place = { seq: 0, n: null }
  /** what runs lead to within the event that is worked off */
  readonly told: Happening[] = []
  /** what happens as an event of its own, right behind the one that is worked off */
  readonly follows: Happening[] = []
  readonly decisions: DryRunDecision[] = []
  readonly live: LiveRuns
  readonly #options: DryRunOptions
  readonly #hasOlderRuns: boolean
  readonly #world: World
  readonly #runs = new Map<RunId, SimulatedRun>()
  readonly #byLive = new Map<RunId, SimulatedRun>()
  /** effects of live runs that were asked for here, too */
  readonly #done = new Set<string>()
  /** events that effects of the record have led to, and that are still to come */
  readonly #expected = new Map<string, number>()
  #frames: readonly Frame[] = []
  /** when automatic messages left since the last word of the client or of a person */
  #messages: number[] = []
  #open = new Set<SimulatedRun>()
  readonly #written: Written = { entries: 0, characters: 0 }

  constructor(tape: Tape, options: DryRunOptions) {
    this.live = new LiveRuns(tape)
    this.#options = options
    this.#hasOlderRuns = tape.hasOlderRuns
    this.#world = new World(tape.conversation)
  }

  get runs(): SimulatedRun[] {
    return [...this.#runs.values()]
  }

  /** Its runs have written as much as they may. */
  get isFull(): boolean {
    const { most } = this.#options
    return most !== undefined && (this.#written.entries > most.entries || this.#written.characters > most.characters)
  }

  get mayHaveRuns(): boolean {
    return this.#open.size > 0
  }

  get task(): TaskId | null {
    return this.#world.task
  }

  // ── the record ────────────────────────────────────────────────────────────────────────────────

  /** An event begins: everything is as scenarios saw it then. */
  begin({ frames, payload }: TapeEvent): void {
    this.#frames = frames
    for (const frame of frames) if (frame.after === null) this.#world.record(frame)
    if (payload.kind === 'message.received' || payload.kind === 'comment.added') this.#hearPeople(payload)
  }

  /** It ends: what scenarios did and the dry run did not is known, and undone. */
  end(): void {
    for (const frame of this.#frames) {
      if (frame.after === null || this.#done.has(nameOf(frame.after))) continue
      if (!this.live.has(frame.after.run)) {
        this.#world.record(frame)
        this.follows.push(...(frame.happened ?? []))
        continue
      }
      const before = this.#world.remember()
      this.#world.record(frame)
      this.#world.unmake(before)
    }
    this.#frames = []
  }

  /** Whether an event happens in the dry run, too: what follows from a scenario's effect does where that was done. */
  repeats({ payload }: TapeEvent, happening: Happening | null): boolean {
    const delivery =
      'delivery' in payload ? payload.delivery : 'deliveries' in payload ? payload.deliveries[0] : undefined
    const effect = delivery === undefined ? null : this.live.effectOf({ to: { delivery } })
    if (effect) return this.#done.has(nameOf(effect))
    const cause = ('cause' in payload ? payload.cause : null) ?? happening?.cause
    if (!cause?.scenarios.includes(this.#options.scenario.key) || this.#hasOlderRuns) return true
    return (this.#expected.get(expectationOf(payload.kind, cause.scenarios.at(-1) ?? '')) ?? 0) > 0
  }

  /** An event that was expected has come. */
  met({ payload }: TapeEvent): void {
    const cause = 'cause' in payload ? payload.cause : null
    if (!cause) return
    const name = expectationOf(payload.kind, cause.scenarios.at(-1) ?? '')
    this.#expected.set(name, Math.max(0, (this.#expected.get(name) ?? 0) - 1))
  }

  /** The run that stands here for a live one. */
  simulated = (live: RunId): SimulatedRun | undefined => this.#byLive.get(live)

  /** The first of those that are due before `until` and do not wait for what the record says of them. */
  nextDue(until: number): { run: SimulatedRun; at: number } | null {
    let first: { run: SimulatedRun; at: number } | null = null
    for (const run of this.#open) {
      const at = deadlineOf(run.held.run)
      if (at === null || at > until || (first && at >= first.at) || this.#waitsForRecord(run)) continue
      first = { run, at }
    }
    return first
  }

  #waitsForRecord({ held, live, isAsLive }: SimulatedRun): boolean {
    if (!live || !isAsLive) return false
    const document = this.#documentOf(held.scenario, held.run.scenario.version)
    const other = this.#options.documents.version(live.scenario, live.version)
    if (!document || !other || document === other) return other !== null
    const step = ({ steps: _, ...one }: ScenarioDocument, all: ScenarioDocument) =>
      canonicalJson([one.limits.lifetime, held.run.at === null ? null : findStep(all, held.run.at)?.step])
    return step(document, document) === step(other, other)
  }

  #hearPeople(payload: TapeEvent['payload']): void {
    const isWord =
      payload.kind === 'message.received' || (payload.kind === 'comment.added' && payload.deliveries.length > 0)
    if (isWord) this.#messages = []
  }

  // ── runs ──────────────────────────────────────────────────────────────────────────────────────

  async openRuns(): Promise<HeldRun[]> {
    return [...this.#open].map(({ held }) => held)
  }

  async findRuns(ids: readonly RunId[]): Promise<HeldRun[]> {
    return ids.flatMap((id) => {
      const run = this.#runs.get(id)
      return run && run.unknownFrom === null ? [run.held] : []
    })
  }

  newRunId(): RunId {
    return `run-${String(this.#runs.size + 1).padStart(6, '0')}` as RunId
  }

  async addRun(held: HeldRun): Promise<void> {
    const startEventId = held.start?.event.id ?? ''
    const live = this.live.take(held.scenario, startEventId)
    const run: SimulatedRun = { held, startEventId, entries: [], live, isAsLive: live !== null, unknownFrom: null }
    this.#runs.set(held.id, run)
    if (live) this.#byLive.set(live.id, run)
    this.#open.add(run)
  }

  async saveRun(held: HeldRun, log: readonly LogEntry[]): Promise<void> {
    const run = this.#runs.get(held.id)
    if (!run) throw new Error(`run ${held.id} was not added`)
    run.entries.push(...log)
    if (this.#options.most) {
      this.#written.entries += log.length
      this.#written.characters += JSON.stringify(log).length
    }
    const { live } = run
    if (live && run.isAsLive) run.isAsLive = log.every((entry) => this.live.wrote(live, entry))
    if (hasEnded(held.run) || run.unknownFrom !== null) this.#open.delete(run)
  }

  async decided({ started, notStarted }: Decision): Promise<void> {
    const { seq, n } = this.place
    const { id } = this.#options.scenario
    for (const one of started) if (one.scenarioId === id) this.decisions.push({ seq, n, started: true })
    for (const { scenarioId, reason, condition } of notStarted) {
      if (scenarioId === id) this.decisions.push({ seq, n, started: false, reason, condition })
    }
  }

  tell(happening: Happening): void {
    this.told.push(happening)
  }

  // ── what is published ─────────────────────────────────────────────────────────────────────────

  /** The scenario under test, and those that really were started: nobody else did anything. */
  async listeners(event: EventName): Promise<readonly PublishedScenario[]> {
    const { scenario, documents } = this.#options
    const { trigger } = scenario.document
    const own = 'event' in trigger && trigger.event === event ? [scenario] : []
    const { seq, n } = this.place
    const decision = n === null ? null : this.live.decision(seq, n)
    if (!decision) return own
    const others = decision.started.flatMap(({ scenarioId, version }) => {
      if (scenarioId === scenario.id) return []
      const document = documents.version(scenarioId, version)
      const listens = document && 'event' in document.trigger
      return listens ? [publishedScenario(scenarioId, version, document)] : []
    })
    return [...own, ...others].sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1))
  }

  async published(key: string): Promise<PublishedScenario | null> {
    const { scenario, documents } = this.#options
    return key === scenario.key ? scenario : documents.published(key)
  }

  async document(scenario: ScenarioId, version: number): Promise<ScenarioDocument> {
    const document = this.#documentOf(scenario, version)
    if (!document) throw new Error(`scenario ${scenario} has no version ${version}`)
    return document
  }

  /** Of any scenario, by the version of a press; the one under test has one document only. */
  find(scenario: ScenarioId, version: number): PublishedScenario | null {
    if (scenario === this.#options.scenario.id) return this.#options.scenario
    const document = this.#documentOf(scenario, version)
    return document && publishedScenario(scenario, version, document)
  }

  #documentOf(scenario: ScenarioId, version: number): ScenarioDocument | null {
    const tested = this.#options.scenario
    return scenario === tested.id ? tested.document : this.#options.documents.version(scenario, version)
  }

  // ── what runs see and do ──────────────────────────────────────────────────────────────────────

  async surroundings(task: TaskId | null): Promise<Surroundings> {
    return surroundingsOf(this.#world.facts(task ?? this.task), this.#setting())
  }

  #setting(): Setting {
    const { calendars, timeZone, locale, replyWindowHours } = this.#options
    const { provider } = this.#world.channel
    return { now: this.now, calendars, timeZone, locale, replyWindowHours: replyWindowHours(provider) }
  }

  /** Whether it could be taken back is what really happened. */
  async withdraw({ id, run }: HeldRun): Promise<boolean> {
    const live = this.#runs.get(id)?.live
    return live && run.asked ? this.live.wasWithdrawn(live, run.asked.number) : false
  }

  async perform(held: HeldRun, effect: Effect): Promise<Answer | null> {
    const run = this.#runs.get(held.id)
    if (!run) throw new Error(`run ${held.id} was not added`)
    const recorded = run.live ? this.#repeat(run, run.live, effect) : undefined
    if (recorded !== undefined) return recorded
    return this.#assume(run, effect)
  }

  /** @returns undefined where the live run did not ask for this */
  #repeat({ held, live: _ }: SimulatedRun, live: LiveRun, effect: Effect): Answer | null | undefined {
    const recorded = this.live.answerTo(live, effect, this.place)
    if (!recorded) return undefined
    const name = nameOf({ run: live.id, number: effect.number })
    this.#done.add(name)
    const isRefused = recorded.when === 'at_once' && !recorded.answer.ok
    if (isMessage(effect) && !isRefused) this.#messages.push(this.now)
    const known = this.#frames.filter(({ after }) => after !== null && nameOf(after) === name)
    for (const frame of known) {
      this.#world.record(frame)
      this.told.push(...(frame.happened ?? []))
    }
    if (effect.do === 'openTask') held.task = this.task
    if (!isRefused) this.#expect(held, effect)
    return recorded.when === 'at_once' ? recorded.answer : null
  }

  #assume(run: SimulatedRun, effect: Effect): Answer | null {
    if (effect.do === 'http' || effect.do === 'find') {
      const value = run.live ? this.live.valueOf(run.live, effect) : undefined
      if (value) return value
      run.unknownFrom = effect.step
      return null
    }
    if (isMessage(effect) && this.#isTooMuch()) return TOO_MANY_MESSAGES
    const { answer, happened, follows } = assumeEffect(this.#world, run.held, effect, this.#setting())
    if (isMessage(effect) && answer.ok) this.#messages.push(this.now)
    this.told.push(...happened)
    this.follows.push(...follows)
    return answer
  }

  #isTooMuch(): boolean {
    const since = (milliseconds: number) => this.#messages.filter((at) => at > this.now - milliseconds).length
    return tooManyMessages({ recent: since(TEN_MINUTES_MS), day: since(DAY_MS) })
  }

  #expect({ run }: HeldRun, effect: Effect): void {
    const kind = EVENT_OF[effect.do]
    if (!kind) return
    const name = expectationOf(kind, run.scenario.key)
    this.#expected.set(name, (this.#expected.get(name) ?? 0) + 1)
  }
}

/** The event that an effect is entered in the record as. */
const EVENT_OF: { [Name in Effect['do']]?: TapeEvent['payload']['kind'] } = {
  setStatus: 'task.status_changed',
  close: 'task.status_changed',
  setField: 'task.changed',
  assign: 'task.changed',
  addParticipants: 'task.changed',
  handoff: 'task.changed',
}

const expectationOf = (kind: TapeEvent['payload']['kind'], scenario: string): string => `${kind} ${scenario}`
