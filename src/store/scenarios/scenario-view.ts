import { type Selectable, sql } from 'kysely'
import type { ScenarioId, UserId } from '../../domain/ids.ts'
import type { ScenarioDocument } from '../../domain/scenario/document/scenario-document.ts'
import type { Db, Tx } from '../database.ts'
import type { InFlight, ScenariosTable, ScenarioVersionsTable } from '../schema.ts'

export type ScenarioRow = Selectable<ScenariosTable>

/** The version that events start now, or would start if it were enabled. */
export type PublishedVersion = Pick<
  Selectable<ScenarioVersionsTable>,
  'version' | 'sha256' | 'document' | 'published_at'
>

export interface StoredScenario {
  row: ScenarioRow
  published: PublishedVersion | null
  /** The draft says something else than what is published; true, too, where nothing is, or the draft cannot be read. */
  hasChanges: boolean
  updatedBy: { id: UserId; name: string } | null
  /** since when a draft is watched beside what is live */
  shadowSince: Date | null
}

export async function findScenario(db: Db | Tx, id: ScenarioId): Promise<StoredScenario | null> {
  const row = await db.selectFrom('scenarios').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) return null
  const [stored] = await withSurroundings(db, [row])
  return stored ?? null
}

/** In the order of their keys. @returns up to `limit` + 1 of them */
export async function listScenarios(
  db: Db,
  wanted: { key: string | null; kind: ScenarioRow['kind'] | null },
  page: { after: string | null; limit: number },
): Promise<StoredScenario[]> {
  const rows = await db
    .selectFrom('scenarios')
    .selectAll()
    .$if(wanted.key !== null, (query) => query.where('key', '=', wanted.key as string))
    .$if(wanted.kind !== null, (query) => query.where('kind', '=', wanted.kind as ScenarioRow['kind']))
    .$if(page.after !== null, (query) => query.where('key', '>', page.after as string))
    .orderBy('key')
    .limit(page.limit + 1)
    .execute()
  return withSurroundings(db, rows)
}

/** In the order of the rows. */
async function withSurroundings(db: Db | Tx, rows: readonly ScenarioRow[]): Promise<StoredScenario[]> {
  const found = await db
    .selectFrom('scenarios as s')
    .leftJoin('scenario_versions as v', (join) =>
      join.onRef('v.scenario_id', '=', 's.id').onRef('v.version', '=', 's.published_version'),
    )
    .leftJoin('users as u', 'u.id', 's.updated_by')
    .leftJoin('scenario_shadows as w', 'w.scenario_id', 's.id')
    .select(['s.id', 'v.version', 'v.sha256', 'v.document', 'v.published_at', 'u.name', 'w.since'])
    .select(sql<boolean>`s.draft_document is distinct from v.document`.as('hasChanges'))
    .where('s.id', '=', sql<ScenarioId>`any(${rows.map(({ id }) => id)}::uuid[])`)
    .execute()
  const byId = new Map(found.map((one) => [one.id, one]))
  return rows.map((row) => {
    const { version, sha256, document, published_at, name, since, hasChanges } = byId.get(row.id) ?? NOTHING
    const isPublished = version !== null && sha256 !== null && document !== null && published_at !== null
    return {
      row,
      published: isPublished ? { version, sha256, document, published_at } : null,
      hasChanges,
      updatedBy: row.updated_by !== null && name !== null ? { id: row.updated_by, name } : null,
      shadowSince: since,
    }
  })
}

const NOTHING = {
  version: null,
  sha256: null,
  document: null,
  published_at: null,
  name: null,
  since: null,
  hasChanges: true,
}

/** `draining`, `pinned`: an older one that runs still keep, as the publish that replaced it chose. */
export type VersionState = 'published' | 'draining' | 'pinned' | 'retired'

export interface VersionView {
  version: number
  sha256: string
  inFlight: InFlight
  publishedAt: Date
  publishedBy: { id: UserId; name: string } | null
  openRuns: number
  state: VersionState
}

interface VersionRow extends Omit<VersionView, 'state' | 'publishedBy'> {
  byId: UserId | null
  byName: string | null
  isPublished: boolean
  replacedBy: InFlight | null
}

/** The newest first. @param before only older ones. @returns up to `limit` + 1 of them */
export async function listVersions(
  db: Db | Tx,
  id: ScenarioId,
  page: { before: number | null; limit: number },
): Promise<VersionView[]> {
  const { rows } = await sql<VersionRow>`
    select v.version, v.sha256, v.in_flight as "inFlight", v.published_at as "publishedAt", u.id as "byId",
      u.name as "byName", v.version = s.published_version as "isPublished", n.in_flight as "replacedBy",
      (select count(*) from runs r where r.scenario_id = v.scenario_id and r.version = v.version
        and r.state in ('running', 'waiting', 'blocked')) as "openRuns"
    from scenario_versions v
    join scenarios s on s.id = v.scenario_id
    left join users u on u.id = v.published_by
    left join scenario_versions n on n.scenario_id = v.scenario_id and n.version = v.version + 1
    where v.scenario_id = ${id} and (${page.before}::integer is null or v.version < ${page.before})
    order by v.version desc limit ${page.limit + 1}`.execute(db)
  return rows.map(({ byId, byName, isPublished, replacedBy, ...version }) => ({
    ...version,
    publishedBy: byId && byName !== null ? { id: byId, name: byName } : null,
    state: stateOf(isPublished, version.openRuns, replacedBy),
  }))
}

function stateOf(isPublished: boolean, openRuns: number, replacedBy: InFlight | null): VersionState {
  if (isPublished) return 'published'
  if (openRuns === 0) return 'retired'
  return replacedBy === 'drain' ? 'draining' : 'pinned'
}

export interface Version {
  view: VersionView
  document: ScenarioDocument
  /** as its author wrote it; null: published before this was kept */
  text: string | null
}

export async function findVersion(db: Db | Tx, id: ScenarioId, version: number): Promise<Version | null> {
  const row = await db
    .selectFrom('scenario_versions')
    .select(['document', 'text'])
    .where('scenario_id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  const [view] = row ? await listVersions(db, id, { before: version + 1, limit: 1 }) : []
  return row && view ? { view, ...row } : null
}
