import { type SqlBool, sql } from 'kysely'
import type { ChannelId, ContactId, ConversationId, TaskId, TaskTemplateId, UserId } from '../../domain/ids.ts'
import type { TaskStatus } from '../../domain/task.ts'
import { maySee } from '../actor.ts'
import type { Db, Tx } from '../database.ts'
import { loadGlances, type Preview } from './glance.ts'
import { IS_SNOOZED, type Viewer } from './task-filter.ts'

export interface Person {
  id: UserId
  name: string
}

/** A task as people see it (contract.md, `GET /api/tasks`). */
export interface TaskView {
  id: TaskId
  number: number
  title: string
  status: TaskStatus
  requester: { id: ContactId; name: string; phone: string | null }
  assignees: Person[]
  participants: Person[]
  channelId: ChannelId
  conversationId: ConversationId
  templateId: TaskTemplateId | null
  fields: Record<string, unknown>
  /** by when it is to be done; null: nobody said */
  dueAt: Date | null
  createdAt: Date
  updatedAt: Date
  closedAt: Date | null
  /** the requester's */
  tags: string[]
  /** messages of the client that the viewer has not read */
  unread: number
  /** the time of the oldest message of the client that nobody answered; null: none, or the task is inactive */
  awaitingSince: Date | null
  /** of the newest message from or to the client */
  lastMessageAt: Date | null
  preview: Preview | null
  /** the viewer's own; `until` null: until the client writes */
  snoozed: { until: Date | null } | null
}

/** @returns null where there is no such task, or where the viewer may not see it */
export async function findTask(db: Db | Tx, viewer: Viewer, id: TaskId) {
  const row = await selectTasks(db, viewer).where('t.id', '=', id).executeTakeFirst()
  if (!row || !maySee(viewer, row.channel_id)) return null
  const [task] = await tasksFor(db, viewer, [row])
  return task ? { task, statuses: row.statuses } : null
}

type TaskRow = Awaited<ReturnType<ReturnType<typeof selectTasks>['executeTakeFirstOrThrow']>>

/** Tasks with their requesters, and what the viewer keeps of them. */
export const tasksOf = (db: Db | Tx, { userId }: Viewer) =>
  db
    .selectFrom('tasks as t')
    .innerJoin('contacts as c', 'c.id', 't.requester_id')
    .leftJoin('task_reads as r', (join) =>
      join.onRef('r.task_id', '=', 't.id').on(sql<SqlBool>`r.user_id = ${userId}::uuid`),
    )
    .leftJoin('task_snoozes as s', (join) =>
      join.onRef('s.task_id', '=', 't.id').on(sql<SqlBool>`s.user_id = ${userId}::uuid`),
    )

export const selectTasks = (db: Db | Tx, viewer: Viewer) =>
  tasksOf(db, viewer).select([
    't.id',
    't.number',
    't.title',
    't.statuses',
    't.status',
    't.active',
    't.requester_id',
    'c.name as requester_name',
    'c.phone as requester_phone',
    'c.tags',
    't.assignee_ids',
    't.participant_ids',
    't.channel_id',
    't.conversation_id',
    't.template_id',
    't.fields',
    't.due_at',
    't.created_at',
    't.updated_at',
    't.closed_at',
    't.awaiting_since',
    't.last_message_at',
    's.until as snoozed_until',
    IS_SNOOZED.as('snoozed'),
    sql<string>`${microseconds('t.updated_at')}`.as('updated_key'),
    sql<string>`${microseconds('t.awaiting_since')}`.as('awaiting_key'),
  ])

const microseconds = (column: string) =>
  sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

/** Names and feeds of all of them in one query each. People who have left keep their names. */
export async function tasksFor(db: Db | Tx, viewer: Viewer, rows: readonly TaskRow[]): Promise<TaskView[]> {
  const names = await userNames(db, [...new Set(rows.flatMap((row) => [...row.assignee_ids, ...row.participant_ids]))])
  const glances = await loadGlances(
    db,
    viewer,
    rows.map(({ id }) => id),
  )
  const people = (ids: UserId[]) => ids.flatMap((id) => (names.has(id) ? [{ id, name: names.get(id) ?? '' }] : []))
  return rows.map((row) => ({
    id: row.id,
    number: row.number,
    title: row.title,
    status: {
      key: row.status,
      name: row.statuses.find(({ key }) => key === row.status)?.name ?? row.status,
      active: row.active,
    },
    requester: { id: row.requester_id, name: row.requester_name, phone: row.requester_phone },
    assignees: people(row.assignee_ids),
    participants: people(row.participant_ids),
    channelId: row.channel_id,
    conversationId: row.conversation_id,
    templateId: row.template_id,
    fields: row.fields,
    dueAt: row.due_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    closedAt: row.closed_at,
    tags: row.tags,
    unread: glances.get(row.id)?.unread ?? 0,
    awaitingSince: row.active ? row.awaiting_since : null,
    lastMessageAt: row.last_message_at,
    preview: glances.get(row.id)?.preview ?? null,
    snoozed: row.snoozed ? { until: row.snoozed_until } : null,
  }))
}

export async function userNames(db: Db | Tx, ids: readonly UserId[]): Promise<Map<UserId, string>> {
  if (ids.length === 0) return new Map()
  const users = await db
    .selectFrom('users')
    .select(['id', 'name'])
    .where('id', 'in', [...ids])
    .execute()
  return new Map(users.map(({ id, name }) => [id, name]))
}
