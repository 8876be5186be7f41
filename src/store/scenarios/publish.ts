import { sql } from 'kysely'
import type { ScenarioId } from '../../domain/ids.ts'
import type { Finding } from '../../domain/scenario/document/check-document.ts'
import { NOWHERE, type PlaceOf } from '../../domain/scenario/document/problem.ts'
import { readDocument } from '../../domain/scenario/document/read-document.ts'
import type { ScenarioDocument } from '../../domain/scenario/document/scenario-document.ts'
import type { Language } from '../../domain/words.ts'
import { type Actor, auditActor } from '../actor.ts'
import { audit } from '../audit.ts'
import type { Tx } from '../database.ts'
import type { SendRulesOf } from '../deliveries/gate.ts'
import { planSchedule } from '../house/schedules.ts'
import { recordLive } from '../live-events.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import type { InFlight } from '../schema.ts'
import type { ScenarioCatalogue } from './catalogue.ts'
import { changeOpenRuns, type OpenRunsChange } from './change-open-runs.ts'
import { foreignFiles } from './check-files.ts'
import { checkScenario, errorsOf } from './check-scenario.ts'
import { kindOf, readDraft, sha256Of, unreadable, WHAT } from './drafts.ts'
import { findScenario, type ScenarioRow, type StoredScenario } from './scenario-view.ts'

export interface PublishOrder {
  inFlight: InFlight
  /** an older version to publish again; null: the draft */
  version: number | null
  /** the SHA-256 of what its author saw; null: whatever the draft holds */
  expect: string | null
  /** of what is said against it */
  language?: Language
}

export interface Published {
  version: number
  /** false: the same document was published already */
  isNew: boolean
  warnings: Finding[]
  runs: OpenRunsChange
}

const NO_RUNS: OpenRunsChange = { conversations: [], houseEvents: [], asked: 0, kept: 0 }

/** What can be published: a document that was read, and where its parts stand in the text. */
export interface Candidate {
  /** as its author wrote it; null: not known any more */
  text: string | null
  document: ScenarioDocument
  canonical: string
  placeOf: PlaceOf
}

/**
 * Makes the draft, or an older version once more, the version that events start from now on; what becomes of open
 * runs is the order’s choice (`changeOpenRuns`).
 *
 * Refuses with `not_found`, `scenario_unreadable`, `draft_changed` (it is not what was expected), `scenario_invalid`
 * (details: the errors of `checkScenario`) and `too_many_runs`.
 */
export async function publishScenario(
  tx: Tx,
  catalogue: ScenarioCatalogue,
  id: ScenarioId,
  order: PublishOrder,
  actor: Actor,
  rulesOf?: SendRulesOf,
): Promise<Refusable<Published>> {
  await lockCatalogue(tx)
  const stored = await lockScenario(tx, id)
  if (!stored) return missing(WHAT)
  const { row, published } = stored
  const read = await candidateOf(tx, row, order.version, order.language)
  if (read.refused) return read
  const { document, canonical } = read.value
  const sha256 = sha256Of(canonical)
  if (order.expect !== null && order.expect !== sha256) {
    return refuse('conflict', 'draft_changed', 'The draft is another one than the one that was seen', { sha256 })
  }
  const found = await checkScenario(tx, catalogue, { ...read.value, scenario: row }, rulesOf, order.language)
  // What was published once may be published again, by whomever.
  if (order.version === null) {
    found.push(...(await foreignFiles(tx, actor, read.value, published?.document ?? null, order.language)))
  }
  const errors = errorsOf(found)
  if (errors[0]) return refuse('invalid', 'scenario_invalid', errors[0].message, errors)
  const warnings = found.filter(({ severity }) => severity === 'warning')
  if (published?.sha256 === sha256) {
    return done({ version: published.version, isNew: false, warnings, runs: NO_RUNS })
  }

  // Before anything is written: what is read here stays in the memory of the process.
  const version = ((await newestVersion(tx, id)) ?? 0) + 1
  const runs = await changeOpenRuns(tx, catalogue, { id, inFlight: order.inFlight, actor }, { document, version })
  if (runs.refused) return runs
  const { text } = read.value
  await insertVersion(tx, { id, version, canonical, sha256, text, inFlight: order.inFlight, actor })
  await tx
    .updateTable('scenarios')
    .set({ published_version: version, name: document.name, kind: kindOf(document) })
    .where('id', '=', id)
    .execute()
  await listTriggers(tx, id, row.enabled ? { document, version } : null)
  await audit(tx, {
    actor: auditActor(actor),
    action: 'scenario.published',
    subject: { kind: 'scenario', id },
    detail: { version, sha256, inFlight: order.inFlight, ...(order.version !== null && { from: order.version }) },
  })
  await recordLive(tx, [{ event: 'scenario', data: { scenarioId: id } }])
  return done({ version, isNew: true, warnings, runs: runs.value })
}

