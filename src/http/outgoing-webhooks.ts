import { createRoute, z } from '@hono/zod-openapi'
import type { WebhookDeliveryId, WebhookId } from '../domain/ids.ts'
import { auditActor } from '../store/actor.ts'
import { inTransaction } from '../store/index.ts'
import {
  listDeliveries,
  queueTest,
  retryWebhookDelivery,
  type WebhookDeliveryRow,
} from '../store/webhooks/deliveries.ts'
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  findWebhook,
  listWebhooks,
  rotateWebhookSecret,
  type WebhookRow,
} from '../store/webhooks/subscriptions.ts'
import type { HttpDeps, Routes } from './context.ts'
import { ApiError, notFound } from './errors.ts'
import { idempotent } from './idempotency.ts'
import { requiresEverywhere } from './permissions.ts'
import {
  afterId,
  answer,
  asId,
  givenKeys,
  IdPath,
  jsonBody,
  newRoutes,
  PageQuery,
  pageById,
  pageOf,
  refusals,
} from './routes.ts'
import { accept } from './work/accept.ts'

const time = z.string().openapi({ format: 'date-time' })
const State = z.enum(['active', 'disabled'])
const Webhook = z
  .object({
    id: z.string(),
    name: z.string(),
    url: z.string(),
    events: z.array(z.string()),
    state: State,
    allowPrivateAddress: z.boolean(),
    lastError: z.string().nullable().openapi({ description: 'of the newest attempt; null: it succeeded' }),
    lastErrorAt: time.nullable(),
    oldSecretUntil: time
      .nullable()
      .openapi({ description: 'until then the secret before the last rotation signs, too' }),
    createdAt: time,
  })
  .openapi('Webhook')
const WithSecret = Webhook.extend({ secret: z.string().openapi({ description: 'shown this once' }) }).openapi(
  'WebhookWithSecret',
)
const DeliveryState = z.enum(['queued', 'delivered', 'failed'])
const Delivery = z
  .object({
    id: z.string().openapi({ description: '`webhook-id` of the request' }),
    webhookId: z.string(),
    event: z.string(),
    state: DeliveryState,
    nextAttemptAt: time.nullable(),
    attempts: z.array(
      z.object({ at: time, status: z.int().nullable(), error: z.string().nullable(), milliseconds: z.int() }),
    ),
    body: z.unknown(),
    conversationId: z.string().nullable(),
    runId: z.string().nullable(),
    createdAt: time,
    endedAt: time.nullable(),
  })
  .openapi('WebhookDelivery')

const view = (row: WebhookRow) => ({
  id: row.id as string,
  name: row.name,
  url: row.url,
  events: row.events,
  state: row.state,
  allowPrivateAddress: row.allow_private_address,
  lastError: row.last_error,
  lastErrorAt: row.last_error === null ? null : (row.last_error_at?.toISOString() ?? null),
  oldSecretUntil: row.previous_until?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
})

const deliveryView = (row: WebhookDeliveryRow) => ({
  id: row.id as string,
  webhookId: row.webhook_id as string,
  event: row.event,
  state: row.state,
  nextAttemptAt: row.state === 'queued' ? row.next_at.toISOString() : null,
  attempts: row.log,
  body: JSON.parse(row.body) as unknown,
  conversationId: row.conversation_id as string | null,
  runId: row.run_id as string | null,
  createdAt: row.created_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
})

const Name = z.string().trim().min(1).max(200)
const Events = z
  .array(
    z
      .string()
      .trim()
      .min(1)
      .max(200)
      .regex(/^[^{}\p{Cc}]+$/u, 'is no name of an event'),
  )
  .min(1)
  .max(100)
  .openapi({ description: 'Names as the `emit` steps have them; `*`: every one', example: ['quote.accepted'] })
const Url = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .openapi({ description: 'https; http only with `allowPrivateAddress`' })
const AllowPrivate = z
  .boolean()
  .openapi({ description: 'It may be an address of this machine or of the house’s own network' })
const tags = ['Webhooks']

const adminOnly = requiresEverywhere('webhooks.manage')
const one = { 200: answer('The webhook', Webhook), ...refusals(400, 401, 403, 404, 422) }

