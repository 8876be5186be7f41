import { createRoute, z } from '@hono/zod-openapi'
import type { ChannelId, ClusterId, OutgoingMessageId } from '../../domain/ids.ts'
import { MESSAGE_KINDS } from '../../domain/message.ts'
import { type BulkMessageView, listClusterMessages, listClusters } from '../../store/bulk/bulk-view.ts'
import type { HttpDeps, Routes } from '../context.ts'
import { notFound } from '../errors.ts'
import { afterId, answer, asId, IdPath, IdText, newRoutes, PageQuery, pageById, pageOf, refusals } from '../routes.ts'
import { errorWords, type Language, languageOf } from './error-words.ts'
import { DeliveryPart } from './shapes.ts'

const tags = ['Bulk messages']

const Time = z.date().or(z.string())
const Cluster = z
  .object({
    id: z.string(),
    channelId: z.string(),
    fingerprint: z.string().openapi({ description: 'The type of its messages; no message text can be read from it' }),
    campaignId: z.string().nullable().openapi({ description: 'null: found by the bulk rule' }),
    count: z.number().int(),
    firstAt: Time.nullable(),
    lastAt: Time.nullable(),
    held: z.number().int().openapi({ description: 'waiting for a reply' }),
    replied: z.number().int().openapi({ description: 'in a task, since the client replied' }),
    expired: z.number().int().openapi({ description: 'nobody replied in time' }),
  })
  .openapi('Cluster')

const Message = z
  .object({
    id: z.string(),
    commentId: z.string().nullable(),
    conversationId: z.string(),
    contact: z.object({ id: z.string(), name: z.string(), phone: z.string().nullable() }).nullable(),
    taskId: z.string().nullable(),
    kind: z.enum(MESSAGE_KINDS).nullable(),
    text: z.string().nullable(),
    state: z.enum(['counted', 'shown', 'folding', 'held', 'replied', 'expired', 'void']),
    at: Time,
    holdUntil: Time.nullable(),
    settledAt: Time.nullable(),
    delivery: DeliveryPart.pick({ id: true, state: true, error: true }).nullable(),
  })
  .openapi('BulkMessage')

const list = createRoute({
  method: 'get',
  path: '/bulk',
  tags,
  summary: 'Mailings that the bulk rule found, and those of campaigns; the newest first',
  request: { query: PageQuery.extend({ channelId: IdText.optional() }) },
  responses: { 200: answer('A page of clusters', pageOf(Cluster)), ...refusals(400, 401) },
})
const get = createRoute({
  method: 'get',
  path: '/bulk/{id}',
  tags,
  request: { params: IdPath },
  responses: { 200: answer('The cluster', Cluster), ...refusals(401, 404) },
})
const messages = createRoute({
  method: 'get',
  path: '/bulk/{id}/messages',
  tags,
  summary: 'The messages of a mailing, and what became of them',
  request: { params: IdPath, query: PageQuery },
  responses: { 200: answer('A page of messages', pageOf(Message)), ...refusals(400, 401, 404) },
})

/** Bulk messages that stay out of tasks until the client replies (M17–M20). */
export function bulkRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database
  return newRoutes()
    .openapi(list, async (c) => {
      const { limit, cursor, channelId } = c.req.valid('query')
      const clusters = await listClusters(db, c.get('principal'), {
        channel: (channelId ?? null) as ChannelId | null,
        after: afterId<ClusterId>(cursor),
        only: null,
        limit: limit + 1,
      })
      return c.json(
        pageById(clusters, limit, (cluster) => cluster),
        200,
      )
    })
    .openapi(get, async (c) => {
      const id = asId<ClusterId>(c.req.valid('param').id, 'The mailing')
      const [cluster] = await listClusters(db, c.get('principal'), { channel: null, after: null, only: id, limit: 1 })
      if (!cluster) throw notFound('The mailing')
      return c.json(cluster, 200)
    })
    .openapi(messages, async (c) => {
      const id = asId<ClusterId>(c.req.valid('param').id, 'The mailing')
      const { limit, cursor } = c.req.valid('query')
      const page = { after: afterId<OutgoingMessageId>(cursor), limit: limit + 1 }
      const found = await listClusterMessages(db, c.get('principal'), id, page)
      if (!found) throw notFound('The mailing')
      return c.json(
        pageById(found, limit, (message) => messageJson(message, languageOf(c))),
        200,
      )
    })
}

function messageJson({ delivery, ...message }: BulkMessageView, language: Language) {
  return {
    ...message,
    delivery: delivery && {
      id: delivery.id,
      state: delivery.state,
      error: errorWords(delivery.errorCode, delivery.errorDetail, language),
    },
  }
}
