import { createRoute, z } from '@hono/zod-openapi'
import type { ChannelId, ContactId, TaskId, UserId } from '../../domain/ids.ts'
import { replyWindow } from '../../domain/reply-window.ts'
import { suggestedNotify } from '../../domain/suggested-notify.ts'
import { inTransaction } from '../../store/index.ts'
import { changeTask } from '../../store/tasks/change-task.ts'
import { loadDialogue } from '../../store/tasks/dialogue.ts'
import { findTask, listTasks } from '../../store/tasks/task-view.ts'
import { loadWindow } from '../../store/tasks/window.ts'
import type { HttpDeps, Principal, Routes } from '../context.ts'
import { notFound } from '../errors.ts'
import {
  answer,
  asId,
  decodeCursor,
  encodeCursor,
  IdPath,
  IdText,
  jsonBody,
  newRoutes,
  PageQuery,
  pageOf,
  refusals,
} from '../routes.ts'
import { accept } from './accept.ts'
import { announce, sendRulesOf } from './announce.ts'
import { ChangedFields, OpenedTask, Task } from './shapes.ts'

const tags = ['Tasks']

const TaskQuery = PageQuery.extend({
  status: z.enum(['active', 'inactive', 'all']).default('all'),
  contactId: IdText.optional(),
  channelId: IdText.optional(),
  assigneeId: IdText.optional(),
  q: z
    .string()
    .max(200)
    .optional()
    .openapi({ description: 'In the title, the name, the phone number, the task number' }),
})

/** Far beyond it, neither PostgreSQL nor a calendar knows what to make of a date. */
function isOfOurTime(text: string): boolean {
  const at = Date.parse(text)
  return at >= Date.UTC(1970, 0) && at < Date.UTC(2200, 0)
}

const TaskChange = z.strictObject({
  status: z.string().max(100).optional(),
  title: z.string().trim().min(1).max(200).optional(),
  assigneeIds: z.array(IdText).max(100).optional(),
  participantIds: z.array(IdText).max(500).optional(),
  fields: ChangedFields.optional(),
  dueAt: z.iso
    .datetime({ offset: true })
    .refine(isOfOurTime, 'must be a date of our time')
    .nullable()
    .optional()
    .openapi({ description: 'By when it is to be done, with the offset; null takes it away' }),
})

const list = createRoute({
  method: 'get',
  path: '/tasks',
  tags,
  summary: 'Tasks, the newest updated first',
  request: { query: TaskQuery },
  responses: { 200: answer('A page of tasks', pageOf(Task)), ...refusals(400, 401) },
})
const get = createRoute({
  method: 'get',
  path: '/tasks/{id}',
  tags,
  summary: 'A task, with what its composer needs to know',
  request: { params: IdPath },
  responses: { 200: answer('The task', OpenedTask), ...refusals(401, 404) },
})
const change = createRoute({
  method: 'patch',
  path: '/tasks/{id}',
  tags,
  summary: 'Change status, title, people, fields or the due date',
  request: { params: IdPath, ...jsonBody(TaskChange) },
  responses: { 200: answer('The task', OpenedTask), ...refusals(400, 401, 404, 415, 422) },
})

/** Where people work on a conversation (M7–M9, M11). */
export function taskRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database

  async function openedTask(principal: Principal, id: TaskId) {
    const found = await findTask(db, principal, id)
    if (!found) throw notFound('The task')
    const { task, statuses } = found
    const { provider, lastInAt } = await loadWindow(db, task.conversationId)
    const dialogue = principal.userId === null ? null : await loadDialogue(db, id, principal.userId)
    return {
      ...task,
      statuses,
      suggestedNotify: dialogue ? suggestedNotify(dialogue) : { contact: false, employeeIds: [] },
      window: replyWindow(lastInAt, sendRulesOf(provider)?.replyWindowHours ?? null, new Date()),
    }
  }

  return newRoutes()
    .openapi(list, async (c) => {
      const { limit, cursor, status, q, ...ids } = c.req.valid('query')
      const at = decodeCursor(cursor, z.tuple([z.iso.datetime(), IdText]))
      const { tasks, next } = await listTasks(
        db,
        c.get('principal'),
        {
          status,
          q,
          contactId: ids.contactId as ContactId | undefined,
          channelId: ids.channelId as ChannelId | undefined,
          assigneeId: ids.assigneeId as UserId | undefined,
        },
        { after: at ? { updatedAt: at[0], id: at[1] as TaskId } : null, limit },
      )
      return c.json({ items: tasks, next: next ? encodeCursor(next.updatedAt, next.id) : null }, 200)
    })
    .openapi(get, async (c) => {
      const id = asId<TaskId>(c.req.valid('param').id, 'The task')
      return c.json(await openedTask(c.get('principal'), id), 200)
    })
    .openapi(change, async (c) => {
      const id = asId<TaskId>(c.req.valid('param').id, 'The task')
      const principal = c.get('principal')
      const { assigneeIds, participantIds, dueAt, ...rest } = c.req.valid('json')
      const { conversation } = await inTransaction(db, async (tx) =>
        accept(
          await changeTask(tx, principal, id, {
            ...rest,
            assigneeIds: assigneeIds as UserId[] | undefined,
            participantIds: participantIds as UserId[] | undefined,
            dueAt: dueAt == null ? dueAt : new Date(dueAt),
          }),
        ),
      )
      if (conversation !== null) announce(deps, conversation)
      return c.json(await openedTask(principal, id), 200)
    })
}
