import { createRoute, z } from '@hono/zod-openapi'
import { DELIVERY_STATES } from '../../domain/delivery-state.ts'
import type { DeliveryId } from '../../domain/ids.ts'
import { attendDelivery } from '../../store/deliveries/attend-delivery.ts'
import { type DeliveryView, findDelivery, listDeliveries } from '../../store/deliveries/delivery-view.ts'
import { releaseDelivery } from '../../store/deliveries/release-delivery.ts'
import { retryDelivery } from '../../store/deliveries/retry-delivery.ts'
import { settleDelivery } from '../../store/deliveries/settle-delivery.ts'
import { undoDelivery } from '../../store/deliveries/undo-delivery.ts'
import type { Db, Tx } from '../../store/index.ts'
import type { HttpDeps, Principal, Routes } from '../context.ts'
import { notFound } from '../errors.ts'
import { idempotent } from '../idempotency.ts'
import { requires } from '../permissions.ts'
import {
  answer,
  asId,
  decodeCursor,
  encodeCursor,
  IdPath,
  IdText,
  jsonBody,
  newRoutes,
  PageQuery,
  pageOf,
  refusals,
} from '../routes.ts'
import { accept } from './accept.ts'
import { announce, sendRulesOf } from './announce.ts'
import { errorWords, type Language, languageOf } from './error-words.ts'
import { Delivery, DeliveryWithAttempts } from './shapes.ts'

const tags = ['Deliveries']

const list = createRoute({
  method: 'get',
  path: '/deliveries',
  tags,
  summary: 'Outgoing messages, the newest first',
  request: {
    query: PageQuery.extend({
      state: z.enum(DELIVERY_STATES).optional(),
      attention: z
        .enum(['true', 'false'])
        .optional()
        .openapi({ description: '`true`: only what a person has to look at; no failures of campaigns' }),
    }),
  },
  responses: { 200: answer('A page of deliveries', pageOf(Delivery)), ...refusals(400, 401) },
})
const get = createRoute({
  method: 'get',
  path: '/deliveries/{id}',
  tags,
  summary: 'An outgoing message with its attempts',
  request: { params: IdPath },
  responses: { 200: answer('The delivery', DeliveryWithAttempts), ...refusals(401, 404) },
})
const retry = createRoute({
  method: 'post',
  path: '/deliveries/{id}/retry',
  tags,
  summary: 'Send a failed message, or one of unknown outcome, again',
  request: { params: IdPath },
  responses: { 200: answer('The delivery', DeliveryWithAttempts), ...refusals(401, 404, 409) },
})
const undo = createRoute({
  method: 'post',
  path: '/deliveries/{id}/undo',
  tags,
  summary: 'Take a held message back, with all parts of its comment, before it leaves',
  request: { params: IdPath },
  responses: { 200: answer('The delivery', DeliveryWithAttempts), ...refusals(401, 404, 409) },
})
const sendNow = createRoute({
  method: 'post',
  path: '/deliveries/{id}/send-now',
  tags,
  summary: 'Let a held message go at once, with all parts of its comment',
  request: { params: IdPath },
  responses: { 200: answer('The delivery', DeliveryWithAttempts), ...refusals(401, 404, 409) },
})
const settle = createRoute({
  method: 'post',
  path: '/deliveries/{id}/settle',
  tags,
  middleware: requires('work.repair'),
  summary: 'Say how a send of unknown outcome ended',
  request: { params: IdPath, ...jsonBody(z.strictObject({ outcome: z.enum(['sent', 'failed']) })) },
  responses: { 200: answer('The delivery', DeliveryWithAttempts), ...refusals(400, 401, 403, 404, 409, 415) },
})

const attend = createRoute({
  method: 'post',
  path: '/deliveries/{id}/attend',
  tags,
  summary: 'Put a failed message away: somebody has looked, and nothing more is done about it',
  request: { params: IdPath },
  responses: { 200: answer('The delivery', DeliveryWithAttempts), ...refusals(401, 404, 409) },
})

