import { createRoute, z } from '@hono/zod-openapi'
import type { TaskId } from '../../domain/ids.ts'
import { inTransaction } from '../../store/index.ts'
import { changeTask } from '../../store/tasks/change-task.ts'
import { changeTasks, markTasks, type TaskMark } from '../../store/tasks/change-tasks.ts'
import { findTaskIds, listTasks } from '../../store/tasks/list-tasks.ts'
import { countTasks } from '../../store/tasks/task-counts.ts'
import type { HttpDeps, Principal, Routes } from '../context.ts'
import { answer, asId, IdPath, IdText, jsonBody, newRoutes, PageQuery, pageOf, refusals } from '../routes.ts'
import { accept } from './accept.ts'
import { announce } from './announce.ts'
import { openedTask } from './opened-task.ts'
import { OpenedTask, Task } from './shapes.ts'
import { changeOf, OneTaskChange, SharedTaskChange, Snooze, snoozeEnd } from './task-change.ts'
import { cursorOf, filterOf, placeAt, TaskFilterBody, TaskFilterQuery } from './task-query.ts'

const tags = ['Tasks']

const Counts = z
  .object({
    mine: z.number().int(),
    unassigned: z.number().int(),
    awaiting: z.number().int(),
    all: z.number().int(),
    snoozed: z.number().int(),
    unread: z.number().int().openapi({ description: 'Tasks with unread messages' }),
    byChannel: z
      .array(z.object({ channelId: z.string(), active: z.number().int(), unread: z.number().int() }))
      .openapi({ description: 'Channels with active tasks' }),
  })
  .openapi('TaskCounts')

/** As many as a person can have picked out. */
const MOST_PICKED = 200
/** Of those that a filter finds, in one call. */
const MOST_FOUND = 500

const Which = z.strictObject({
  ids: z.array(IdText).min(1).max(MOST_PICKED).optional(),
  filter: TaskFilterBody.optional().openapi({
    description: `Instead of \`ids\`: the first ${MOST_FOUND} of them; \`left\` says how many there are besides`,
  }),
  cursor: z.string().max(500).optional().openapi({ description: 'With `filter`: goes on after an earlier call' }),
})
type Which = z.output<typeof Which>
const isEither = [
  ({ ids, filter }: Which) => (ids === undefined) !== (filter === undefined),
  'needs either `ids` or `filter`',
] as const
const cursorGoesWithFilter = [
  ({ cursor, filter }: Which) => cursor === undefined || filter !== undefined,
  '`cursor` goes with `filter`',
] as const

const ManyChanges = Which.extend({
  change: SharedTaskChange.refine((change) => Object.keys(change).length > 0, 'must change something'),
})
  .refine(...isEither)
  .refine(...cursorGoesWithFilter)
const ManyMarks = Which.extend({
  mark: z
    .strictObject({
      read: z.literal(true).optional(),
      snooze: Snooze.nullable().optional().openapi({ description: 'null: no longer put aside' }),
    })
    .refine(({ read, snooze }) => (read === undefined) !== (snooze === undefined), 'needs either `read` or `snooze`'),
})
  .refine(...isEither)
  .refine(...cursorGoesWithFilter)

const ChangedMany = z
  .object({
    changed: z.number().int(),
    unchanged: z.number().int().openapi({ description: 'They were like that already' }),
    failed: z.array(z.object({ id: z.string(), code: z.string(), message: z.string() })),
    left: z.number().int().openapi({ description: 'How many the filter finds beyond those of this call' }),
    next: z.string().nullable().openapi({ description: 'The cursor with which the next call goes on with them' }),
  })
  .openapi('ChangedTasks')