/**
 * Lets events start the published version, or no longer; open runs go on. What is enabled is checked again, because its
 * surroundings may have changed. Refuses with `not_found`, `scenario_unreadable` and `scenario_invalid`.
 */
export async function enableScenario(
  tx: Tx,
  catalogue: ScenarioCatalogue,
  id: ScenarioId,
  enabled: boolean,
  actor: Actor,
  language?: Language,
): Promise<Refusable<null>> {
  await lockCatalogue(tx)
  const stored = await lockScenario(tx, id)
  if (!stored) return missing(WHAT)
  const { row, published } = stored
  if (row.enabled === enabled) return done(null)
  if (enabled && published) {
    const { document } = published
    const checked = { scenario: row, document, placeOf: () => NOWHERE }
    const errors = errorsOf(await checkScenario(tx, catalogue, checked, undefined, language))
    if (errors[0]) return refuse('invalid', 'scenario_invalid', errors[0].message, errors)
  }
  await tx.updateTable('scenarios').set({ enabled }).where('id', '=', id).execute()
  if (published) await listTriggers(tx, id, enabled ? published : null)
  const action = enabled ? 'scenario.enabled' : 'scenario.disabled'
  await audit(tx, { actor: auditActor(actor), action, subject: { kind: 'scenario', id } })
  await recordLive(tx, [{ event: 'scenario', data: { scenarioId: id } }])
  return done(null)
}

/** Refuses with `scenario_unreadable`, and with `not_found` where there is no such version. */
export async function candidateOf(
  tx: Tx,
  row: ScenarioRow,
  version: number | null,
  language?: Language,
): Promise<Refusable<Candidate>> {
  if (version === null) {
    const read = readDraft(row, language)
    return read.ok ? done({ ...read, text: row.draft }) : unreadable(read.problems)
  }
  const old = await tx
    .selectFrom('scenario_versions')
    .select(['document', 'text'])
    .where('scenario_id', '=', row.id)
    .where('version', '=', version)
    .executeTakeFirst()
  if (!old) return missing('This version')
  const read = readDocument(old.document, language)
  return read.ok ? done({ ...read, text: old.text }) : unreadable(read.problems)
}

/** One after the other: each sees what the others have published, so that no cycle is made by two at once. */
async function lockCatalogue(tx: Tx): Promise<void> {
  await tx.selectFrom('scenario_catalogue').select('version').forUpdate().executeTakeFirstOrThrow()
}

async function lockScenario(tx: Tx, id: ScenarioId): Promise<StoredScenario | null> {
  // Not the key: a step that begins a run refers to this row while it holds a conversation that we may wait for.
  await tx.selectFrom('scenarios').select('id').where('id', '=', id).forNoKeyUpdate().execute()
  return findScenario(tx, id)
}

async function insertVersion(
  tx: Tx,
  of: Pick<Candidate, 'canonical' | 'text'> & {
    id: ScenarioId
    version: number
    sha256: string
    inFlight: InFlight
    actor: Actor
  },
): Promise<void> {
  await tx
    .insertInto('scenario_versions')
    .values({
      scenario_id: of.id,
      version: of.version,
      document: of.canonical,
      sha256: of.sha256,
      text: of.text,
      in_flight: of.inFlight,
      published_by: of.actor.userId,
    })
    .execute()
}

async function newestVersion(tx: Tx, id: ScenarioId): Promise<number | null> {
  const { newest } = await tx
    .selectFrom('scenario_versions')
    .select(({ fn }) => fn.max<number | null>('version').as('newest'))
    .where('scenario_id', '=', id)
    .executeTakeFirstOrThrow()
  return newest
}

/** What the catalogue shows from now on. @param shown null: nothing of this scenario */
async function listTriggers(
  tx: Tx,
  id: ScenarioId,
  shown: { document: ScenarioDocument; version: number } | null,
): Promise<void> {
  await tx.deleteFrom('scenario_triggers').where('scenario_id', '=', id).execute()
  await planSchedule(tx, id, shown?.document ?? null)
  if (shown) {
    const { trigger, priority } = shown.document
    const event = 'event' in trigger ? trigger.event : 'button'
    await tx
      .insertInto('scenario_triggers')
      .values({ scenario_id: id, version: shown.version, event, priority })
      .execute()
  }
  await tx.updateTable('scenario_catalogue').set({ version: sql<number>`version + 1` }).execute()
}
