import { createRoute, z } from '@hono/zod-openapi'
import type { ChannelId, UserId } from '../domain/ids.ts'
import { hashPassword } from '../store/access/passwords.ts'
import { endAllSessions } from '../store/access/sessions.ts'
import { createSignInLink, signInUrl } from '../store/access/sign-in-links.ts'
import { changeUser, createUser, findUser, listUsers, type UserChange, type UserRow } from '../store/access/users.ts'
import { auditActor } from '../store/actor.ts'
import { audit } from '../store/audit.ts'
import { inTransaction } from '../store/index.ts'
import type { HttpDeps, Routes } from './context.ts'
import { ApiError, notFound } from './errors.ts'
import { idempotent } from './idempotency.ts'
import { demandNotAbove, requires } from './permissions.ts'
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
import { Password } from './sessions.ts'

export const RoleName = z.enum(['owner', 'admin', 'author', 'operator'])
export const ChannelAccess = z
  .array(IdText.transform((id) => id as ChannelId))
  .max(500)
  .nullable()
  .openapi({ description: 'null: every channel' })

const User = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    role: RoleName,
    channelIds: z.array(z.string()).nullable(),
    active: z.boolean(),
    createdAt: z.string(),
  })
  .openapi('User')

const view = (row: UserRow) => ({
  id: row.id as string,
  name: row.name,
  email: row.email,
  role: row.role,
  channelIds: row.channel_ids as string[] | null,
  active: row.active,
  createdAt: row.created_at.toISOString(),
})

const Name = z.string().trim().min(1).max(200)
const Email = z.email().max(320)
const tags = ['People']

