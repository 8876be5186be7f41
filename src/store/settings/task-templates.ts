import { type Selectable, sql } from 'kysely'
import type { TaskTemplateId, UserId } from '../../domain/ids.ts'
import { DEFAULT_STATUSES, type TaskStatus } from '../../domain/task.ts'
import { type AuditEntry, audit } from '../audit.ts'
import type { Db, Tx } from '../database.ts'
import { newId } from '../new-id.ts'
import type { TaskTemplatesTable } from '../schema.ts'

export type TaskTemplateRow = Selectable<TaskTemplatesTable>

export interface TaskTemplateValues {
  name: string
  titlePattern: string
  assigneeIds: UserId[]
  extraAssigneeIds: UserId[]
  statuses: readonly TaskStatus[]
  fields: Record<string, unknown>
}

const columnsOf = (values: Partial<TaskTemplateValues>) => ({
  ...(values.name !== undefined && { name: values.name }),
  ...(values.titlePattern !== undefined && { title_pattern: values.titlePattern }),
  ...(values.assigneeIds !== undefined && { assignee_ids: values.assigneeIds }),
  ...(values.extraAssigneeIds !== undefined && { extra_assignee_ids: values.extraAssigneeIds }),
  ...(values.statuses !== undefined && { statuses: JSON.stringify(values.statuses) }),
  ...(values.fields !== undefined && { fields: JSON.stringify(values.fields) }),
})

/** @returns up to `limit` + 1 rows */
export async function listTaskTemplates(
  db: Db,
  page: { after: TaskTemplateId | null; limit: number },
): Promise<TaskTemplateRow[]> {
  let query = db
    .selectFrom('task_templates')
    .selectAll()
    .orderBy('id')
    .limit(page.limit + 1)
  if (page.after) query = query.where('id', '>', page.after)
  return query.execute()
}

export function findTaskTemplate(db: Db | Tx, id: TaskTemplateId): Promise<TaskTemplateRow | undefined> {
  return db.selectFrom('task_templates').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function createTaskTemplate(
  tx: Tx,
  values: TaskTemplateValues,
  actor: AuditEntry['actor'],
): Promise<TaskTemplateRow> {
  const row = await tx
    .insertInto('task_templates')
    .values({
      id: newId<TaskTemplateId>(),
      name: values.name,
      title_pattern: values.titlePattern,
      assignee_ids: values.assigneeIds,
      extra_assignee_ids: values.extraAssigneeIds,
      statuses: JSON.stringify(values.statuses),
      fields: JSON.stringify(values.fields),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await audit(tx, { actor, action: 'task_template.created', subject: { kind: 'task_template', id: row.id } })
  return row
}

/** Open tasks keep the statuses that they were opened with. @returns null where there is no such template */
export async function changeTaskTemplate(
  tx: Tx,
  id: TaskTemplateId,
  changes: Partial<TaskTemplateValues>,
  actor: AuditEntry['actor'],
): Promise<TaskTemplateRow | null> {
  const columns = columnsOf(changes)
  if (Object.keys(columns).length === 0) return (await findTaskTemplate(tx, id)) ?? null
  const row = await tx.updateTable('task_templates').set(columns).where('id', '=', id).returningAll().executeTakeFirst()
  if (!row) return null
  await audit(tx, {
    actor,
    action: 'task_template.changed',
    subject: { kind: 'task_template', id },
    detail: { fields: Object.keys(changes) },
  })
  return row
}

/** Tasks that were opened from it stay as they are. @returns `in_use` while a channel opens its tasks from it */
export async function deleteTaskTemplate(
  tx: Tx,
  id: TaskTemplateId,
  actor: AuditEntry['actor'],
): Promise<'deleted' | 'unknown' | 'in_use'> {
  // The lock keeps a channel from taking it meanwhile.
  const found = await tx.selectFrom('task_templates').select('id').where('id', '=', id).forUpdate().executeTakeFirst()
  if (!found) return 'unknown'
  const channel = await tx
    .selectFrom('channels')
    .select('id')
    .where('task_template_id', '=', id)
    .where('deleted_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  if (channel) return 'in_use'
  await tx.updateTable('tasks').set({ template_id: null }).where('template_id', '=', id).execute()
  await tx.updateTable('channels').set({ task_template_id: null }).where('task_template_id', '=', id).execute()
  await tx.deleteFrom('task_templates').where('id', '=', id).execute()
  await audit(tx, { actor, action: 'task_template.deleted', subject: { kind: 'task_template', id } })
  return 'deleted'
}

/**
 * The template for channels that name none: the oldest one, made if the installation has none yet.
 * A conversation with an unknown client becomes a task named after them, worked on by whoever set the channel up (M9).
 */
export async function defaultTaskTemplate(tx: Tx): Promise<TaskTemplateId> {
  const find = () =>
    tx.selectFrom('task_templates').select('id').orderBy('created_at').orderBy('id').limit(1).executeTakeFirst()
  let found = await find()
  if (!found) {
    // Several may find none at once; one of them makes it.
    await sql`select pg_advisory_xact_lock(hashtextextended('default task template', 0))`.execute(tx)
    found = await find()
  }
  if (found) return found.id
  const made = await createTaskTemplate(
    tx,
    {
      name: 'Client conversation',
      titlePattern: '{contact}',
      assigneeIds: [],
      extraAssigneeIds: [],
      statuses: DEFAULT_STATUSES,
      fields: {},
    },
    { kind: 'system', id: null },
  )
  return made.id
}
