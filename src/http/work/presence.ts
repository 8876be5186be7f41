import { createRoute, z } from '@hono/zod-openapi'
import type { TaskId } from '../../domain/ids.ts'
import { inTransaction } from '../../store/index.ts'
import { endPresence, listPresence, showPresence } from '../../store/tasks/presence.ts'
import type { HttpDeps, Routes } from '../context.ts'
import { notFound } from '../errors.ts'
import { answer, asId, IdPath, jsonBody, newRoutes, refusals } from '../routes.ts'
import { accept } from './accept.ts'
import { announce } from './announce.ts'
import { Person, Time } from './shapes.ts'

const tags = ['Tasks']

const State = z.enum(['viewing', 'typing'])
const There = z.object({ user: Person, state: State, at: Time }).openapi('Presence')

const list = createRoute({
  method: 'get',
  path: '/tasks/{id}/presence',
  tags,
  summary: 'Who looks at the task just now, yourself included',
  request: { params: IdPath },
  responses: {
    200: answer('Who is there, by name', z.object({ items: z.array(There), next: z.null() })),
    ...refusals(401, 404),
  },
})
const show = createRoute({
  method: 'put',
  path: '/tasks/{id}/presence',
  tags,
  summary: 'You look at the task, or write in it. To be said again every 15 seconds: after 30 you are gone',
  request: { params: IdPath, ...jsonBody(z.strictObject({ state: State })) },
  responses: { 204: { description: 'Noted' }, ...refusals(400, 401, 404, 415, 422) },
})
const end = createRoute({
  method: 'delete',
  path: '/tasks/{id}/presence',
  tags,
  summary: 'You left the task',
  request: { params: IdPath },
  responses: { 204: { description: 'Noted' }, ...refusals(401, 404, 422) },
})

/** Who looks at what just now, so that two do not answer the same client. */
export function presenceRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database

  return newRoutes()
    .openapi(list, async (c) => {
      const id = asId<TaskId>(c.req.valid('param').id, 'The task')
      const there = await listPresence(db, c.get('principal'), id)
      if (!there) throw notFound('The task')
      const items = there.map(({ at, ...who }) => ({ ...who, at: at.toISOString() }))
      return c.json({ items, next: null }, 200)
    })
    .openapi(show, async (c) => {
      const id = asId<TaskId>(c.req.valid('param').id, 'The task')
      const { state } = c.req.valid('json')
      await inTransaction(db, async (tx) => accept(await showPresence(tx, c.get('principal'), id, state)))
      announce(deps, null)
      return c.body(null, 204)
    })
    .openapi(end, async (c) => {
      const id = asId<TaskId>(c.req.valid('param').id, 'The task')
      await inTransaction(db, async (tx) => accept(await endPresence(tx, c.get('principal'), id)))
      announce(deps, null)
      return c.body(null, 204)
    })
}
