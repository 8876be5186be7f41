import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { ChannelId, ContactId, TaskId, UserId } from '../../domain/ids.ts'
import type { Actor } from '../actor.ts'
import { containing } from '../like-pattern.ts'
import { phonePatterns } from '../search/phone-patterns.ts'
import { numberIn } from '../search/rare-matches.ts'

/** Whoever looks at tasks. A token is no person: it has no marks, no snoozes, and nothing is assigned to it. */
export type Viewer = Pick<Actor, 'userId' | 'channelIds'>

/** Which tasks somebody wants to see (`GET /api/tasks`); what is absent does not matter. */
export interface TaskFilter {
  status?: 'active' | 'inactive' | 'all' | undefined
  contactId?: ContactId | undefined
  channelId?: ChannelId | undefined
  /** `none`: nobody's */
  assigneeId?: UserId | 'me' | 'none' | undefined
  participantId?: UserId | 'me' | undefined
  /** of the requester */
  tag?: string | undefined
  /** true: active ones only, in which the client waits for an answer */
  awaiting?: boolean | undefined
  /** true: with messages of the client that the viewer has not read */
  unread?: boolean | undefined
  /** what the viewer has put aside */
  snoozed?: 'only' | 'hide' | 'any' | undefined
  /** Looked for in the title, the requester's name and phone number, and the task's number. */
  q?: string | undefined
  /** The tasks that match `q`, where they are few and known already (`rareTasks`). */
  found?: readonly TaskId[] | null
}

/**
 * The condition for tasks `t` with their requesters `c`, the viewer's marks `r` and snoozes `s` beside them
 * (src/store/tasks/task-view.ts).
 */
export function matchingTasks(viewer: Viewer, filter: TaskFilter): RawBuilder<SqlBool> {
  const { status = 'all', snoozed = 'any' } = filter
  const { channelIds, userId } = viewer
  const q = filter.q?.trim() ?? ''
  const conditions: RawBuilder<SqlBool>[] = []
  if (channelIds !== null) conditions.push(sql`t.channel_id = any(${channelIds}::uuid[])`)
  if (status !== 'all') conditions.push(status === 'active' ? sql`t.active` : sql`not t.active`)
  if (filter.contactId !== undefined) conditions.push(sql`t.requester_id = ${filter.contactId}`)
  if (filter.channelId !== undefined) conditions.push(sql`t.channel_id = ${filter.channelId}`)
  if (filter.assigneeId === 'none') conditions.push(sql`t.assignee_ids = '{}'`)
  else if (filter.assigneeId !== undefined) {
    const assignee = filter.assigneeId === 'me' ? userId : filter.assigneeId
    conditions.push(assignee === null ? NOTHING : sql`t.assignee_ids @> array[${assignee}]::uuid[]`)
  }
  if (filter.participantId !== undefined) {
    const participant = filter.participantId === 'me' ? userId : filter.participantId
    conditions.push(participant === null ? NOTHING : sql`t.participant_ids @> array[${participant}]::uuid[]`)
  }
  if (filter.tag !== undefined) conditions.push(sql`c.tags @> array[${filter.tag}]::text[]`)
  if (filter.awaiting) conditions.push(IS_AWAITING)
  if (filter.unread) conditions.push(hasUnread(viewer))
  if (snoozed !== 'any') conditions.push(snoozed === 'only' ? IS_SNOOZED : sql`not ${IS_SNOOZED}`)
  if (filter.found) conditions.push(sql`t.id = any(${filter.found}::uuid[])`)
  else if (q !== '') conditions.push(matchingText(q))
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `)
}

const NOTHING = sql<SqlBool>`false`

export const IS_AWAITING = sql<SqlBool>`(t.active and t.awaiting_since is not null)`

/** Its time is looked at here: what is over is awake, told or not. */
export const IS_SNOOZED = sql<SqlBool>`(s.task_id is not null and coalesce(s.until > now(), true))`

/** Without a mark of their own, a person has read what came before they joined. */
export const readFrom = ({ userId }: Viewer) =>
  sql<number>`coalesce((select u.read_from from users u where u.id = ${userId}::uuid), 'infinity')`

export const hasUnread = (viewer: Viewer) =>
  sql<SqlBool>`coalesce(t.inbound_position > coalesce(r.position, ${readFrom(viewer)})
    or t.inbound_arrived > coalesce(r.arrived, ${readFrom(viewer)}), false)`

function matchingText(q: string) {
  const text = containing(q)
  return sql<SqlBool>`(
    t.title ilike ${text} or c.name ilike ${text}
    or c.phone like any(${phonePatterns(q)}::text[])
    or t.number = ${numberIn(q)}::bigint
  )`
}
