import type { RunId, ScenarioId, TaskId, UserId } from '../../ids.ts'
import type { EventName } from '../document/events.ts'
import type { ScenarioDocument } from '../document/scenario-document.ts'
import type { ConditionResult } from '../expressions/conditions.ts'
import type { Effect } from '../interpreter/effects.ts'
import type { LogEntry } from '../interpreter/log-entry.ts'
import type { Chain, Run, ScenarioEvent } from '../interpreter/run.ts'
import type { Answer, Stimulus, Surroundings } from '../interpreter/stimulus.ts'
import type { Happening } from './happening.ts'

/** A published version of an enabled scenario. The document is shared: nobody changes it. */
export interface PublishedScenario {
  id: ScenarioId
  /** the document's id */
  key: string
  version: number
  document: ScenarioDocument
  priority: number
}

export type StartStimulus = Extract<Stimulus, { kind: 'start' }>

/** A run with what belongs to it beside its state. There is one such object for a run in an engine: all see the same. */
export interface HeldRun {
  readonly id: RunId
  readonly scenario: ScenarioId
  readonly priority: number
  /** what it is about; an `openTask` changes it */
  task: TaskId | null
  run: Run
  /** what set it going, or will; null: not known any more */
  start: StartStimulus | null
  /** It has not begun: another run of the scenario comes first. */
  isQueued: boolean
  /** the run that called it */
  readonly parent: RunId | null
}

/** Why an event did not start a scenario. */
export interface NotStarted {
  scenarioId: ScenarioId
  version: number
  /** of `matchesTrigger`, a guard's code, `already_running`, `floor_taken` or `invalid_surroundings` */
  reason: string
  condition: ConditionResult | null
}

/** What an event led to, and what it did not: written down when it happens (scenario-format: why-explanations). */
export interface Decision {
  happening: Happening
  eventId: string
  /** its place among the happenings of one recorded event */
  n: number
  started: { scenarioId: ScenarioId; version: number; runId: RunId }[]
  notStarted: NotStarted[]
}

export interface ButtonPress {
  scenario: PublishedScenario
  run: RunId
  task: TaskId
  inputs: StartStimulus['inputs']
  by: UserId | null
}

/** A run that a run of another conversation asked for (`start` with `each`). */
export interface RequestedRun {
  /** the version that was published when it was asked for */
  scenario: { id: ScenarioId; key: string; version: number }
  /** what the asking run saw */
  event: ScenarioEvent
  vars: NonNullable<StartStimulus['vars']>
  chain: Chain
  /** null: the current one of the place */
  task: TaskId | null
}

/**
 * Where runs live and act: a client's conversation inside the transaction of a step; or, for a dry run, memory. The
 * engine decides, in the same way for all of them; the host knows, keeps and does.
 */
export interface ScenarioHost {
  /** Milliseconds since 1970: the moment of the event that is worked off. */
  readonly now: number
  /** How many runs there may be to look for; false spares the question. */
  readonly mayHaveRuns: boolean
  openRuns(): Promise<HeldRun[]>
  /** By their ids, ended ones too; those of other places are left out. */
  findRuns(ids: readonly RunId[]): Promise<HeldRun[]>
  newRunId(): RunId
  /** Stores a run that was just made, before anything else is said of it. */
  addRun(held: HeldRun, pressedBy: UserId | null): Promise<void>
  /** Stores what became of a run, and the new lines of its record. */
  saveRun(held: HeldRun, log: readonly LogEntry[]): Promise<void>
  /**
   * As things stand now, changes by effects included.
   * @param task what a run is about; null: the current one
   * @param held the run that asks; absent: a trigger
   */
  surroundings(task: TaskId | null, held?: HeldRun): Promise<Surroundings>
  /** Does what a run asks for. @returns how it ended; null where the answer comes later, as an event */
  perform(held: HeldRun, effect: Effect): Promise<Answer | null>
  /**
   * Takes back the message that a run asked for and waits to hear of. Absent: what was asked for has left.
   * @returns whether nothing of it has left; the engine then ends the run
   */
  withdraw?(held: HeldRun, because: string): Promise<boolean>
  /** Who listens: the highest priority first. */
  listeners(event: EventName): Promise<readonly PublishedScenario[]>
  /** By the document's id; null where nothing is published or it is switched off. */
  published(key: string): Promise<PublishedScenario | null>
  /** Why a scenario cannot run here, whatever asks for it. Absent: every one can. */
  refusal?(document: ScenarioDocument): Extract<Answer, { ok: false }> | null
  /** @throws Error where there is no such version */
  document(scenario: ScenarioId, version: number): Promise<ScenarioDocument>
  decided(decision: Decision): Promise<void>
  /** What an end of a run is to the others: it is delivered after everything that is under way. */
  tell(happening: Happening): void
  /** The current task of the place. */
  readonly task: TaskId | null
}
