import type { ConversationId, ScenarioId } from '../../../domain/ids.ts'
import type { ScenarioDocument } from '../../../domain/scenario/document/scenario-document.ts'
import { compare, type RunDiff } from '../../../domain/scenario/dry-run/compare.ts'
import { messagesIn } from '../../../domain/scenario/dry-run/deeds.ts'
import { dryRun } from '../../../domain/scenario/dry-run/dry-run.ts'
import type { DryRunOptions } from '../../../domain/scenario/dry-run/options.ts'
import type { PublishedScenario } from '../../../domain/scenario/engine/host.ts'
import { publishedScenario } from '../../../domain/scenario/engine/published-scenario.ts'
import type { Database, Db } from '../../database.ts'
import type { SendRulesOf } from '../../deliveries/gate.ts'
import { loadHouseTime } from '../../settings/account.ts'
import { catalogueVersion, type ScenarioCatalogue, scenarioCatalogue } from '../catalogue.ts'
import { type LoadedTape, loadTapes, nextConversations, type Stretch } from './load-tapes.ts'

/** What is tried: a document, and the scenario whose runs it is compared with; null: it is not stored. */
export interface Tested {
  id: ScenarioId | null
  document: ScenarioDocument
  /** 0: a draft */
  version: number
}

export interface DryRunReport {
  conversations: number
  events: number
  runs: { would: number; did: number }
  messages: { would: number; did: number }
  /** Runs that were open before: the dry run says nothing of them. */
  olderRuns: number
  /** runs of which nothing can be said from some step on */
  unknown: number
  /** conversations that have more events than are looked at, or in which it led to too much beside the record */
  cut: number
  diffs: (RunDiff & { conversationId: ConversationId })[]
  /** the last conversation that was looked at; null: there are no more */
  next: ConversationId | null
}

/** Conversations whose tapes are in memory at once. */
const AT_ONCE = 20
/** A report ends behind the conversation with which it has so many of these, or has taken so long. */
const MOST_EVENTS_IN_REPORT = 50_000
const MOST_DIFFS = 200
const MOST_MS = 10_000

/**
 * Plays what happened in a stretch of time with another document, and says what would have been different. Nothing is
 * changed. A report has its limits: the next one begins behind `next`.
 * @param after the last conversation of the report before
 */
export async function dryRunScenario(
  database: Database,
  tested: Tested,
  stretch: Stretch,
  { after, rulesOf }: { after: ConversationId | null; rulesOf: SendRulesOf },
): Promise<DryRunReport> {
  const { db } = database
  const player = await openPlayer(database, tested, stretch, rulesOf)
  const report = emptyReport()
  const began = Date.now()
  let place = after
  for (;;) {
    const ids = await nextConversations(db, stretch, { after: place, limit: AT_ONCE })
    const tapes = ids.length > 0 ? await loadTapes(db, ids, stretch, tested.id) : []
    for (const tape of tapes) {
      await player.play(tape, report)
      place = tape.conversation
      const isFull = report.events >= MOST_EVENTS_IN_REPORT || report.diffs.length >= MOST_DIFFS
      if (isFull || Date.now() - began > MOST_MS) return { ...report, next: place }
    }
    if (ids.length < AT_ONCE) return report
  }
}

const emptyReport = (): DryRunReport => ({
  conversations: 0,
  events: 0,
  runs: { would: 0, did: 0 },
  messages: { would: 0, did: 0 },
  olderRuns: 0,
  unknown: 0,
  cut: 0,
  diffs: [],
  next: null,
})

/** What stands beside the record, read once. */
async function openPlayer(database: Database, tested: Tested, { to }: Stretch, rulesOf: SendRulesOf) {
  const { db } = database
  const catalogue = scenarioCatalogue(database)
  const versions = new Map<string, ScenarioDocument | null>()
  const beside = await besideRecord(database, tested, rulesOf)
  const { others } = beside
  const options: DryRunOptions = {
    ...beside.options,
    documents: { ...beside.options.documents, version: (id, version) => versions.get(`${id} ${version}`) ?? null },
    until: Math.min(to.getTime(), Date.now()),
  }
  for (const { id, version, document: published } of others) versions.set(`${id} ${version}`, published)
  return {
    async play(tape: LoadedTape, report: DryRunReport): Promise<void> {
      await readVersions(db, catalogue, tape, versions)
      const played = await dryRun(tape, options)
      const compared = compare(played, tape, tested.id)
      report.conversations++
      report.events += tape.events.length
      report.runs.would += compared.runs.would
      report.runs.did += compared.runs.did
      report.messages.would += messagesIn(compared.would)
      report.messages.did += messagesIn(compared.did)
      report.olderRuns += tape.olderRuns
      report.unknown += played.runs.filter(({ unknownFrom }) => unknownFrom !== null).length
      if (tape.isCut || played.stopped) report.cut++
      report.diffs.push(...compared.diffs.map((diff) => ({ conversationId: tape.conversation, ...diff })))
    },
  }
}

/** The document under test with what is published and counts as it is now: other scenarios, calendars, zone, language. */
export async function besideRecord(
  database: Database,
  { id, version, document }: Tested,
  rulesOf: SendRulesOf,
): Promise<{ options: Omit<DryRunOptions, 'until'>; others: readonly PublishedScenario[] }> {
  const { db } = database
  const catalogue = scenarioCatalogue(database)
  const others = await catalogue.all(db, await catalogueVersion(db))
  const byKey = new Map(others.map((one) => [one.key, one]))
  const options = {
    scenario: publishedScenario(id ?? ('not-stored' as ScenarioId), version, document),
    documents: {
      version: (of: ScenarioId, number: number) =>
        others.find((one) => one.id === of && one.version === number)?.document ?? null,
      published: (key: string) => byKey.get(key) ?? null,
    },
    ...(await loadHouseTime(db)),
    replyWindowHours: (provider: string) => rulesOf(provider)?.replyWindowHours ?? null,
  }
  return { options, others }
}

/** The documents of runs that really were. */
async function readVersions(
  db: Db,
  catalogue: ScenarioCatalogue,
  { runs, decisions, events }: LoadedTape,
  known: Map<string, ScenarioDocument | null>,
): Promise<void> {
  const wanted = [
    ...runs.map(({ scenario: id, version }) => ({ id, version })),
    ...decisions.flatMap(({ started }) => started.map(({ scenarioId: id, version }) => ({ id, version }))),
    ...events.flatMap(({ payload }) =>
      payload.kind === 'button.pressed' ? [{ id: payload.scenario, version: payload.version }] : [],
    ),
  ]
  for (const { id, version } of wanted) {
    const key = `${id} ${version}`
    if (!known.has(key)) known.set(key, await catalogue.byVersion(db, id, version))
  }
}
