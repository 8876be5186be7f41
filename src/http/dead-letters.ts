import { createRoute, z } from '@hono/zod-openapi'
import type { DeadLetterId } from '../domain/ids.ts'
import { auditActor } from '../store/actor.ts'
import { inTransaction } from '../store/index.ts'
import {
  type DeadLetterRow,
  findDeadLetter,
  listDeadLetters,
  resolveDeadLetter,
} from '../store/settings/dead-letter-list.ts'
import type { HttpDeps, Principal, Routes } from './context.ts'
import { notFound } from './errors.ts'
import { mayUseChannel, requires } from './permissions.ts'
import { afterId, answer, asId, IdPath, jsonBody, newRoutes, PageQuery, pageById, pageOf, refusals } from './routes.ts'

const DeadLetter = z
  .object({
    id: z.string(),
    channelId: z.string().nullable(),
    conversationId: z.string().nullable(),
    seq: z.number().nullable(),
    path: z.string(),
    reason: z.string(),
    detail: z.string(),
    createdAt: z.string(),
    resolvedAt: z.string().nullable(),
    resolution: z.string().nullable(),
  })
  .openapi('DeadLetter')

export const deadLetterView = (row: DeadLetterRow) => ({
  id: row.id as string,
  channelId: row.channel_id as string | null,
  conversationId: row.conversation_id as string | null,
  seq: row.seq,
  path: row.path,
  reason: row.reason,
  detail: row.detail,
  createdAt: row.created_at.toISOString(),
  resolvedAt: row.resolved_at?.toISOString() ?? null,
  resolution: row.resolution,
})

const tags = ['Dead letters']

/** What arrived and could not be worked off: kept until a person has looked. Replaying is the command line's. */
export function deadLetterRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database
  const middleware = requires('dead_letters.manage')

  const list = createRoute({
    method: 'get',
    path: '/dead-letters',
    tags,
    middleware,
    summary: 'Newest first',
    request: { query: PageQuery.extend({ state: z.enum(['open', 'resolved', 'all']).default('all') }) },
    responses: { 200: answer('A page of dead letters', pageOf(DeadLetter)), ...refusals(400, 401, 403) },
  })
  const get = createRoute({
    method: 'get',
    path: '/dead-letters/{id}',
    tags,
    middleware,
    request: { params: IdPath },
    responses: { 200: answer('The dead letter', DeadLetter), ...refusals(401, 403, 404) },
  })
  const resolve = createRoute({
    method: 'post',
    path: '/dead-letters/{id}/resolve',
    tags,
    middleware,
    summary: 'Put it away',
    request: {
      params: IdPath,
      ...jsonBody(z.strictObject({ resolution: z.string().trim().min(1).max(1_000).default('looked at') })),
    },
    responses: { 200: answer('The dead letter', DeadLetter), ...refusals(400, 401, 403, 404) },
  })

  /** Letters of no channel are for those who may see all. */
  const visible = (principal: Principal, row: DeadLetterRow | undefined): DeadLetterRow => {
    const maySee = row && (row.channel_id ? mayUseChannel(principal, row.channel_id) : principal.channelIds === null)
    if (!maySee) throw notFound('This dead letter')
    return row
  }

  return newRoutes()
    .openapi(list, async (c) => {
      const { limit, cursor, state } = c.req.valid('query')
      const { channelIds } = c.get('principal')
      const rows = await listDeadLetters(db, { after: afterId<DeadLetterId>(cursor), limit, state, channelIds })
      return c.json(pageById(rows, limit, deadLetterView), 200)
    })
    .openapi(get, async (c) => {
      const row = await findDeadLetter(db, asId(c.req.valid('param').id, 'This dead letter'))
      return c.json(deadLetterView(visible(c.get('principal'), row)), 200)
    })
    .openapi(resolve, async (c) => {
      const principal = c.get('principal')
      const id = asId<DeadLetterId>(c.req.valid('param').id, 'This dead letter')
      visible(principal, await findDeadLetter(db, id))
      const { resolution } = c.req.valid('json')
      const row = await inTransaction(db, (tx) => resolveDeadLetter(tx, id, resolution, auditActor(principal)))
      return c.json(deadLetterView(visible(principal, row)), 200)
    })
}
