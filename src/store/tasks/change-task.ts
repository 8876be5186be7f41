import { type Selectable, sql } from 'kysely'
import { type FieldChange, fieldChanges, valueChange } from '../../domain/field-change.ts'
import type { CommentId, ConversationId, TaskId, UserId } from '../../domain/ids.ts'
import { type Actor, auditActor, causeOf, doerOf, feedAuthor } from '../actor.ts'
import { audit } from '../audit.ts'
import { appendEvent } from '../conversation-events.ts'
import type { Tx } from '../database.ts'
import { recordLive } from '../live-events.ts'
import { newId } from '../new-id.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import type { TasksTable } from '../schema.ts'
import { checkEmployees } from './employees.ts'
import { lockTask } from './lock-task.ts'
import { refreshInbox } from './refresh-inbox.ts'
import { type Person, userNames } from './task-view.ts'

export interface TaskChange {
  /** A key of the task's own status set. */
  status?: string | undefined
  title?: string | undefined
  assigneeIds?: UserId[] | undefined
  participantIds?: UserId[] | undefined
  /** Laid over what is there; null takes a field away. */
  fields?: Record<string, unknown> | undefined
  /** By when it is to be done; null takes it away. */
  dueAt?: Date | null | undefined
}

type TaskRow = Selectable<TasksTable>

/**
 * Changes a task as a person asked, in the order of its conversation: events for what waits on them, a line in the feed
 * for a new status, new assignees or other values, audit and live updates. What is the same already changes nothing.
 * @returns the conversation whose workflow must hear of it; null when nothing changed
 */
