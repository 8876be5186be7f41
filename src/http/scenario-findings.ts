import { z } from '@hono/zod-openapi'
import type { ReadDocument } from '../domain/scenario/document/read-document.ts'
import type { Database } from '../store/index.ts'
import { scenarioCatalogue } from '../store/scenarios/catalogue.ts'
import { type Checked, checkScenario, errorsOf } from '../store/scenarios/check-scenario.ts'
import { Finding } from './scenario-shapes.ts'
import { sendRulesOf } from './work/announce.ts'
import type { Language } from './work/error-words.ts'

export const Findings = z.object({ ok: z.boolean(), findings: z.array(Finding) }).openapi('ScenarioFindings')

/** What can be said against a document, as it was read; `scenario` is the stored one of its id, null: there is none. */
export function findingsIn(database: Database) {
  const catalogue = scenarioCatalogue(database)
  return async (
    read: ReadDocument,
    scenario: Checked['scenario'] | null,
    language: Language,
  ): Promise<z.input<typeof Findings>> => {
    if (!read.ok) {
      const findings = read.problems.map((problem) => ({ severity: 'error', code: 'unreadable', ...problem }) as const)
      return { ok: false, findings }
    }
    const findings = await checkScenario(database.db, catalogue, { ...read, scenario }, sendRulesOf, language)
    return { ok: errorsOf(findings).length === 0, findings }
  }
}
