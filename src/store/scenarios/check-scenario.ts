import type { ScenarioId } from '../../domain/ids.ts'
import { checkSupported } from '../../domain/scenario/check-supported.ts'
import { checkDocument, type Finding } from '../../domain/scenario/document/check-document.ts'
import { findings, type Report } from '../../domain/scenario/document/checks/finding.ts'
import { FINDING_WORDS as say } from '../../domain/scenario/document/checks/finding-words.ts'
import type { PlaceOf } from '../../domain/scenario/document/problem.ts'
import type { ScenarioDocument } from '../../domain/scenario/document/scenario-document.ts'
import type { PublishedScenario } from '../../domain/scenario/engine/host.ts'
import { cycleThrough } from '../../domain/scenario/scenario-cycles.ts'
import { SUPPORTED } from '../../domain/scenario/supported.ts'
import type { Language } from '../../domain/words.ts'
import type { Db, Tx } from '../database.ts'
import type { SendRulesOf } from '../deliveries/gate.ts'
import { catalogueVersion, type ScenarioCatalogue } from './catalogue.ts'
import { checkFiles } from './check-files.ts'
import { checkInteractive } from './check-interactive.ts'
import { checkNames } from './check-names.ts'
import { checkTemplates } from './check-templates.ts'

/** What is to be checked, and what it would be published as. */
export interface Checked {
  /** null: a new one */
  scenario: { id: ScenarioId; key: string } | null
  document: ScenarioDocument
  placeOf: PlaceOf
}

/**
 * Everything that can be said against publishing a document in this installation: what `checkDocument` finds, what it
 * names and is not there, what this version of Parley does not run, cycles with what is published. In the order of the
 * text.
 * @param rulesOf what providers allow; without it files are not held against it
 * @param language of the messages
 */
export async function checkScenario(
  db: Db | Tx,
  catalogue: ScenarioCatalogue,
  { scenario, document, placeOf }: Checked,
  rulesOf: SendRulesOf = () => null,
  language: Language = 'en',
): Promise<Finding[]> {
  const { report, found } = findings(placeOf, language)
  if (scenario && document.id !== scenario.key) {
    report('error', 'id_changed', ['id'], say.id_changed.stays(scenario.key))
  }
  checkSupported(document, SUPPORTED, report)
  const published = await catalogue.all(db, await catalogueVersion(db))
  const others = published.filter(({ id }) => id !== scenario?.id)
  await checkNames(db, document, others, report)
  await checkTemplates(db, document, report)
  await checkFiles(db, document, rulesOf, report)
  await checkInteractive(db, document, rulesOf, report)
  checkCycles(document, others, report)
  return [...checkDocument(document, placeOf, language), ...found].toSorted(
    (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  )
}

export const errorsOf = (found: readonly Finding[]): Finding[] => found.filter(({ severity }) => severity === 'error')

function checkCycles(document: ScenarioDocument, others: readonly PublishedScenario[], report: Report): void {
  const cycle = cycleThrough(
    document,
    others.map((other) => other.document),
  )
  if (!cycle) return
  const way = cycle.keys.join(' → ')
  if (cycle.certain) report('error', 'cycle', cycle.path, say.cycle.certain(way))
  else report('warning', 'cycle_possible', cycle.path, say.cycle_possible.possible(way))
}
