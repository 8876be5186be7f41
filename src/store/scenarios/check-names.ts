import { sql } from 'kysely'
import type { AttachmentId } from '../../domain/ids.ts'
import { hasClient } from '../../domain/scenario/document/checks/expressions.ts'
import type { Report } from '../../domain/scenario/document/checks/finding.ts'
import {
  NAMED_KINDS,
  type NamedKind,
  FINDING_WORDS as say,
} from '../../domain/scenario/document/checks/finding-words.ts'
import { type NameUsed, namesUsed } from '../../domain/scenario/document/names-used.ts'
import { nearest } from '../../domain/scenario/document/nearest.ts'
import { type Path, pathText } from '../../domain/scenario/document/problem.ts'
import type { ScenarioDocument } from '../../domain/scenario/document/scenario-document.ts'
import { steps } from '../../domain/scenario/document/walk.ts'
import type { PublishedScenario } from '../../domain/scenario/engine/host.ts'
import { DEFAULT_STATUSES } from '../../domain/task.ts'
import type { Db, Tx } from '../database.ts'
import { sendableAgain } from '../outgoing/copy-files.ts'

type Kind = Exclude<NameUsed['kind'], 'template' | 'scenario'> & NamedKind

/**
 * What a document names and this installation has not, or has more than once: `<kind>_unknown`, `<kind>_ambiguous`.
 * @param others what is published beside it
 */
export async function checkNames(
  db: Db | Tx,
  document: ScenarioDocument,
  others: readonly PublishedScenario[],
  report: Report,
): Promise<void> {
  const used = namesUsed(document)
  for (const kind of NAMED_KINDS) {
    const ofKind = used.filter((one) => one.kind === kind)
    if (ofKind.length === 0) continue
    const wanted = [...new Set(ofKind.map(({ name }) => name))]
    const names = await namesOf[kind](db, wanted)
    for (const { name, path } of ofKind) {
      const times = names.filter((known) => isSame(kind, known, name)).length
      if (times === 1) continue
      const meant = times === 0 ? nearest(name, names) : null
      if (times > 1) report('error', `${kind}_ambiguous`, path, say[`${kind}_ambiguous`].ambiguous(name))
      else report('error', `${kind}_unknown`, path, say[`${kind}_unknown`].unknown(name, meant))
    }
  }
  await checkScenarios(db, document, used, others, report)
}

/** As the steps find them: groups, task templates and endpoints in any case, everything else as it is written. */
const isSame = (kind: Kind, known: string, name: string): boolean =>
  ANY_CASE.has(kind) ? known.toLowerCase() === name.toLowerCase() : known === name
const ANY_CASE = new Set<Kind>(['group', 'task_template', 'endpoint'])

/** What is called or started has to be published; what is cancelled or waited for only has to be there. */
async function checkScenarios(
  db: Db | Tx,
  document: ScenarioDocument,
  used: readonly NameUsed[],
  others: readonly PublishedScenario[],
  report: Report,
): Promise<void> {
  const ofKind = used.filter(({ kind, name }) => kind === 'scenario' && name !== document.id)
  if (ofKind.length === 0) return
  const rows = await db.selectFrom('scenarios').select('key').execute()
  const known = rows.map(({ key }) => key)
  const published = new Map(others.map((other) => [other.key, other.document]))
  for (const { name, path } of ofKind) {
    const started = published.get(name)
    if (started) {
      if (!hasClient(document) && hasClient(started) && startsHere(document, path)) {
        report('error', 'no_client', path, say.no_client.started(name))
      }
      continue
    }
    const isStarted = path.includes('call') || path.includes('start')
    if (known.includes(name)) {
      const severity = isStarted ? 'error' : 'warning'
      report(severity, 'scenario_unpublished', path, say.scenario_unpublished.unpublished(name))
      continue
    }
    const meant = nearest(name, known)
    report('error', 'scenario_unknown', path, say.scenario_unknown.unknown(name, meant))
  }
}

/** Whether the name is of a `call`, or of a `start` in the place of the run itself. */
function startsHere(document: ScenarioDocument, path: Path): boolean {
  if (path.includes('call')) return true
  if (!path.includes('start')) return false
  const named = [...steps(document)].find((one) => pathText(path).startsWith(`${pathText(one.path)}.start`))
  return named !== undefined && 'start' in named.step && named.step.start.each === undefined
}

/** Those of the wanted names that there are, each as often as it is there; where the list is short, all names. */
const namesOf: Record<Kind, (db: Db | Tx, wanted: readonly string[]) => Promise<string[]>> = {
  async calendar(db) {
    return named(await db.selectFrom('calendars').select('name').execute())
  },
  async group(db) {
    return named(await db.selectFrom('groups').select('name').execute())
  },
  async webhook(db) {
    return named(await db.selectFrom('incoming_webhooks').select('name').execute())
  },
  async endpoint(db) {
    return named(await db.selectFrom('endpoints').select('name').execute())
  },
  async task_template(db) {
    return named(await db.selectFrom('task_templates').select('name').execute())
  },
  async channel(db) {
    return named(await db.selectFrom('channels').select('name').where('deleted_at', 'is', null).execute())
  },
  /** By id or e-mail, as it was written. */
  async employee(db, wanted) {
    const { rows } = await sql<{ name: string }>`
      select w.name from unnest(${wanted}::text[]) as w (name)
      where exists (select from users u where u.active and (u.id::text = w.name or lower(u.email) = lower(w.name)))`.execute(
      db,
    )
    return named(rows)
  },
  async quick_reply(db, wanted) {
    const rows = await db
      .selectFrom('quick_replies')
      .select('shortcut as name')
      .where('owner_id', 'is', null)
      .where('shortcut', '=', sql<string>`any(${wanted}::text[])`)
      .execute()
    return rows.flatMap(({ name }) => (name === null ? [] : [name]))
  },
  /** Of any task template's set; one that has none takes the usual ones. */
  async status(db) {
    const templates = await db.selectFrom('task_templates').select('statuses').execute()
    const sets = templates.map(({ statuses }) => (statuses.length > 0 ? statuses : DEFAULT_STATUSES))
    const keys = (sets.length > 0 ? sets : [DEFAULT_STATUSES]).flatMap((set) => set.map(({ key }) => key))
    return [...new Set(keys)]
  },
  async attachment(db, wanted) {
    const ids = wanted.filter((name) => UUID.test(name))
    if (ids.length === 0) return []
    const rows = await sendableAgain(db, ids as AttachmentId[]).execute()
    const stored = new Set<string>(rows.map(({ id }) => id))
    return ids.filter((id) => stored.has(id.toLowerCase()))
  },
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const named = (rows: readonly { name: string }[]): string[] => rows.map(({ name }) => name)
