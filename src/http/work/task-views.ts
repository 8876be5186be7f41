import { createRoute, z } from '@hono/zod-openapi'
import type { TaskViewId } from '../../domain/ids.ts'
import { inTransaction } from '../../store/index.ts'
import { changeView, createView, deleteView, listViews, type MayShare } from '../../store/task-views/task-views.ts'
import type { HttpDeps, Principal, Routes } from '../context.ts'
import { ApiError } from '../errors.ts'
import { idempotent } from '../idempotency.ts'
import { may } from '../permissions.ts'
import { answer, asId, givenKeys, IdPath, jsonBody, newRoutes, refusals } from '../routes.ts'
import { accept } from './accept.ts'
import { announce } from './announce.ts'
import { TaskFilterBody } from './task-query.ts'

const tags = ['Views']

const Name = z.string().trim().min(1).max(100)
const Shared = z.boolean().openapi({ description: 'For everybody (authors and above); else for yourself' })
const Position = z.number().int().min(0).max(1_000_000).openapi({ description: 'The smallest stands first' })

const View = z
  .object({
    id: z.string(),
    name: z.string(),
    shared: z.boolean(),
    ownerId: z.string().nullable(),
    filter: TaskFilterBody,
    position: z.number().int(),
  })
  .openapi('View')

const list = createRoute({
  method: 'get',
  path: '/views',
  tags,
  summary: 'Shared views and your own, in their order',
  responses: { 200: answer('The views', z.object({ items: z.array(View), next: z.null() })), ...refusals(401) },
})
const create = createRoute({
  method: 'post',
  path: '/views',
  tags,
  request: jsonBody(
    z.strictObject({
      name: Name,
      shared: Shared.default(false),
      filter: TaskFilterBody,
      position: Position.nullable().default(null).openapi({ description: 'null: behind the others' }),
    }),
  ),
  responses: { 201: answer('The view', View), ...refusals(400, 401, 403, 409, 415, 422) },
})
const change = createRoute({
  method: 'patch',
  path: '/views/{id}',
  tags,
  request: {
    params: IdPath,
    ...jsonBody(
      z.strictObject({
        name: Name.optional(),
        shared: Shared.optional(),
        filter: TaskFilterBody.optional(),
        position: Position.optional(),
      }),
    ),
  },
  responses: { 200: answer('The view', View), ...refusals(400, 401, 403, 404, 415, 422) },
})
const remove = createRoute({
  method: 'delete',
  path: '/views/{id}',
  tags,
  request: { params: IdPath },
  responses: { 204: { description: 'Deleted' }, ...refusals(401, 403, 404) },
})

const WHAT = 'The view'

/** Named choices of tasks, as the inbox lists them. */
export function taskViewRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database

  return newRoutes()
    .openapi(list, async (c) => c.json({ items: await listViews(db, c.get('principal')), next: null }, 200))
    .openapi(create, (c) => {
      const draft = c.req.valid('json')
      const principal = c.get('principal')
      return idempotent(c, deps, async (tx) => ({
        status: 201,
        body: accept(await createView(tx, principal, draft, mayShare(principal))),
        afterCommit: () => announce(deps, null),
      }))
    })
    .openapi(change, async (c) => {
      const id = asId<TaskViewId>(c.req.valid('param').id, WHAT)
      const principal = c.get('principal')
      const wanted = givenKeys(c.req.valid('json'))
      const view = await inTransaction(db, async (tx) =>
        accept(await changeView(tx, principal, id, wanted, mayShare(principal))),
      )
      announce(deps, null)
      return c.json(view, 200)
    })
    .openapi(remove, async (c) => {
      const id = asId<TaskViewId>(c.req.valid('param').id, WHAT)
      const principal = c.get('principal')
      await inTransaction(db, async (tx) => accept(await deleteView(tx, principal, id, mayShare(principal))))
      announce(deps, null)
      return c.body(null, 204)
    })
}

const mayShare =
  (principal: Principal): MayShare =>
  ({ shared }) => {
    if (!shared || may(principal, 'views.manage')) return
    throw new ApiError(403, 'forbidden', 'Shared views need the role author or a higher one')
  }
