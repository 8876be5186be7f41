import { createRoute, z } from '@hono/zod-openapi'
import type { CommentId, TaskId } from '../../domain/ids.ts'
import { inTransaction } from '../../store/index.ts'
import { markRead, markUnread } from '../../store/tasks/read-marks.ts'
import { snoozeTask, wakeTask } from '../../store/tasks/snoozes.ts'
import type { HttpDeps, Routes } from '../context.ts'
import { answer, asId, IdPath, IdText, jsonBody, newRoutes, refusals } from '../routes.ts'
import { accept } from './accept.ts'
import { announce } from './announce.ts'
import { openedTask } from './opened-task.ts'
import { OpenedTask } from './shapes.ts'
import { Snooze, snoozeEnd } from './task-change.ts'

const tags = ['Tasks']

/** A body that may be left out. */
const entryBody = (description: string) => ({
  body: {
    required: false,
    content: {
      'application/json': {
        schema: z.strictObject({ commentId: IdText.optional().openapi({ description }) }),
      },
    },
  },
})

const read = createRoute({
  method: 'put',
  path: '/tasks/{id}/read',
  tags,
  summary: 'You have read the feed; nobody else is concerned. Never takes back what you had read before',
  request: { params: IdPath, ...entryBody('Up to this entry; absent: everything') },
  responses: { 204: { description: 'Noted' }, ...refusals(400, 401, 404, 422) },
})
const unread = createRoute({
  method: 'delete',
  path: '/tasks/{id}/read',
  tags,
  summary: 'Mark as unread, for yourself',
  request: { params: IdPath, ...entryBody("From this entry on; absent: the client's last message") },
  responses: { 204: { description: 'Noted' }, ...refusals(400, 401, 404, 422) },
})
const snooze = createRoute({
  method: 'put',
  path: '/tasks/{id}/snooze',
  tags,
  summary: 'Put the task aside, for yourself',
  request: { params: IdPath, ...jsonBody(Snooze) },
  responses: { 200: answer('The task', OpenedTask), ...refusals(400, 401, 404, 415, 422) },
})
const wake = createRoute({
  method: 'delete',
  path: '/tasks/{id}/snooze',
  tags,
  summary: 'The task is no longer put aside',
  request: { params: IdPath },
  responses: { 200: answer('The task', OpenedTask), ...refusals(401, 404, 422) },
})

/** What each person keeps of a task for themselves: how far they have read, and whether they have put it aside. */
export function inboxMarkRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database

  return newRoutes()
    .openapi(read, async (c) => {
      const id = asId<TaskId>(c.req.valid('param').id, 'The task')
      const { commentId = null } = c.req.valid('json') ?? {}
      await inTransaction(db, async (tx) => accept(await markRead(tx, c.get('principal'), id, commentId as CommentId)))
      announce(deps, null)
      return c.body(null, 204)
    })
    .openapi(unread, async (c) => {
      const id = asId<TaskId>(c.req.valid('param').id, 'The task')
      const { commentId = null } = c.req.valid('json') ?? {}
      await inTransaction(db, async (tx) =>
        accept(await markUnread(tx, c.get('principal'), id, commentId as CommentId)),
      )
      announce(deps, null)
      return c.body(null, 204)
    })
    .openapi(snooze, async (c) => {
      const id = asId<TaskId>(c.req.valid('param').id, 'The task')
      const principal = c.get('principal')
      const at = snoozeEnd(c.req.valid('json'))
      await inTransaction(db, async (tx) => accept(await snoozeTask(tx, principal, id, at)))
      announce(deps, null)
      return c.json(await openedTask(db, principal, id), 200)
    })
    .openapi(wake, async (c) => {
      const id = asId<TaskId>(c.req.valid('param').id, 'The task')
      const principal = c.get('principal')
      await inTransaction(db, async (tx) => accept(await wakeTask(tx, principal, id)))
      announce(deps, null)
      return c.json(await openedTask(db, principal, id), 200)
    })
}
