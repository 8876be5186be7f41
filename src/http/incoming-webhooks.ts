import { createRoute, z } from '@hono/zod-openapi'
import type { IncomingWebhookEventId, IncomingWebhookId } from '../domain/ids.ts'
import { ScenarioKey } from '../domain/scenario/document/names.ts'
import { auditActor } from '../store/actor.ts'
import { inTransaction } from '../store/index.ts'
import { type IncomingEventRow, listIncomingEvents } from '../store/webhooks/incoming/events.ts'
import {
  createIncomingWebhook,
  deleteIncomingWebhook,
  findIncomingWebhook,
  type IncomingWebhookRow,
  listIncomingWebhooks,
  rotateIncomingSecret,
} from '../store/webhooks/incoming/settings.ts'
import type { HttpDeps, Routes } from './context.ts'
import { notFound } from './errors.ts'
import { idempotent } from './idempotency.ts'
import { requiresEverywhere } from './permissions.ts'
import { afterId, answer, asId, IdPath, jsonBody, newRoutes, PageQuery, pageById, pageOf, refusals } from './routes.ts'
import { accept } from './work/accept.ts'

const time = z.string().openapi({ format: 'date-time' })
const Verification = z.enum(['standard', 'token', 'hmac-sha256']).openapi({
  description:
    '`standard`: Standard Webhooks. `token`: `Authorization: Bearer …`. `hmac-sha256`: a header holds the HMAC of the body in hex or base64, with or without `sha256=` before it',
})
const IncomingWebhook = z
  .object({
    id: z.string(),
    name: z.string(),
    url: z.string().openapi({ description: 'what the other system calls' }),
    verify: Verification,
    header: z.string().nullable(),
    oldSecretUntil: time
      .nullable()
      .openapi({ description: 'until then the one before the last rotation is taken, too' }),
    createdAt: time,
    lastReceivedAt: time.nullable(),
  })
  .openapi('IncomingWebhook')
const WithSecret = IncomingWebhook.extend({ secret: z.string().openapi({ description: 'shown this once' }) }).openapi(
  'IncomingWebhookWithSecret',
)
const EventState = z.enum(['done', 'ignored', 'undeliverable']).openapi({
  description: '`ignored`: nobody listened. `undeliverable`: an `about` led nowhere, see `outcomes`',
})
const Event = z
  .object({
    id: z.string(),
    state: EventState,
    body: z.unknown(),
    outcomes: z.array(
      z.object({
        scenarios: z.array(z.string()).openapi({ description: 'their keys' }),
        starts: z.boolean().openapi({ description: 'false: their runs wait for it' }),
        conversationId: z.string().nullable(),
        problem: z.object({ code: z.string(), message: z.string() }).nullable(),
      }),
    ),
    receivedAt: time,
  })
  .openapi('IncomingWebhookEvent')

const eventView = (row: IncomingEventRow) => ({
  id: row.id as string,
  state: row.state,
  body: row.body as unknown,
  outcomes: row.outcomes.map((outcome) => ({ ...outcome, conversationId: outcome.conversationId as string | null })),
  receivedAt: row.received_at.toISOString(),
})

const Secret = z
  .string()
  .min(16)
  .max(200)
  .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters')
  .openapi({ description: 'The one that the other system has. Absent: a fresh one is made' })
const tags = ['Incoming webhooks']
const adminOnly = requiresEverywhere('webhooks.manage')

