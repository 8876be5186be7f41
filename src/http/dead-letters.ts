import { createRoute, z } from '@hono/zod-openapi'
import { adapterFor } from '../channels/registry.ts'
import type { DeadLetterId } from '../domain/ids.ts'
import { replayDeadLetter } from '../intake/replay-dead-letter.ts'
import { auditActor } from '../store/actor.ts'
import { channelCache } from '../store/channels/channel-cache.ts'
import { loadDeadLetter, rawPart } from '../store/dead-letters.ts'
import { inTransaction } from '../store/index.ts'
import {
  type DeadLetterRow,
  findDeadLetter,
  listDeadLetters,
  resolveDeadLetter,
} from '../store/settings/dead-letter-list.ts'
import type { HttpDeps, Principal, Routes } from './context.ts'
import { ApiError, notFound } from './errors.ts'
import { mayUseChannel, requires } from './permissions.ts'
import { afterId, answer, asId, IdPath, jsonBody, newRoutes, PageQuery, pageById, pageOf, refusals } from './routes.ts'
import { announce } from './work/announce.ts'

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

const OpenedDeadLetter = DeadLetter.extend({
  part: z.unknown().openapi({ description: 'What it is about, as it came: it holds what a client wrote' }),
  replayable: z.boolean().openapi({ description: 'false: what it came from is gone' }),
}).openapi('OpenedDeadLetter')

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

/** What arrived and could not be worked off: kept until a person has looked. */
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
    summary: 'A dead letter, with what came',
    responses: { 200: answer('The dead letter', OpenedDeadLetter), ...refusals(401, 403, 404) },
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

  const replay = createRoute({
    method: 'post',
    path: '/dead-letters/{id}/replay',
    tags,
    middleware,
    summary: 'Try it again, after its cause was mended; what is stored already is not stored again',
    request: { params: IdPath },
    responses: { 200: answer('The dead letter', DeadLetter), ...refusals(401, 403, 404, 409) },
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
      const letter = visible(c.get('principal'), row)
      const found = await loadDeadLetter(db, letter.id)
      const part = found?.raw ? rawPart(found.raw.body, found.path) : null
      const replayable = found !== null && (found.event !== null || found.raw !== null)
      return c.json({ ...deadLetterView(letter), part: part ?? null, replayable }, 200)
    })
    .openapi(replay, async (c) => {
      const principal = c.get('principal')
      const id = asId<DeadLetterId>(c.req.valid('param').id, 'This dead letter')
      visible(principal, await findDeadLetter(db, id))
      const { database, secrets, eventsStored } = deps
      const parts = { database, channels: channelCache(database, secrets), adapterFor, eventsStored }
      const outcome = await replayDeadLetter(parts, id, auditActor(principal))
      if (outcome.replay === 'missing') throw notFound('This dead letter')
      if (outcome.replay === 'nothing_left') {
        throw new ApiError(409, 'nothing_left', 'What it came from, or its channel, is gone: it cannot be tried again')
      }
      if (outcome.replay === 'still_dead') {
        const { reason, detail } = outcome
        throw new ApiError(409, 'still_dead', 'Nothing has changed: it still cannot be read', { reason, detail })
      }
      announce(deps, null)
      return c.json(deadLetterView(visible(principal, await findDeadLetter(db, id))), 200)
    })
    .openapi(resolve, async (c) => {
      const principal = c.get('principal')
      const id = asId<DeadLetterId>(c.req.valid('param').id, 'This dead letter')
      visible(principal, await findDeadLetter(db, id))
      const { resolution } = c.req.valid('json')
      const row = await inTransaction(db, (tx) => resolveDeadLetter(tx, id, resolution, auditActor(principal)))
      announce(deps, null)
      return c.json(deadLetterView(visible(principal, row)), 200)
    })
}
