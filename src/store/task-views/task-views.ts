import { type Selectable, type SqlBool, sql } from 'kysely'
import type { TaskViewId, UserId } from '../../domain/ids.ts'
import { type Actor, auditActor } from '../actor.ts'
import { audit } from '../audit.ts'
import type { Db, Tx } from '../database.ts'
import { recordLive } from '../live-events.ts'
import { newId } from '../new-id.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import type { TaskViewsTable } from '../schema.ts'

/** A named choice of tasks: one's own, or everybody's. */
export interface SavedView {
  id: TaskViewId
  name: string
  shared: boolean
  /** null: a token's */
  ownerId: UserId | null
  /** the query keys of GET /api/tasks, as they were checked when it was saved */
  filter: Record<string, unknown>
  /** where it stands among the others, the smallest first */
  position: number
}

export interface SavedViewDraft {
  name: string
  shared: boolean
  filter: Record<string, unknown>
  /** null: behind the others */
  position: number | null
}

/** May the actor keep shared ones, or only their own? Throws to refuse. */
export type MayShare = (what: { shared: boolean }) => void

/** Far more than anybody finds their way in. */
const MOST_VIEWS = 200

/** Shared ones and the actor's own, in their order. */
export async function listViews(db: Db | Tx, actor: Pick<Actor, 'userId'>): Promise<SavedView[]> {
  const rows = await db
    .selectFrom('task_views')
    .selectAll()
    .where(visibleTo(actor))
    .orderBy('position')
    .orderBy('id')
    .execute()
  return rows.map(viewOf)
}

/** Refuses with `no_person` and `too_many_views`. */
export async function createView(
  tx: Tx,
  actor: Actor,
  draft: SavedViewDraft,
  mayShare: MayShare,
): Promise<Refusable<SavedView>> {
  mayShare(draft)
  if (!draft.shared && actor.userId === null) return NO_PERSON
  const others = await listViews(tx, actor)
  if (others.length >= MOST_VIEWS) {
    return refuse('conflict', 'too_many_views', `There are ${others.length} views already: delete some first`)
  }
  const row = await tx
    .insertInto('task_views')
    .values({
      id: newId<TaskViewId>(),
      name: draft.name,
      owner_id: actor.userId,
      shared: draft.shared,
      filter: JSON.stringify(draft.filter),
      position: draft.position ?? Math.max(-1, ...others.map(({ position }) => position)) + 1,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await note(tx, actor, 'task_view.created', row)
  await tellScreens(tx, [row])
  return done(viewOf(row))
}

export async function changeView(
  tx: Tx,
  actor: Actor,
  id: TaskViewId,
  change: Partial<SavedViewDraft>,
  mayShare: MayShare,
): Promise<Refusable<SavedView>> {
  const before = await lock(tx, actor, id)
  if (!before) return missing('The view')
  const shared = change.shared ?? before.shared
  mayShare(before)
  mayShare({ shared })
  // A shared one that becomes somebody's own is theirs who made it so: it must not vanish for everybody.
  const owner = shared ? before.owner_id : before.shared ? actor.userId : before.owner_id
  if (!shared && owner === null) return NO_PERSON
  const row = await tx
    .updateTable('task_views')
    .set({
      shared,
      owner_id: owner,
      ...(change.name !== undefined && { name: change.name }),
      ...(change.filter !== undefined && { filter: JSON.stringify(change.filter) }),
      ...(change.position !== undefined && change.position !== null && { position: change.position }),
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await note(tx, actor, 'task_view.changed', row)
  await tellScreens(tx, [before, row])
  return done(viewOf(row))
}

export async function deleteView(tx: Tx, actor: Actor, id: TaskViewId, mayShare: MayShare): Promise<Refusable<null>> {
  const row = await lock(tx, actor, id)
  if (!row) return missing('The view')
  mayShare(row)
  await tx.deleteFrom('task_views').where('id', '=', id).execute()
  await note(tx, actor, 'task_view.deleted', row)
  await tellScreens(tx, [row])
  return done(null)
}

type Row = Selectable<TaskViewsTable>

const NO_PERSON = refuse('invalid', 'no_person', 'An API token is no person: it can keep shared views only')

/** Shared ones and one's own. A token has none: its `userId` null equals nobody's. */
const visibleTo = ({ userId }: Pick<Actor, 'userId'>) => sql<SqlBool>`(shared or owner_id = ${userId}::uuid)`

const lock = (tx: Tx, actor: Actor, id: TaskViewId): Promise<Row | undefined> =>
  tx.selectFrom('task_views').selectAll().where('id', '=', id).where(visibleTo(actor)).forUpdate().executeTakeFirst()

const viewOf = ({ id, name, shared, owner_id, filter, position }: Row): SavedView => ({
  id,
  name,
  shared,
  ownerId: owner_id,
  filter,
  position,
})

/** Everybody's screens where it is, or was, everybody's; else its owner's alone. */
function tellScreens(tx: Tx, rows: readonly Row[]): Promise<void> {
  const [first] = rows
  const whose = rows.some(({ shared }) => shared) ? null : (first?.owner_id ?? null)
  return recordLive(tx, first ? [{ event: 'view', data: { viewId: first.id, userId: whose } }] : [])
}

const note = (tx: Tx, actor: Actor, action: string, { id, shared }: Row): Promise<void> =>
  audit(tx, {
    actor: auditActor(actor),
    action,
    subject: { kind: 'task_view', id },
    detail: { shared, by: actor.key },
  })
