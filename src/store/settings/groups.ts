import type { Selectable } from 'kysely'
import type { GroupId, UserId } from '../../domain/ids.ts'
import { type AuditEntry, audit } from '../audit.ts'
import type { Db, Tx } from '../database.ts'
import { newId } from '../new-id.ts'
import type { GroupsTable } from '../schema.ts'

export type GroupRow = Selectable<GroupsTable>

/** @returns up to `limit` + 1 rows */
export async function listGroups(db: Db, page: { after: GroupId | null; limit: number }): Promise<GroupRow[]> {
  let query = db
    .selectFrom('groups')
    .selectAll()
    .orderBy('id')
    .limit(page.limit + 1)
  if (page.after) query = query.where('id', '>', page.after)
  return query.execute()
}

export function findGroup(db: Db | Tx, id: GroupId): Promise<GroupRow | undefined> {
  return db.selectFrom('groups').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function createGroup(
  tx: Tx,
  group: { name: string; memberIds: UserId[] },
  actor: AuditEntry['actor'],
): Promise<GroupRow> {
  const row = await tx
    .insertInto('groups')
    .values({ id: newId<GroupId>(), name: group.name, member_ids: group.memberIds })
    .returningAll()
    .executeTakeFirstOrThrow()
  await audit(tx, { actor, action: 'group.created', subject: { kind: 'group', id: row.id } })
  return row
}

/** @returns null where there is no such group */
export async function changeGroup(
  tx: Tx,
  id: GroupId,
  changes: { name?: string; memberIds?: UserId[] },
  actor: AuditEntry['actor'],
): Promise<GroupRow | null> {
  const columns = {
    ...(changes.name !== undefined && { name: changes.name }),
    ...(changes.memberIds !== undefined && { member_ids: changes.memberIds }),
  }
  if (Object.keys(columns).length === 0) return (await findGroup(tx, id)) ?? null
  const row = await tx.updateTable('groups').set(columns).where('id', '=', id).returningAll().executeTakeFirst()
  if (!row) return null
  await audit(tx, {
    actor,
    action: 'group.changed',
    subject: { kind: 'group', id },
    detail: { fields: Object.keys(changes) },
  })
  return row
}

/** @returns whether there was such a group */
export async function deleteGroup(tx: Tx, id: GroupId, actor: AuditEntry['actor']): Promise<boolean> {
  const deleted = await tx.deleteFrom('groups').where('id', '=', id).executeTakeFirst()
  if (deleted.numDeletedRows === 0n) return false
  await audit(tx, { actor, action: 'group.deleted', subject: { kind: 'group', id } })
  return true
}
