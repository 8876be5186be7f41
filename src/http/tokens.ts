import { createRoute, z } from '@hono/zod-openapi'
import {
  type ApiTokenRow,
  createApiToken,
  getApiToken,
  listApiTokens,
  revokeApiToken,
} from '../store/access/api-tokens.ts'
import { auditActor } from '../store/actor.ts'
import { inTransaction } from '../store/index.ts'
import type { HttpDeps, Routes } from './context.ts'
import { notFound } from './errors.ts'
import { idempotent } from './idempotency.ts'
import { demandNotAbove, requires } from './permissions.ts'
import { afterId, answer, asId, IdPath, jsonBody, newRoutes, PageQuery, pageById, pageOf, refusals } from './routes.ts'
import { ChannelAccess, RoleName } from './users.ts'

const Token = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string().openapi({ description: 'as in `parley_<prefix>_…`' }),
    role: RoleName,
    channelIds: z.array(z.string()).nullable(),
    createdBy: z.string().nullable(),
    createdAt: z.string(),
    lastUsedAt: z.string().nullable(),
    revokedAt: z.string().nullable(),
    expiresAt: z.string().nullable().openapi({ description: 'null: it never ends by itself' }),
  })
  .openapi('Token')
const NewToken = Token.extend({ token: z.string().openapi({ description: 'shown this once' }) }).openapi('NewToken')

const view = (row: ApiTokenRow) => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  role: row.role,
  channelIds: row.channel_ids as string[] | null,
  createdBy: row.created_by as string | null,
  createdAt: row.created_at.toISOString(),
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
  revokedAt: row.revoked_at?.toISOString() ?? null,
  expiresAt: row.expires_at?.toISOString() ?? null,
})

const tags = ['API tokens']

/** Tokens for scripts and other systems. */
export function tokenRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database
  const middleware = requires('tokens.manage')

  const list = createRoute({
    method: 'get',
    path: '/tokens',
    tags,
    middleware,
    request: { query: PageQuery },
    responses: { 200: answer('A page of tokens, without their secrets', pageOf(Token)), ...refusals(400, 401, 403) },
  })
  const get = createRoute({
    method: 'get',
    path: '/tokens/{id}',
    tags,
    middleware,
    request: { params: IdPath },
    responses: { 200: answer('The token, without its secret', Token), ...refusals(401, 403, 404) },
  })
  const create = createRoute({
    method: 'post',
    path: '/tokens',
    tags,
    middleware,
    summary: 'Make a token; this answer alone shows it',
    request: jsonBody(
      z.strictObject({
        name: z.string().trim().min(1).max(200),
        role: RoleName,
        channelIds: ChannelAccess.default(null),
        expiresAt: z.iso
          .datetime({ offset: true })
          .refine((text) => Date.parse(text) > Date.now(), 'must be in the future')
          .refine((text) => Date.parse(text) < Date.UTC(2200, 0), 'must be a date of our time')
          .nullable()
          .default(null)
          .openapi({ description: 'It stops working then; null: never' }),
      }),
    ),
    responses: { 201: answer('The token', NewToken), ...refusals(400, 401, 403, 422) },
  })
  const remove = createRoute({
    method: 'delete',
    path: '/tokens/{id}',
    tags,
    middleware,
    summary: 'Revoke a token; it stops working within a second',
    request: { params: IdPath },
    responses: { 204: { description: 'Revoked' }, ...refusals(401, 403, 404) },
  })

  return newRoutes()
    .openapi(list, async (c) => {
      const { limit, cursor } = c.req.valid('query')
      return c.json(pageById(await listApiTokens(db, { after: afterId(cursor), limit }), limit, view), 200)
    })
    .openapi(get, async (c) => {
      const row = await getApiToken(db, asId(c.req.valid('param').id, 'This token'))
      if (!row) throw notFound('This token')
      return c.json(view(row), 200)
    })
    .openapi(create, async (c) => {
      const principal = c.get('principal')
      const { expiresAt, ...wanted } = c.req.valid('json')
      demandNotAbove(principal, wanted)
      return idempotent(c, deps, async (tx) => {
        const { row, token } = await createApiToken(
          tx,
          { ...wanted, createdBy: principal.userId, expiresAt: expiresAt === null ? null : new Date(expiresAt) },
          auditActor(principal),
        )
        return { status: 201, body: { ...view(row), token } }
      })
    })
    .openapi(remove, async (c) => {
      const principal = c.get('principal')
      const row = await getApiToken(db, asId(c.req.valid('param').id, 'This token'))
      if (!row) throw notFound('This token')
      demandNotAbove(principal, { role: row.role, channelIds: row.channel_ids })
      await inTransaction(db, (tx) => revokeApiToken(tx, row.id, auditActor(principal)))
      return c.body(null, 204)
    })
}