const list = createRoute({
  method: 'get',
  path: '/tasks',
  tags,
  summary: 'Tasks, the newest updated first, or who has waited longest first',
  request: { query: PageQuery.extend(TaskFilterQuery.shape) },
  responses: { 200: answer('A page of tasks', pageOf(Task)), ...refusals(400, 401) },
})
const counts = createRoute({
  method: 'get',
  path: '/tasks/counts',
  tags,
  summary: 'How many active tasks there are for you; what you have put aside counts as `snoozed` only',
  responses: { 200: answer('The numbers', Counts), ...refusals(401) },
})
const changeMany = createRoute({
  method: 'post',
  path: '/tasks/change',
  tags,
  summary: 'The same change for many tasks, each for itself: what cannot be changed is named, the others are',
  request: jsonBody(ManyChanges),
  responses: { 200: answer('What came of it', ChangedMany), ...refusals(400, 401, 415) },
})
const markMany = createRoute({
  method: 'post',
  path: '/tasks/mark',
  tags,
  summary: 'Have read many tasks, or put them aside, for yourself',
  request: jsonBody(ManyMarks),
  responses: { 200: answer('What came of it', ChangedMany), ...refusals(400, 401, 415) },
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
  request: { params: IdPath, ...jsonBody(OneTaskChange) },
  responses: { 200: answer('The task', OpenedTask), ...refusals(400, 401, 404, 415, 422) },
})

/** Where people work on a conversation (M7–M9, M11). */
export function taskRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database

  async function pick(principal: Principal, { ids, filter, cursor }: Which) {
    if (ids) return { ids: ids as TaskId[], left: 0, next: null }
    const { sort = 'updated', ...choice } = filter ?? {}
    const page = { sort, after: placeAt(cursor, sort), limit: MOST_FOUND }
    const found = await findTaskIds(db, principal, filterOf(choice), page)
    return { ...found, next: found.next && cursorOf(found.next, sort) }
  }

  return newRoutes()
    .openapi(list, async (c) => {
      const { limit, cursor, sort, awaiting, unread, ...wanted } = c.req.valid('query')
      const filter = filterOf({ ...wanted, awaiting: awaiting === 'true', unread: unread === 'true' })
      const page = { sort, after: placeAt(cursor, sort), limit }
      const { tasks, next } = await listTasks(db, c.get('principal'), filter, page)
      return c.json({ items: tasks, next: next && cursorOf(next, sort) }, 200)
    })
    .openapi(counts, async (c) => c.json(await countTasks(db, c.get('principal')), 200))
    .openapi(changeMany, async (c) => {
      const principal = c.get('principal')
      const { change: wanted, ...which } = c.req.valid('json')
      const { ids, ...beyond } = await pick(principal, which)
      const { conversations, ...done } = await changeTasks(db, principal, ids, changeOf(wanted))
      if (conversations.length > 0) {
        deps.eventsStored(conversations)
        announce(deps, null)
      }
      return c.json({ ...done, ...beyond }, 200)
    })
    .openapi(markMany, async (c) => {
      const principal = c.get('principal')
      const { mark, ...which } = c.req.valid('json')
      const { ids, ...beyond } = await pick(principal, which)
      const done = await markTasks(db, principal, ids, markOf(mark))
      if (done.changed > 0) announce(deps, null)
      return c.json({ ...done, ...beyond }, 200)
    })
    .openapi(get, async (c) => {
      const id = asId<TaskId>(c.req.valid('param').id, 'The task')
      return c.json(await openedTask(db, c.get('principal'), id), 200)
    })
    .openapi(change, async (c) => {
      const id = asId<TaskId>(c.req.valid('param').id, 'The task')
      const principal = c.get('principal')
      const wanted = changeOf(c.req.valid('json'))
      const { conversation } = await inTransaction(db, async (tx) =>
        accept(await changeTask(tx, principal, id, wanted)),
      )
      if (conversation !== null) announce(deps, conversation)
      return c.json(await openedTask(db, principal, id), 200)
    })
}

const markOf = ({ snooze }: z.output<typeof ManyMarks>['mark']): TaskMark =>
  snooze === undefined ? { read: true } : { snooze: snooze && { until: snoozeEnd(snooze) } }
