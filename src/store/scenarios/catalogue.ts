import { sql } from 'kysely'
import type { ScenarioId } from '../../domain/ids.ts'
import type { EventName } from '../../domain/scenario/document/events.ts'
import type { ScenarioDocument } from '../../domain/scenario/document/scenario-document.ts'
import type { PublishedScenario } from '../../domain/scenario/engine/host.ts'
import type { Database, Db, Tx } from '../database.ts'

/**
 * What is published, for the hot path: the documents stay in the memory of the process.
 *
 * `version` is `scenario_catalogue.version` as the step read it in its own transaction; what is answered is at least as
 * new. What is missing is read through `db`, the step's own transaction: a step that waited for a second connection
 * while it holds one could wait for ever. Never asked in a transaction that has changed what is published: it could be
 * rolled back, and the process would remember it.
 */
export interface ScenarioCatalogue {
  /** Who listens to the event: the highest priority first, then the oldest. */
  forEvent(db: Db | Tx, version: number, event: EventName): Promise<readonly PublishedScenario[]>
  /** In the same order. */
  buttons(db: Db | Tx, version: number): Promise<readonly PublishedScenario[]>
  /** Everything, in the same order. */
  all(db: Db | Tx, version: number): Promise<readonly PublishedScenario[]>
  /** By the document's id; null where nothing is published or it is switched off. */
  byKey(db: Db | Tx, version: number, key: string): Promise<PublishedScenario | null>
  /** The document of any version, for runs that keep theirs. @throws Error where there is no such version */
  byVersion(db: Db | Tx, id: ScenarioId, version: number): Promise<ScenarioDocument>
}

/** Changes whenever something is published, enabled or disabled. Read in the transaction that acts on it. */
export async function catalogueVersion(db: Db | Tx): Promise<number> {
  const { version } = await db.selectFrom('scenario_catalogue').select('version').executeTakeFirstOrThrow()
  return version
}

/** Old versions that are remembered for the runs that keep them, beside what is published. */
const MAX_OLD_VERSIONS = 1_000

const catalogues = new WeakMap<Database, ScenarioCatalogue>()

/** The one catalogue over a database: every step of the process shares what was read. */
export function scenarioCatalogue(database: Database): ScenarioCatalogue {
  const known = catalogues.get(database)
  if (known) return known
  const catalogue = createCatalogue()
  catalogues.set(database, catalogue)
  return catalogue
}

interface Published {
  version: number
  all: readonly PublishedScenario[]
  byKey: ReadonlyMap<string, PublishedScenario>
  byEvent: ReadonlyMap<string, readonly PublishedScenario[]>
  documents: ReadonlyMap<string, ScenarioDocument>
}

const NONE: readonly PublishedScenario[] = []
const keyOf = (id: ScenarioId, version: number): string => `${id}:${version}`

function createCatalogue(): ScenarioCatalogue {
  let published: Published = { version: -1, all: NONE, byKey: new Map(), byEvent: new Map(), documents: new Map() }
  let loading: Promise<unknown> | null = null
  const old = new Map<string, ScenarioDocument>()

  async function atLeast(db: Db | Tx, version: number): Promise<Published> {
    while (published.version < version) {
      if (loading) {
        // Whoever reads is told of a failure; those who waited read for themselves.
        await Promise.allSettled([loading])
        continue
      }
      const load = loadPublished(db, published)
      loading = load
      try {
        const loaded = await load
        if (loaded.version < version) throw new Error(`the catalogue is at ${loaded.version}, not at ${version}`)
        published = loaded
      } finally {
        loading = null
      }
    }
    return published
  }

  return {
    forEvent: async (db, version, event) => (await atLeast(db, version)).byEvent.get(event) ?? NONE,
    buttons: async (db, version) => (await atLeast(db, version)).byEvent.get('button') ?? NONE,
    all: async (db, version) => (await atLeast(db, version)).all,
    byKey: async (db, version, key) => (await atLeast(db, version)).byKey.get(key) ?? null,
    async byVersion(db, id, version) {
      const key = keyOf(id, version)
      const known = published.documents.get(key) ?? old.get(key)
      const document = known ?? (await readDocuments(db, [{ id, version }])).get(key)
      if (!document) throw new Error(`scenario ${id} has no version ${version}`)
      if (published.documents.has(key)) return document
      // Taken out and put back at the end: what was not asked for longest is forgotten first.
      old.delete(key)
      old.set(key, document)
      const [first] = old.keys()
      if (old.size > MAX_OLD_VERSIONS && first !== undefined) old.delete(first)
      return document
    },
  }
}

/** Versions never change, so only the documents that are new are read. */
async function loadPublished(db: Db | Tx, before: Published): Promise<Published> {
  // One statement: the number and what it stands for belong together.
  const rows = await db
    .selectFrom('scenario_catalogue as c')
    .leftJoin('scenario_triggers as t', (join) => join.onTrue())
    .select(['c.version as catalogue', 't.scenario_id as id', 't.version', 't.event', 't.priority'])
    .orderBy('t.priority', 'desc')
    .orderBy('t.scenario_id')
    .execute()
  const listed = rows.flatMap(({ id, version, event, priority }) =>
    id === null || version === null || event === null || priority === null ? [] : [{ id, version, event, priority }],
  )
  const fresh = await readDocuments(
    db,
    listed.filter(({ id, version }) => !before.documents.has(keyOf(id, version))),
  )
  const documents = new Map<string, ScenarioDocument>()
  const byEvent = new Map<string, PublishedScenario[]>()
  const all: PublishedScenario[] = []
  for (const { id, version, event, priority } of listed) {
    const key = keyOf(id, version)
    const document = before.documents.get(key) ?? fresh.get(key)
    if (!document) throw new Error(`scenario ${id} has no version ${version}`)
    documents.set(key, document)
    const entry = { id, key: document.id, version, document, priority }
    all.push(entry)
    const others = byEvent.get(event)
    if (others) others.push(entry)
    else byEvent.set(event, [entry])
  }
  const byKey = new Map(all.map((entry) => [entry.key, entry]))
  return { version: rows[0]?.catalogue ?? 0, all, byKey, byEvent, documents }
}

async function readDocuments(
  db: Db | Tx,
  wanted: readonly { id: ScenarioId; version: number }[],
): Promise<Map<string, ScenarioDocument>> {
  if (wanted.length === 0) return new Map()
  const ids = wanted.map(({ id }) => id)
  const versions = wanted.map(({ version }) => version)
  const rows = await db
    .selectFrom('scenario_versions')
    .select(['scenario_id', 'version', 'document'])
    .where(sql<boolean>`(scenario_id, version) in (select * from unnest(${ids}::uuid[], ${versions}::integer[]))`)
    .execute()
  return new Map(rows.map((row) => [keyOf(row.scenario_id, row.version), row.document]))
}
