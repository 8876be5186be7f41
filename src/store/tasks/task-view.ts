import { type SqlBool, sql } from 'kysely'
import type { ChannelId, ContactId, ConversationId, TaskId, TaskTemplateId, UserId } from '../../domain/ids.ts'
import { phoneVariants } from '../../domain/phone-variants.ts'
import type { TaskStatus } from '../../domain/task.ts'
import { type Actor, maySee } from '../actor.ts'
import type { Db, Tx } from '../database.ts'
import { containing } from '../like-pattern.ts'

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
}

export interface TaskFilter {
  status: 'active' | 'inactive' | 'all'
  contactId?: ContactId | undefined
  channelId?: ChannelId | undefined
  assigneeId?: UserId | undefined
  /** Looked for in the title, the requester's name and phone number, and the task's number. */
  q?: string | undefined
}

/** The place after which a page begins. `updatedAt` has microseconds, which a Date would lose: rows would be skipped. */
export interface TaskPlace {
  updatedAt: string
  id: TaskId
}

/**
 * Tasks that the actor may see, the newest updated first.
 * @returns up to `limit` tasks, and where the next page begins; null at the end
 */
export async function listTasks(
  db: Db,
  actor: Pick<Actor, 'channelIds'>,
  filter: TaskFilter,
  page: { after: TaskPlace | null; limit: number },
): Promise<{ tasks: TaskView[]; next: TaskPlace | null }> {
  const { channelIds } = actor
  const { after } = page
  const rows = await selectTasks(db)
    .$if(channelIds !== null, (query) => query.where(sql<SqlBool>`t.channel_id = any(${channelIds}::uuid[])`))
    .$if(filter.status !== 'all', (query) => query.where('t.active', '=', filter.status === 'active'))
    .$if(filter.contactId !== undefined, (query) => query.where(sql<SqlBool>`t.requester_id = ${filter.contactId}`))
    .$if(filter.channelId !== undefined, (query) => query.where(sql<SqlBool>`t.channel_id = ${filter.channelId}`))
    .$if(filter.assigneeId !== undefined, (query) =>
      query.where(sql<SqlBool>`t.assignee_ids @> array[${filter.assigneeId}]::uuid[]`),
    )
    .$if(Boolean(filter.q?.trim()), (query) => query.where(matchingTask(filter.q?.trim() ?? '')))
    .$if(after !== null, (query) =>
      query.where(sql<SqlBool>`(t.updated_at, t.id) < (${after?.updatedAt}::timestamptz, ${after?.id}::uuid)`),
    )
    .orderBy('t.updated_at', 'desc')
    .orderBy('t.id', 'desc')
    .limit(page.limit + 1)
    .execute()
  const shown = rows.slice(0, page.limit)
  const last = shown.at(-1)
  return {
    tasks: await withPeople(db, shown),
    next: rows.length > page.limit && last ? { updatedAt: last.updated_key, id: last.id } : null,
  }
}

function matchingTask(q: string) {
  const text = containing(q)
  const number = /^#?(\d{1,15})$/.exec(q)?.[1]
  return sql<SqlBool>`(
    t.title ilike ${text} or c.name ilike ${text}
    or c.phone like any(${phonePatterns(q)}::text[])
    or t.number = ${number === undefined ? null : Number(number)}::bigint
  )`
}

/** Patterns for a phone number as somebody typed it, under every form that it may be stored in; none if it is no number. */
export function phonePatterns(q: string): string[] {
  if (!/^[\d\s()+.\-/]+$/.test(q)) return []
  const digits = q.replace(/\D/g, '').replace(/^00/, '')
  return digits.length < 3 ? [] : phoneVariants(digits).map((variant) => `%${variant}%`)
}

/** @returns null where there is no such task, or where the actor may not see it */
export async function findTask(db: Db | Tx, actor: Pick<Actor, 'channelIds'>, id: TaskId) {
  const row = await selectTasks(db).where('t.id', '=', id).executeTakeFirst()
  if (!row || !maySee(actor, row.channel_id)) return null
  const [task] = await withPeople(db, [row])
  return task ? { task, statuses: row.statuses } : null
}

type TaskRow = Awaited<ReturnType<ReturnType<typeof selectTasks>['executeTakeFirstOrThrow']>>

function selectTasks(db: Db | Tx) {
  return db
    .selectFrom('tasks as t')
    .innerJoin('contacts as c', 'c.id', 't.requester_id')
    .select([
      't.id',
      't.number',
      't.title',
      't.statuses',
      't.status',
      't.active',
      't.requester_id',
      'c.name as requester_name',
      'c.phone as requester_phone',
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
      sql<string>`to_char(t.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`.as('updated_key'),
    ])
}

/** Names for all of them in one query. People who have left keep their names. */
async function withPeople(db: Db | Tx, rows: readonly TaskRow[]): Promise<TaskView[]> {
  const names = await userNames(db, [...new Set(rows.flatMap((row) => [...row.assignee_ids, ...row.participant_ids]))])
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