/** People. Nobody is deleted: what they wrote keeps its author; deactivated, they are signed out and cannot come back. */
export function userRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database

  const list = createRoute({
    method: 'get',
    path: '/users',
    tags,
    summary: 'Everybody, the deactivated too unless asked otherwise',
    request: { query: PageQuery.extend({ active: z.enum(['true', 'false']).optional() }) },
    responses: { 200: answer('A page of people', pageOf(User)), ...refusals(400, 401) },
  })
  const get = createRoute({
    method: 'get',
    path: '/users/{id}',
    tags,
    request: { params: IdPath },
    responses: { 200: answer('The person', User), ...refusals(401, 404) },
  })
  const create = createRoute({
    method: 'post',
    path: '/users',
    tags,
    middleware: requires('users.manage'),
    summary: 'Add a person; without a password they come by a sign-in link',
    request: jsonBody(
      z.strictObject({
        name: Name,
        email: Email,
        role: RoleName.default('operator'),
        channelIds: ChannelAccess.default(null),
        password: Password.optional(),
      }),
    ),
    responses: { 201: answer('The person', User), ...refusals(400, 401, 403, 409, 422) },
  })
  const change = createRoute({
    method: 'patch',
    path: '/users/{id}',
    tags,
    middleware: requires('users.manage'),
    request: {
      params: IdPath,
      ...jsonBody(
        z.strictObject({
          name: Name.optional(),
          email: Email.optional(),
          role: RoleName.optional(),
          channelIds: ChannelAccess.optional(),
          active: z.boolean().optional(),
        }),
      ),
    },
    responses: { 200: answer('The person', User), ...refusals(400, 401, 403, 404, 409) },
  })
  const remove = createRoute({
    method: 'delete',
    path: '/users/{id}',
    tags,
    middleware: requires('users.manage'),
    summary: 'Deactivate a person and sign them out everywhere',
    request: { params: IdPath },
    responses: { 204: { description: 'Deactivated' }, ...refusals(401, 403, 404, 409) },
  })
  const link = createRoute({
    method: 'post',
    path: '/users/{id}/sign-in-link',
    tags,
    middleware: requires('users.manage'),
    summary: 'A link that signs the person in once, within an hour',
    request: { params: IdPath },
    responses: { 201: answer('The link', z.object({ url: z.string() })), ...refusals(401, 403, 404, 409) },
  })

  const signOut = createRoute({
    method: 'delete',
    path: '/users/{id}/sessions',
    tags,
    middleware: requires('users.manage'),
    summary: 'Sign a person out everywhere; they may sign in again',
    request: { params: IdPath },
    responses: { 204: { description: 'Signed out' }, ...refusals(401, 403, 404) },
  })

  return newRoutes()
    .openapi(list, async (c) => {
      const { limit, cursor, active } = c.req.valid('query')
      const rows = await listUsers(db, {
        after: afterId<UserId>(cursor),
        limit,
        ...(active !== undefined && { active: active === 'true' }),
      })
      return c.json(pageById(rows, limit, view), 200)
    })
    .openapi(get, async (c) => {
      const row = await findUser(db, asId(c.req.valid('param').id, 'This person'))
      if (!row) throw notFound('This person')
      return c.json(view(row), 200)
    })
    .openapi(create, async (c) => {
      const { password, ...person } = c.req.valid('json')
      const principal = c.get('principal')
      demandNotAbove(principal, person)
      return idempotent(
        c,
        deps,
        async (tx, passwordHash) => {
          const row = await createUser(tx, { ...person, passwordHash }, auditActor(principal))
          if (!row) throw emailTaken()
          return { status: 201, body: view(row) }
        },
        { prepare: async () => (password === undefined ? null : hashPassword(password)) },
      )
    })
    .openapi(change, async (c) => {
      const changes = givenKeys(c.req.valid('json'))
      const principal = c.get('principal')
      demandNotAbove(principal, changes)
      const id = asId<UserId>(c.req.valid('param').id, 'This person')
      const row = await inTransaction(db, (tx) =>
        changeUser(tx, id, changes, auditActor(principal), (before) => demandNotAbove(principal, accessOf(before))),
      )
      return c.json(view(demandChanged(row)), 200)
    })
    .openapi(remove, async (c) => {
      const principal = c.get('principal')
      const id = asId<UserId>(c.req.valid('param').id, 'This person')
      const row = await inTransaction(db, (tx) =>
        changeUser(tx, id, { active: false }, auditActor(principal), (before) =>
          demandNotAbove(principal, accessOf(before)),
        ),
      )
      demandChanged(row)
      return c.body(null, 204)
    })
    .openapi(signOut, async (c) => {
      const user = await findUser(db, asId(c.req.valid('param').id, 'This person'))
      if (!user) throw notFound('This person')
      const principal = c.get('principal')
      demandNotAbove(principal, accessOf(user))
      await inTransaction(db, async (tx) => {
        await endAllSessions(tx, user.id)
        await audit(tx, {
          actor: auditActor(principal),
          action: 'user.signed_out',
          subject: { kind: 'user', id: user.id },
        })
      })
      return c.body(null, 204)
    })
    .openapi(link, async (c) => {
      const user = await findUser(db, asId(c.req.valid('param').id, 'This person'))
      if (!user) throw notFound('This person')
      demandNotAbove(c.get('principal'), accessOf(user))
      if (!user.active) throw new ApiError(409, 'user_inactive', 'This person is deactivated and cannot sign in')
      const token = await createSignInLink(deps.database, user.id)
      return c.json({ url: signInUrl(deps.config.publicUrl, token) }, 201)
    })
}

const accessOf = (user: UserRow) => ({ role: user.role, channelIds: user.channel_ids })

const emailTaken = () => new ApiError(409, 'email_taken', 'Somebody has this e-mail address already')

function demandChanged(change: UserChange): UserRow {
  if (change.ok) return change.user
  switch (change.because) {
    case 'unknown':
      throw notFound('This person')
    case 'email_taken':
      throw emailTaken()
    case 'last_owner':
      throw new ApiError(409, 'last_owner', 'Somebody must stay the owner: make another person an owner first')
  }
}