const list = createRoute({
  method: 'get',
  path: '/webhooks',
  tags,
  middleware: adminOnly,
  request: { query: PageQuery },
  responses: { 200: answer('A page of webhooks', pageOf(Webhook)), ...refusals(400, 401, 403) },
})
const get = createRoute({
  method: 'get',
  path: '/webhooks/{id}',
  tags,
  middleware: adminOnly,
  request: { params: IdPath },
  responses: one,
})
const create = createRoute({
  method: 'post',
  path: '/webhooks',
  tags,
  middleware: adminOnly,
  summary: 'Subscribe to what scenarios emit; this answer alone shows the secret',
  request: jsonBody(
    z.strictObject({ name: Name, url: Url, events: Events, allowPrivateAddress: AllowPrivate.default(false) }),
  ),
  responses: { 201: answer('The webhook', WithSecret), ...refusals(400, 401, 403, 422) },
})
const change = createRoute({
  method: 'patch',
  path: '/webhooks/{id}',
  tags,
  middleware: adminOnly,
  request: {
    params: IdPath,
    ...jsonBody(
      z.strictObject({
        name: Name.optional(),
        url: Url.optional(),
        events: Events.optional(),
        allowPrivateAddress: AllowPrivate.optional(),
        state: State.optional(),
      }),
    ),
  },
  responses: one,
})
const remove = createRoute({
  method: 'delete',
  path: '/webhooks/{id}',
  tags,
  middleware: adminOnly,
  summary: 'Delete a webhook and the record of its deliveries',
  request: { params: IdPath },
  responses: { 204: { description: 'Deleted' }, ...refusals(401, 403, 404) },
})
const rotate = createRoute({
  method: 'post',
  path: '/webhooks/{id}/rotate-secret',
  tags,
  middleware: adminOnly,
  summary: 'A new secret, shown in this answer alone; for a day the old one signs beside it',
  request: { params: IdPath },
  responses: { 200: answer('The webhook', WithSecret), ...refusals(401, 403, 404) },
})
const test = createRoute({
  method: 'post',
  path: '/webhooks/{id}/test',
  tags,
  middleware: adminOnly,
  summary: 'Send it the event `parley.test`',
  request: { params: IdPath },
  responses: { 202: answer('The delivery', Delivery), ...refusals(401, 403, 404, 409) },
})
const deliveries = createRoute({
  method: 'get',
  path: '/webhooks/{id}/deliveries',
  tags,
  middleware: adminOnly,
  request: { params: IdPath, query: PageQuery.extend({ state: DeliveryState.optional() }) },
  responses: {
    200: answer('A page of deliveries, the newest first', pageOf(Delivery)),
    ...refusals(400, 401, 403, 404),
  },
})
const retry = createRoute({
  method: 'post',
  path: '/webhook-deliveries/{id}/retry',
  tags,
  middleware: adminOnly,
  summary: 'Deliver it again now, whatever became of it',
  request: { params: IdPath },
  responses: { 202: answer('The delivery', Delivery), ...refusals(401, 403, 404, 409) },
})

/** Who hears of what scenarios emit. Secrets are shown once. */
export function outgoingWebhookRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database
  const webhookId = (text: string) => asId<WebhookId>(text, 'This webhook')
  return newRoutes()
    .openapi(list, async (c) => {
      const { limit, cursor } = c.req.valid('query')
      return c.json(pageById(await listWebhooks(db, { after: afterId<WebhookId>(cursor), limit }), limit, view), 200)
    })
    .openapi(get, async (c) => {
      const row = await findWebhook(db, webhookId(c.req.valid('param').id))
      if (!row) throw notFound('This webhook')
      return c.json(view(row), 200)
    })
    .openapi(create, async (c) => {
      const principal = c.get('principal')
      const wanted = c.req.valid('json')
      demandAddress(wanted.url, wanted.allowPrivateAddress)
      return idempotent(c, deps, async (tx) => {
        const values = { ...wanted, createdBy: principal.userId }
        const { row, secret } = await createWebhook(tx, deps.secrets, values, auditActor(principal))
        return { status: 201, body: { ...view(row), secret } }
      })
    })
    .openapi(change, async (c) => {
      const id = webhookId(c.req.valid('param').id)
      const changes = givenKeys(c.req.valid('json'))
      const row = await inTransaction(db, async (tx) => {
        const changed = await changeWebhook(tx, id, changes, auditActor(c.get('principal')))
        if (changed) demandAddress(changed.url, changed.allow_private_address)
        return changed
      })
      if (!row) throw notFound('This webhook')
      return c.json(view(row), 200)
    })
    .openapi(remove, async (c) => {
      const id = webhookId(c.req.valid('param').id)
      const found = await inTransaction(db, (tx) => deleteWebhook(tx, id, auditActor(c.get('principal'))))
      if (!found) throw notFound('This webhook')
      return c.body(null, 204)
    })
    .openapi(rotate, (c) =>
      idempotent(c, deps, async (tx) => {
        const id = webhookId(c.req.valid('param').id)
        const rotated = await rotateWebhookSecret(tx, deps.secrets, id, auditActor(c.get('principal')))
        if (!rotated) throw notFound('This webhook')
        return { status: 200, body: { ...view(rotated.row), secret: rotated.secret } }
      }),
    )
    .openapi(test, (c) =>
      idempotent(c, deps, async (tx) => {
        const row = accept(await queueTest(tx, webhookId(c.req.valid('param').id)))
        return { status: 202, body: deliveryView(row) }
      }),
    )
    .openapi(deliveries, async (c) => {
      const id = webhookId(c.req.valid('param').id)
      if (!(await findWebhook(db, id))) throw notFound('This webhook')
      const { limit, cursor, state } = c.req.valid('query')
      const rows = await listDeliveries(db, id, { after: afterId<WebhookDeliveryId>(cursor), limit, state })
      return c.json(pageById(rows, limit, deliveryView), 200)
    })
    .openapi(retry, (c) =>
      idempotent(c, deps, async (tx) => {
        const id = asId<WebhookDeliveryId>(c.req.valid('param').id, 'This delivery')
        const row = accept(await retryWebhookDelivery(tx, id, auditActor(c.get('principal'))))
        return { status: 202, body: deliveryView(row) }
      }),
    )
}

/** Where its name leads is looked at with every call. @throws ApiError 422 `address_refused` */
function demandAddress(address: string, allowPrivate: boolean): void {
  const { protocol, username, password } = new URL(address)
  if (username !== '' || password !== '') throw refused('The address must hold no user name or password')
  if (protocol === 'http:' && !allowPrivate) throw refused('http is only for private addresses; use https')
}

const refused = (message: string) => new ApiError(422, 'address_refused', message)