/** What left for clients and how it fared; people decide where nobody else can (P3). */
export function deliveryRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database

  async function oneDelivery(on: Db | Tx, principal: Principal, id: DeliveryId, language: Language) {
    const found = await findDelivery(on, principal, id)
    if (!found) throw notFound('The delivery')
    return {
      ...deliveryJson(found.delivery, language),
      attempts: found.attempts.map((row) => ({
        attempt: row.attempt,
        outcome: row.outcome,
        error: errorWords(row.code, row.detail, language),
        providerMessageId: row.provider_message_id,
        startedAt: row.started_at,
        endedAt: row.ended_at,
      })),
    }
  }

  return newRoutes()
    .openapi(list, async (c) => {
      const { state, attention, limit, cursor } = c.req.valid('query')
      const at = decodeCursor(cursor, z.tuple([z.iso.datetime(), IdText]))
      const after = at ? { queuedAt: at[0], id: at[1] as DeliveryId } : null
      const { deliveries, next } = await listDeliveries(
        db,
        c.get('principal'),
        { state, attention: attention === 'true' },
        { after, limit },
      )
      const items = deliveries.map((delivery) => deliveryJson(delivery, languageOf(c)))
      return c.json({ items, next: next ? encodeCursor(next.queuedAt, next.id) : null }, 200)
    })
    .openapi(get, async (c) => {
      const id = asId<DeliveryId>(c.req.valid('param').id, 'The delivery')
      return c.json(await oneDelivery(db, c.get('principal'), id, languageOf(c)), 200)
    })
    .openapi(retry, async (c) => {
      const id = asId<DeliveryId>(c.req.valid('param').id, 'The delivery')
      const principal = c.get('principal')
      return idempotent(c, deps, async (tx) => {
        const { conversation } = accept(await retryDelivery(tx, principal, id, sendRulesOf))
        const body = await oneDelivery(tx, principal, id, languageOf(c))
        return { status: 200, body, afterCommit: () => announce(deps, conversation) }
      })
    })
    .openapi(undo, async (c) => {
      const id = asId<DeliveryId>(c.req.valid('param').id, 'The delivery')
      const principal = c.get('principal')
      return idempotent(c, deps, async (tx) => {
        const { conversation } = accept(await undoDelivery(tx, principal, id))
        const body = await oneDelivery(tx, principal, id, languageOf(c))
        return { status: 200, body, afterCommit: () => announce(deps, conversation) }
      })
    })
    .openapi(sendNow, async (c) => {
      const id = asId<DeliveryId>(c.req.valid('param').id, 'The delivery')
      const principal = c.get('principal')
      return idempotent(c, deps, async (tx) => {
        const { conversation } = accept(await releaseDelivery(tx, principal, id))
        const body = await oneDelivery(tx, principal, id, languageOf(c))
        return { status: 200, body, afterCommit: () => announce(deps, conversation) }
      })
    })
    .openapi(attend, async (c) => {
      const id = asId<DeliveryId>(c.req.valid('param').id, 'The delivery')
      const principal = c.get('principal')
      return idempotent(c, deps, async (tx) => {
        accept(await attendDelivery(tx, principal, id))
        const body = await oneDelivery(tx, principal, id, languageOf(c))
        return { status: 200, body, afterCommit: () => announce(deps, null) }
      })
    })
    .openapi(settle, async (c) => {
      const id = asId<DeliveryId>(c.req.valid('param').id, 'The delivery')
      const principal = c.get('principal')
      return idempotent(c, deps, async (tx) => {
        const { conversation } = accept(await settleDelivery(tx, principal, id, c.req.valid('json').outcome))
        const body = await oneDelivery(tx, principal, id, languageOf(c))
        return { status: 200, body, afterCommit: () => announce(deps, conversation) }
      })
    })
}

function deliveryJson(row: DeliveryView, language: Language) {
  return {
    id: row.id,
    state: row.state,
    providerMessageId: row.provider_message_id,
    error: errorWords(row.error_code, row.error_detail, language),
    parked: row.parked,
    holdUntil: row.state === 'queued' ? row.hold_until : null,
    maybeTwice: row.maybe_twice,
    commentId: row.comment_id,
    taskId: row.task_id,
    conversationId: row.conversation_id,
    channelId: row.channel_id,
    ordinal: row.ordinal,
    attempt: row.attempt,
    queuedAt: row.queued_at,
    acceptedAt: row.accepted_at,
    sentAt: row.sent_at,
    deliveredAt: row.delivered_at,
    readAt: row.read_at,
    playedAt: row.played_at,
    failedAt: row.failed_at,
    attendedAt: row.attended_at,
    taskNumber: row.task_number,
    contact: { id: row.contact_id, name: row.contact_name, phone: row.contact_phone },
    message: { kind: row.comment_kind, text: row.excerpt, by: { kind: row.author_kind, name: row.author_name } },
  }
}