const list = createRoute({
  method: 'get',
  path: '/incoming-webhooks',
  tags,
  middleware: adminOnly,
  request: { query: PageQuery },
  responses: { 200: answer('A page of addresses', pageOf(IncomingWebhook)), ...refusals(400, 401, 403) },
})
const get = createRoute({
  method: 'get',
  path: '/incoming-webhooks/{id}',
  tags,
  middleware: adminOnly,
  request: { params: IdPath },
  responses: { 200: answer('The address', IncomingWebhook), ...refusals(401, 403, 404) },
})
const create = createRoute({
  method: 'post',
  path: '/incoming-webhooks',
  tags,
  middleware: adminOnly,
  summary: 'An address that another system calls; this answer alone shows the secret',
  request: jsonBody(
    z.strictObject({
      name: ScenarioKey.meta({ description: 'The last part of the address, and what scenarios name' }),
      verify: Verification,
      header: z
        .string()
        .max(100)
        .regex(/^[A-Za-z0-9-]+$/, 'is no name of a header')
        .optional()
        .openapi({ description: 'Of `hmac-sha256` alone', default: 'x-hub-signature-256' }),
      secret: Secret.optional(),
    }),
  ),
  responses: { 201: answer('The address', WithSecret), ...refusals(400, 401, 403, 409, 422) },
})
const remove = createRoute({
  method: 'delete',
  path: '/incoming-webhooks/{id}',
  tags,
  middleware: adminOnly,
  request: { params: IdPath },
  responses: { 204: { description: 'Deleted' }, ...refusals(401, 403, 404) },
})
const rotate = createRoute({
  method: 'post',
  path: '/incoming-webhooks/{id}/rotate-secret',
  tags,
  middleware: adminOnly,
  summary: 'Another secret; for a day the old one is taken, too',
  request: { params: IdPath, ...jsonBody(z.strictObject({ secret: Secret.optional() })) },
  responses: { 200: answer('The address', WithSecret), ...refusals(400, 401, 403, 404, 422) },
})
const events = createRoute({
  method: 'get',
  path: '/incoming-webhooks/{id}/events',
  tags,
  middleware: adminOnly,
  summary: 'What came, and what it led to; kept for 30 days',
  request: { params: IdPath, query: PageQuery.extend({ state: EventState.optional() }) },
  responses: { 200: answer('A page of events, the newest first', pageOf(Event)), ...refusals(400, 401, 403, 404) },
})

/** Addresses at which other systems start scenarios. */
export function incomingWebhookRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database
  const { publicUrl } = deps.config
  const hookId = (text: string) => asId<IncomingWebhookId>(text, 'This webhook')
  const view = (row: IncomingWebhookRow) => ({
    id: row.id as string,
    name: row.name,
    url: `${publicUrl}/hooks/${row.name}`,
    verify: row.verify,
    header: row.header,
    oldSecretUntil: row.previous_until?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    lastReceivedAt: row.last_received_at?.toISOString() ?? null,
  })
  return newRoutes()
    .openapi(list, async (c) => {
      const { limit, cursor } = c.req.valid('query')
      const rows = await listIncomingWebhooks(db, { after: afterId<IncomingWebhookId>(cursor), limit })
      return c.json(pageById(rows, limit, view), 200)
    })
    .openapi(get, async (c) => {
      const row = await findIncomingWebhook(db, hookId(c.req.valid('param').id))
      if (!row) throw notFound('This webhook')
      return c.json(view(row), 200)
    })
    .openapi(create, (c) =>
      idempotent(c, deps, async (tx) => {
        const principal = c.get('principal')
        const { verify, header, ...wanted } = c.req.valid('json')
        const values = {
          ...wanted,
          verify,
          header: verify === 'hmac-sha256' ? (header ?? 'x-hub-signature-256').toLowerCase() : null,
          createdBy: principal.userId,
        }
        const { row, secret } = accept(await createIncomingWebhook(tx, deps.secrets, values, auditActor(principal)))
        return { status: 201, body: { ...view(row), secret } }
      }),
    )
    .openapi(remove, async (c) => {
      const id = hookId(c.req.valid('param').id)
      const found = await inTransaction(db, (tx) => deleteIncomingWebhook(tx, id, auditActor(c.get('principal'))))
      if (!found) throw notFound('This webhook')
      return c.body(null, 204)
    })
    .openapi(rotate, (c) =>
      idempotent(c, deps, async (tx) => {
        const id = hookId(c.req.valid('param').id)
        const { secret: given } = c.req.valid('json')
        const actor = auditActor(c.get('principal'))
        const { row, secret } = accept(await rotateIncomingSecret(tx, deps.secrets, id, given, actor))
        return { status: 200, body: { ...view(row), secret } }
      }),
    )
    .openapi(events, async (c) => {
      const id = hookId(c.req.valid('param').id)
      if (!(await findIncomingWebhook(db, id))) throw notFound('This webhook')
      const { limit, cursor, state } = c.req.valid('query')
      const rows = await listIncomingEvents(db, id, { after: afterId<IncomingWebhookEventId>(cursor), limit, state })
      return c.json(pageById(rows, limit, eventView), 200)
    })
}
