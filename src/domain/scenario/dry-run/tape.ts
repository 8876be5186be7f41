import type { ConversationEvent } from '../../conversation-event.ts'
import type { RunId, ScenarioId, TaskId } from '../../ids.ts'
import type { ChannelFacts, ContactFacts, ConversationFacts, TaskFacts } from '../engine/facts.ts'
import type { Happening } from '../engine/happening.ts'
import type { LogEntry } from '../interpreter/log-entry.ts'

/** An effect that a run asked for. */
export interface EffectName {
  run: RunId
  number: number
}

/**
 * What became known while one event was worked off. The first frame of an event has everything that scenarios saw before
 * they acted; the next ones have what was another then, and by which effect.
 */
export interface Frame {
  /** null: no effect; it was like this before */
  after: EffectName | null
  contact?: ContactFacts | null
  conversation?: ConversationFacts
  channel?: ChannelFacts
  /** the conversation's current one */
  task?: TaskId | null
  /** by id */
  tasks?: { readonly [id: string]: TaskFacts }
  /** what scenarios heard of this effect in the same event */
  happened?: Happening[]
}

/** One event of a conversation's record with what scenarios saw of it. */
export interface TapeEvent {
  seq: number
  payload: ConversationEvent
  /** the moment it happened, and the one it came in; milliseconds since 1970 */
  at: number
  receivedAt: number
  happened: readonly Happening[]
  frames: readonly Frame[]
}

/** A run that really was. */
export interface LiveRun {
  id: RunId
  scenario: ScenarioId
  version: number
  /** the event that started it, `<conversation>/<seq>/<n>`; null: not known any more */
  startEventId: string | null
  parent: RunId | null
  /** what was written while the events of the tape were worked off */
  entries: readonly LogEntry[]
}

/** What really was decided about one happening. */
export interface LiveDecision {
  seq: number
  n: number
  started: readonly { scenarioId: ScenarioId; version: number; runId: RunId }[]
  notStarted: readonly { scenarioId: ScenarioId; version: number; reason: string; condition: unknown }[]
}

/** A stretch of one conversation's record, and what scenarios really made of it. */
export interface Tape {
  conversation: string
  events: readonly TapeEvent[]
  /** those that were started by events of the tape */
  runs: readonly LiveRun[]
  decisions: readonly LiveDecision[]
  /** Runs of the scenario under test were open before it begins: what they led to is in the record all the same. */
  hasOlderRuns: boolean
  /** messages of these runs, by the delivery's id */
  deliveries: ReadonlyMap<string, EffectName & { step: string }>
}
