import type { Selectable } from 'kysely'
import type { ScenarioId } from '../../../domain/ids.ts'
import type { Language } from '../../../domain/words.ts'
import { type Actor, auditActor } from '../../actor.ts'
import { audit } from '../../audit.ts'
import type { Db, Tx } from '../../database.ts'
import { recordLive } from '../../live-events.ts'
import { done, missing, type Refusable, refuse } from '../../refusal.ts'
import type { ScenarioShadowsTable } from '../../schema.ts'
import { readDraft, sha256Of, unreadable, WHAT } from '../drafts.ts'
import { findScenario } from '../scenario-view.ts'

export type Shadow = Selectable<ScenarioShadowsTable>

/**
 * Watches the draft, as it is now, beside what is live from now on. Nothing live changes: what it would have done is a
 * dry run over what has happened since. One that is watched already is replaced, and its time begins anew.
 *
 * Refuses with `not_found` and `scenario_unreadable`.
 */
export async function startShadow(
  tx: Tx,
  id: ScenarioId,
  actor: Actor,
  language?: Language,
): Promise<Refusable<Shadow>> {
  const stored = await findScenario(tx, id)
  if (!stored) return missing(WHAT)
  const read = readDraft(stored.row, language)
  if (!read.ok) return unreadable(read.problems)
  const values = {
    document: JSON.stringify(read.document),
    sha256: sha256Of(read.canonical),
    since: new Date(),
    created_by: actor.userId,
  }
  const shadow = await tx
    .insertInto('scenario_shadows')
    .values({ scenario_id: id, ...values })
    .onConflict((conflict) => conflict.column('scenario_id').doUpdateSet(values))
    .returningAll()
    .executeTakeFirstOrThrow()
  await auditShadow(tx, id, actor, 'scenario.shadow_started')
  return done(shadow)
}

/** Refuses with `not_found` and `no_shadow`: no draft is watched. */
export async function stopShadow(tx: Tx, id: ScenarioId, actor: Actor): Promise<Refusable<null>> {
  if (!(await findScenario(tx, id))) return missing(WHAT)
  const { numDeletedRows } = await tx
    .deleteFrom('scenario_shadows')
    .where('scenario_id', '=', id)
    .executeTakeFirstOrThrow()
  if (numDeletedRows === 0n) return refuse('missing', 'no_shadow', 'No draft of this scenario is watched')
  await auditShadow(tx, id, actor, 'scenario.shadow_stopped')
  return done(null)
}

export const findShadow = (db: Db | Tx, id: ScenarioId): Promise<Shadow | undefined> =>
  db.selectFrom('scenario_shadows').selectAll().where('scenario_id', '=', id).executeTakeFirst()

async function auditShadow(tx: Tx, id: ScenarioId, actor: Actor, action: string): Promise<void> {
  await audit(tx, { actor: auditActor(actor), action, subject: { kind: 'scenario', id }, detail: { by: actor.key } })
  await recordLive(tx, [{ event: 'scenario', data: { scenarioId: id } }])
}
