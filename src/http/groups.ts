import { createRoute, z } from '@hono/zod-openapi'
import type { GroupId, UserId } from '../domain/ids.ts'
import { unknownUsers } from '../store/access/users.ts'
import { auditActor } from '../store/actor.ts'
import { type Db, inTransaction, type Tx } from '../store/index.ts'
import {
  changeGroup,
  createGroup,
  deleteGroup,
  findGroup,
  type GroupRow,
  listGroups,
} from '../store/settings/groups.ts'
import type { HttpDeps, Routes } from './context.ts'
import { ApiError, notFound } from './errors.ts'
import { idempotent } from './idempotency.ts'
import { requires } from './permissions.ts'
import {
  afterId,
  answer,
  asId,
  givenKeys,
  IdPath,
  IdText,
  jsonBody,
  newRoutes,
  PageQuery,
  pageById,
  pageOf,
  refusals,
} from './routes.ts'

const Group = z
  .object({ id: z.string(), name: z.string(), memberIds: z.array(z.string()), createdAt: z.string() })
  .openapi('Group')

const view = (row: GroupRow) => ({
  id: row.id as string,
  name: row.name,
  memberIds: row.member_ids as string[],
  createdAt: row.created_at.toISOString(),
})

const Name = z.string().trim().min(1).max(200)
export const People = z.array(IdText.transform((id) => id as UserId)).max(500)
const tags = ['People']

/** Groups of people, to be named together. */
export function groupRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database

  const list = createRoute({
    method: 'get',
    path: '/groups',
    tags,
    request: { query: PageQuery },
    responses: { 200: answer('A page of groups', pageOf(Group)), ...refusals(400, 401) },
  })
  const get = createRoute({
    method: 'get',
    path: '/groups/{id}',
    tags,
    request: { params: IdPath },
    responses: { 200: answer('The group', Group), ...refusals(401, 404) },
  })
  const create = createRoute({
    method: 'post',
    path: '/groups',
    tags,
    middleware: requires('groups.manage'),
    request: jsonBody(z.strictObject({ name: Name, memberIds: People.default([]) })),
    responses: { 201: answer('The group', Group), ...refusals(400, 401, 403, 422) },
  })
  const change = createRoute({
    method: 'patch',
    path: '/groups/{id}',
    tags,
    middleware: requires('groups.manage'),
    request: { params: IdPath, ...jsonBody(z.strictObject({ name: Name.optional(), memberIds: People.optional() })) },
    responses: { 200: answer('The group', Group), ...refusals(400, 401, 403, 404, 422) },
  })
  const remove = createRoute({
    method: 'delete',
    path: '/groups/{id}',
    tags,
    middleware: requires('groups.manage'),
    request: { params: IdPath },
    responses: { 204: { description: 'Deleted' }, ...refusals(401, 403, 404) },
  })

  return newRoutes()
    .openapi(list, async (c) => {
      const { limit, cursor } = c.req.valid('query')
      return c.json(pageById(await listGroups(db, { after: afterId<GroupId>(cursor), limit }), limit, view), 200)
    })
    .openapi(get, async (c) => {
      const row = await findGroup(db, asId(c.req.valid('param').id, 'This group'))
      if (!row) throw notFound('This group')
      return c.json(view(row), 200)
    })
    .openapi(create, (c) =>
      idempotent(c, deps, async (tx) => {
        const group = c.req.valid('json')
        await demandPeople(tx, group.memberIds)
        return { status: 201, body: view(await createGroup(tx, group, auditActor(c.get('principal')))) }
      }),
    )
    .openapi(change, async (c) => {
      const changes = givenKeys(c.req.valid('json'))
      const id = asId<GroupId>(c.req.valid('param').id, 'This group')
      const row = await inTransaction(db, async (tx) => {
        await demandPeople(tx, changes.memberIds)
        return changeGroup(tx, id, changes, auditActor(c.get('principal')))
      })
      if (!row) throw notFound('This group')
      return c.json(view(row), 200)
    })
    .openapi(remove, async (c) => {
      const id = asId<GroupId>(c.req.valid('param').id, 'This group')
      if (!(await inTransaction(db, (tx) => deleteGroup(tx, id, auditActor(c.get('principal'))))))
        throw notFound('This group')
      return c.body(null, 204)
    })
}

/** @throws ApiError 422 `unknown_users` where one of them is nobody, or has left */
export async function demandPeople(db: Db | Tx, ids: readonly UserId[] | undefined): Promise<void> {
  const unknown = await unknownUsers(db, ids ?? [])
  if (unknown.length > 0)
    throw new ApiError(422, 'unknown_users', 'These people are not known or not active', { ids: unknown })
}