export async function changeTask(
  tx: Tx,
  actor: Actor,
  id: TaskId,
  change: TaskChange,
): Promise<Refusable<{ conversation: ConversationId | null }>> {
  const locked = await lockTask(tx, actor, id)
  if (!locked) return missing('The task')
  const { task } = locked

  const status = change.status === undefined ? undefined : task.statuses.find(({ key }) => key === change.status)
  if (change.status !== undefined && !status) {
    return refuse('invalid', 'unknown_status', 'The task has no such status', {
      allowed: task.statuses.map(({ key }) => key),
    })
  }
  // Only who is added is checked: a colleague who left must not keep the others from changing the task.
  const added = [
    ...without(change.assigneeIds ?? [], task.assignee_ids),
    ...without(change.participantIds ?? [], task.participant_ids),
  ]
  const people = await checkEmployees(tx, added, task.channel_id)
  if (people.refused) return people

  const fields: string[] = []
  const changes: FieldChange[] = []
  const set: Record<string, unknown> = {}
  const take = (field: string, column: string, value: unknown) => {
    fields.push(field)
    set[column] = value
  }
  if (change.title !== undefined && change.title !== task.title) {
    take('title', 'title', change.title)
    changes.push(...valueChange('task.title', task.title, change.title))
  }
  if (change.assigneeIds && !sameMembers(change.assigneeIds, task.assignee_ids)) {
    take('assignees', 'assignee_ids', unique(change.assigneeIds))
  }
  if (change.participantIds && !sameMembers(change.participantIds, task.participant_ids)) {
    take('participants', 'participant_ids', unique(change.participantIds))
  }
  if (change.fields) {
    const merged = mergeFields(task.fields, change.fields)
    const changed = fieldChanges('task.fields', task.fields, merged)
    if (changed.length > 0) {
      take('fields', 'fields', JSON.stringify(merged))
      changes.push(...changed)
    }
  }
  if (change.dueAt !== undefined && change.dueAt?.getTime() !== task.due_at?.getTime()) {
    take('dueAt', 'due_at', change.dueAt)
  }
  const newStatus = status && status.key !== task.status ? status : null
  if (newStatus) {
    Object.assign(set, {
      status: newStatus.key,
      active: newStatus.active,
      closed_at: newStatus.active ? null : (task.closed_at ?? new Date()),
      // Whoever closes it settles what stands there; the client's next word begins anew, a mistake is taken back whole.
      settled_position: newStatus.active ? null : sql<number>`nextval('comment_positions')`,
    })
  }
  if (!newStatus && fields.length === 0) return done({ conversation: null })

  await tx
    .updateTable('tasks')
    .set({ ...set, updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute()
  if (newStatus) await refreshInbox(tx, id)

  const comments: CommentId[] = []
  const at = new Date()
  if (newStatus) {
    const old = task.statuses.find(({ key }) => key === task.status)
    await appendEvent(
      tx,
      task.conversation_id,
      {
        kind: 'task.status_changed',
        task: id,
        from: task.status,
        to: newStatus.key,
        by: actor.userId,
        ...causeOf(actor),
      },
      { at },
    )
    comments.push(
      await noteInFeed(tx, actor, task, `Status: ${old?.name ?? task.status} → ${newStatus.name}`, {
        change: 'status',
        from: task.status,
        to: newStatus.key,
      }),
    )
  }
  if (fields.length > 0) {
    await appendEvent(
      tx,
      task.conversation_id,
      {
        kind: 'task.changed',
        task: id,
        fields,
        by: actor.userId,
        ...causeOf(actor),
        ...(changes.length > 0 && { changes, doer: doerOf(actor) }),
      },
      { at },
    )
  }
  if (!actor.scenario) {
    const lines = changedLines(task, changes, fields.includes('dueAt') ? (change.dueAt ?? null) : undefined)
    if (lines.length > 0) {
      comments.push(
        await noteInFeed(tx, actor, task, lines.map(({ field, to }) => `${field}: ${to ?? '–'}`).join('; '), {
          change: 'fields',
          changes: lines,
        }),
      )
    }
  }
  if (fields.includes('assignees')) comments.push(await noteAssignees(tx, actor, task, change.assigneeIds ?? []))

  await audit(tx, {
    actor: auditActor(actor),
    action: newStatus ? 'task.status_changed' : 'task.changed',
    subject: { kind: 'task', id },
    detail: { fields, ...(newStatus ? { from: task.status, to: newStatus.key } : {}), by: actor.key },
  })
  const place = { taskId: id, conversationId: task.conversation_id, channelId: task.channel_id }
  await recordLive(tx, [
    { event: 'task', data: { ...place, contactId: task.requester_id } },
    ...comments.map((commentId) => ({ event: 'comment' as const, data: { ...place, commentId } })),
  ])
  return done({ conversation: task.conversation_id })
}

interface ChangedLine {
  /** `title`, `dueAt`, or a field's own name behind `fields.` */
  field: string
  from: string | null
  to: string | null
}

/** Longer values, and those with parts, are not for a line. */
const LONGEST_SHOWN = 120

/** What a person changed, as the feed tells it; what scenarios set is told by their runs. */
function changedLines(task: TaskRow, changes: readonly FieldChange[], dueAt: Date | null | undefined): ChangedLine[] {
  const shown = (value: unknown): string | null => {
    if (value === null || value === undefined) return null
    const text = typeof value === 'object' ? '…' : String(value)
    return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text
  }
  return [
    ...changes.map(({ field, from, to }) => ({
      field: field.replace(/^task\./, ''),
      from: shown(from),
      to: shown(to),
    })),
    ...(dueAt === undefined
      ? []
      : [{ field: 'dueAt', from: task.due_at?.toISOString() ?? null, to: dueAt?.toISOString() ?? null }]),
  ]
}

async function noteAssignees(tx: Tx, actor: Actor, task: TaskRow, assigneeIds: UserId[]): Promise<CommentId> {
  const names = await userNames(tx, unique([...task.assignee_ids, ...assigneeIds]))
  const people = (ids: UserId[]): Person[] => ids.map((id) => ({ id, name: names.get(id) ?? '' }))
  const added = people(without(assigneeIds, task.assignee_ids))
  const removed = people(without(task.assignee_ids, assigneeIds))
  const words = unique(assigneeIds).map((id) => names.get(id) ?? '')
  return noteInFeed(tx, actor, task, `Assignees: ${words.join(', ') || 'nobody'}`, {
    change: 'assignees',
    added,
    removed,
  })
}

/** A line in the feed: what this person did. `data` says it for programs and other languages. */
async function noteInFeed(
  tx: Tx,
  actor: Actor,
  task: TaskRow,
  text: string,
  data: Record<string, unknown>,
): Promise<CommentId> {
  const id = newId<CommentId>()
  await tx
    .insertInto('comments')
    .values({
      id,
      task_id: task.id,
      conversation_id: task.conversation_id,
      channel_id: task.channel_id,
      ...feedAuthor(actor),
      kind: 'system',
      text,
      data: JSON.stringify(data),
      at: new Date(),
    })
    .execute()
  return id
}

/** Null takes a field away; what is not named stays. */
export function mergeFields(fields: Record<string, unknown>, change: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries({ ...fields, ...change }).filter(([, value]) => value !== null))
}

const unique = <T>(items: readonly T[]): T[] => [...new Set(items)]
const without = <T>(items: readonly T[], others: readonly T[]): T[] =>
  unique(items).filter((item) => !others.includes(item))
const sameMembers = <T>(one: readonly T[], other: readonly T[]): boolean =>
  without(one, other).length === 0 && without(other, one).length === 0
