import type { ScenarioId } from '../../ids.ts'
import type { ScenarioDocument } from '../document/scenario-document.ts'
import type { PublishedScenario } from './host.ts'

/** A version as the engine takes it: its key and its priority are the document's. */
export const publishedScenario = (id: ScenarioId, version: number, document: ScenarioDocument): PublishedScenario => ({
  id,
  key: document.id,
  version,
  document,
  priority: document.priority,
})
