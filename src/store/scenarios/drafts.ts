import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { ScenarioId } from '../../domain/ids.ts'
import type { Problem } from '../../domain/scenario/document/problem.ts'
import { type ReadDocument, readDocument } from '../../domain/scenario/document/read-document.ts'
import type { ScenarioDocument } from '../../domain/scenario/document/scenario-document.ts'
import type { Language } from '../../domain/words.ts'
import { type Actor, auditActor } from '../actor.ts'
import { audit } from '../audit.ts'
import type { Tx } from '../database.ts'
import { recordLive } from '../live-events.ts'
import { newId } from '../new-id.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import { findScenario, type ScenarioRow } from './scenario-view.ts'

/** A document as its author wrote it. */
export interface Draft {
  text: string
  format: 'yaml' | 'json'
}

export const WHAT = 'This scenario'

/** A text as it came, or a document without a text of its own. */
export function draftOf(document: string | object): Draft {
  if (typeof document !== 'string') return { text: JSON.stringify(document, null, 2), format: 'json' }
  return { text: document, format: isJson(document) ? 'json' : 'yaml' }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** @param language of the problems */
export const readDraft = ({ draft }: Pick<ScenarioRow, 'draft'>, language?: Language): ReadDocument =>
  readDocument(draft, language)

/** What a version's SHA-256 is made of. @param canonical of `readDocument` */
export const sha256Of = (canonical: string): string => createHash('sha256').update(canonical).digest('hex')

export const kindOf = ({ trigger }: ScenarioDocument): ScenarioRow['kind'] =>
  'button' in trigger ? 'button' : 'scenario'

/** A text that is no scenario document. `details`: its problems. */
export const unreadable = (problems: readonly Problem[]) =>
  refuse('invalid', 'scenario_unreadable', problems[0]?.message ?? 'The document cannot be read', problems)

/** Refuses with `scenario_unreadable`, because a scenario needs its key, and with `key_taken`. @returns its id */
export async function createScenario(
  tx: Tx,
  document: string | object,
  actor: Actor,
  language?: Language,
): Promise<Refusable<{ id: ScenarioId }>> {
  const read = readDocument(document, language)
  if (!read.ok) return unreadable(read.problems)
  const { text, format } = draftOf(document)
  const row = await tx
    .insertInto('scenarios')
    .values({
      id: newId<ScenarioId>(),
      key: read.document.id,
      kind: kindOf(read.document),
      name: read.document.name,
      draft: text,
      draft_format: format,
      draft_document: read.canonical,
      created_by: actor.userId,
      updated_by: actor.userId,
      updated_at: sql<Date>`date_trunc('milliseconds', clock_timestamp())`,
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!row) {
    const { id } = await tx
      .selectFrom('scenarios')
      .select('id')
      .where('key', '=', read.document.id)
      .executeTakeFirstOrThrow()
    return refuse('conflict', 'key_taken', `There is a scenario “${read.document.id}” already`, { id })
  }
  await audit(tx, {
    actor: auditActor(actor),
    action: 'scenario.created',
    subject: { kind: 'scenario', id: row.id },
    detail: { key: read.document.id },
  })
  await recordLive(tx, [{ event: 'scenario', data: { scenarioId: row.id } }])
  return done(row)
}

/**
 * Keeps a draft whatever it holds, so that nothing an author typed is lost; its problems are told when it is read.
 * @param seen `updatedAt` of the draft that was changed; null: whatever is there is replaced
 * Refuses with `not_found`, and with `changed_meanwhile` where a colleague was faster (details: `updatedAt`, `draft`).
 */
export async function saveDraft(
  tx: Tx,
  id: ScenarioId,
  document: string | object,
  seen: Date | null,
  actor: Actor,
): Promise<Refusable<{ id: ScenarioId }>> {
  const row = await tx.selectFrom('scenarios').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst()
  if (!row) return missing(WHAT)
  if (seen && seen.getTime() !== row.updated_at.getTime()) {
    return refuse('conflict', 'changed_meanwhile', 'Somebody else has changed this scenario meanwhile', {
      updatedAt: row.updated_at.toISOString(),
      draft: { text: row.draft, format: row.draft_format },
    })
  }
  const { text, format } = draftOf(document)
  const read = readDocument(document)
  // What is published says what it is called; before that, the draft does.
  const shown = read.ok && row.published_version === null ? read.document : null
  await tx
    .updateTable('scenarios')
    .set({
      draft: text,
      draft_format: format,
      draft_document: read.ok ? read.canonical : null,
      ...(shown && { name: shown.name, kind: kindOf(shown) }),
      updated_by: actor.userId,
      // Always later than before: it is what `seen` is compared with.
      updated_at: sql<Date>`greatest(date_trunc('milliseconds', clock_timestamp()), updated_at + interval '1 ms')`,
    })
    .where('id', '=', id)
    .execute()
  await audit(tx, { actor: auditActor(actor), action: 'scenario.changed', subject: { kind: 'scenario', id } })
  await recordLive(tx, [{ event: 'scenario', data: { scenarioId: id } }])
  return done({ id })
}

/** Refuses with `not_found`, and with `published`: what once was published stays for its runs and is disabled instead. */
export async function deleteScenario(tx: Tx, id: ScenarioId, actor: Actor): Promise<Refusable<null>> {
  const found = await tx.selectFrom('scenarios').select('id').where('id', '=', id).forUpdate().executeTakeFirst()
  if (!found) return missing(WHAT)
  const stored = await findScenario(tx, id)
  if (stored?.published) {
    return refuse('conflict', 'published', 'This scenario has versions that were published: disable it instead')
  }
  await tx.deleteFrom('scenarios').where('id', '=', id).execute()
  await audit(tx, { actor: auditActor(actor), action: 'scenario.deleted', subject: { kind: 'scenario', id } })
  await recordLive(tx, [{ event: 'scenario', data: { scenarioId: id } }])
  return done(null)
}
