import type { RunId, ScenarioId } from '../../domain/ids.ts'
import { readDocument } from '../../domain/scenario/document/read-document.ts'
import type { ScenarioDocument } from '../../domain/scenario/document/scenario-document.ts'
import { canMove, type MoveRefusal } from '../../domain/scenario/interpreter/move.ts'
import type { Language } from '../../domain/words.ts'
import type { Db } from '../database.ts'
import { done, missing, type Refusable } from '../refusal.ts'
import { readDraft, unreadable, WHAT } from './drafts.ts'
import { OPEN } from './open-runs.ts'
import { findScenario } from './scenario-view.ts'

/** What a publish would find: how many runs are open, and which of them could go on in the new version. */
export interface PublishPreview {
  open: number
  canMove: number
  cannot: { reason: MoveRefusal; count: number }[]
}

const PAGE = 500

/** Looks at every open run of the scenario, page by page. Refuses with `not_found` and `scenario_unreadable`. */
export async function previewPublish(
  db: Db,
  id: ScenarioId,
  version: number | null,
  language?: Language,
): Promise<Refusable<PublishPreview>> {
  const stored = await findScenario(db, id)
  if (!stored) return missing(WHAT)
  const documents = new Map<number, ScenarioDocument>()
  const documentOf = async (number: number): Promise<ScenarioDocument | undefined> => {
    const known = documents.get(number)
    if (known) return known
    const row = await db
      .selectFrom('scenario_versions')
      .select('document')
      .where('scenario_id', '=', id)
      .where('version', '=', number)
      .executeTakeFirst()
    if (row) documents.set(number, row.document)
    return row?.document
  }
  const old = version === null ? null : await documentOf(version)
  if (old === undefined) return missing('This version')
  const read = old ? readDocument(old, language) : readDraft(stored.row, language)
  if (!read.ok) return unreadable(read.problems)

  const preview = { open: 0, canMove: 0 }
  const reasons = new Map<MoveRefusal, number>()
  let after: RunId | null = null
  for (;;) {
    const runs: { id: RunId; version: number; run: Parameters<typeof canMove>[0] }[] = await db
      .selectFrom('runs')
      .select(['id', 'version', 'run'])
      .where('scenario_id', '=', id)
      .where('state', 'in', [...OPEN])
      .$if(after !== null, (query) => query.where('id', '>', after as RunId))
      .orderBy('id')
      .limit(PAGE)
      .execute()
    for (const one of runs) {
      const from = await documentOf(one.version)
      if (!from) throw new Error(`scenario ${id} has no version ${one.version}`)
      const moved = canMove(one.run, from, read.document)
      preview.open++
      if (moved.ok) preview.canMove++
      else reasons.set(moved.reason, (reasons.get(moved.reason) ?? 0) + 1)
    }
    const last = runs.at(-1)
    if (runs.length < PAGE || !last) break
    after = last.id
  }
  const cannot = [...reasons].map(([reason, count]) => ({ reason, count })).toSorted((a, b) => b.count - a.count)
  return done({ ...preview, cannot })
}
