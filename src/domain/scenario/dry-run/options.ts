import type { ScenarioId } from '../../ids.ts'
import type { ScenarioDocument } from '../document/scenario-document.ts'
import type { Setting } from '../engine/facts.ts'
import type { PublishedScenario } from '../engine/host.ts'
import type { ConditionResult } from '../expressions/conditions.ts'

/** Documents of the scenarios beside the one under test. */
export interface OtherDocuments {
  version(scenario: ScenarioId, version: number): ScenarioDocument | null
  /** By the document's id; null where nothing is published or it is switched off. */
  published(key: string): PublishedScenario | null
}

/** What stands beside the record: it is taken as it is now. */
export interface DryRunOptions extends Pick<Setting, 'calendars' | 'timeZone' | 'locale'> {
  /** the one under test: a draft, or any version */
  scenario: PublishedScenario
  documents: OtherDocuments
  /** @param provider of the channel */
  replyWindowHours: (provider: string) => number | null
  /** the end of the stretch, milliseconds since 1970: what is due until then is done */
  until: number
  /** How much the records of its runs may hold, before it is ended; absent: as much as comes. */
  most?: Written
}

/** `characters`: UTF-16 units of JSON. */
export interface Written {
  entries: number
  characters: number
}

/** Whether an event started the scenario under test, and if not, why. */
export interface DryRunDecision {
  seq: number
  /** the place among what one event was to scenarios; null: it is not in the record, the dry run led to it */
  n: number | null
  started: boolean
  reason?: string
  condition?: ConditionResult | null
}
