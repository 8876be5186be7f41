import { createRoute, z } from '@hono/zod-openapi'
import type { EndpointId } from '../domain/ids.ts'
import { PlainName } from '../domain/scenario/document/names.ts'
import { auditActor } from '../store/actor.ts'
import { inTransaction } from '../store/index.ts'
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  type EndpointRow,
  type EndpointValues,
  findEndpoint,
  listEndpoints,
} from '../store/outside/endpoints.ts'
import type { HttpDeps, Routes } from './context.ts'
import { notFound } from './errors.ts'
import { idempotent } from './idempotency.ts'
import { requires, requiresEverywhere } from './permissions.ts'
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

const Time = z.string().openapi({ format: 'date-time' })
const Endpoint = z
  .object({
    id: z.string(),
    name: z.string(),
    url: z.string(),
    headerNames: z.array(z.string()),
    secret: z.object({ kind: z.enum(['none', 'bearer', 'basic', 'header']), name: z.string().nullable() }),
    allowPrivateAddress: z.boolean(),
    enabled: z.boolean(),
    maxConcurrent: z.number(),
    perSecond: z.number(),
    timeoutMs: z.number(),
    state: z.enum(['closed', 'open', 'half_open']).openapi({
      description:
        '`closed`: it is called as usual. `open`: it failed so often that it is left alone until `openUntil`. ' +
        '`half_open`: one call finds out whether it works again',
    }),
    openUntil: Time.nullable(),
    lastError: z.object({ code: z.string(), at: Time }).nullable(),
    lastCallAt: Time.nullable(),
    createdAt: Time,
    updatedAt: Time,
  })
  .openapi('Endpoint')

const view = (row: EndpointRow): z.output<typeof Endpoint> => ({
  id: row.id,
  name: row.name,
  url: row.url,
  headerNames: row.header_names,
  secret: { kind: row.auth, name: row.auth_name },
  allowPrivateAddress: row.allow_private_address,
  enabled: row.enabled,
  maxConcurrent: row.max_concurrent,
  perSecond: row.calls_per_second,
  timeoutMs: row.timeout_ms,
  state: row.circuit.state,
  openUntil: row.circuit.state === 'open' ? new Date(row.circuit.until).toISOString() : null,
  lastError:
    row.last_error !== null && row.last_error_at !== null
      ? { code: row.last_error, at: row.last_error_at.toISOString() }
      : null,
  lastCallAt: row.last_call_at?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})

const Name = z.string().pipe(PlainName).openapi({ description: 'How scenarios name it. Unique in any case' })
const Url = z
  .string()
  .max(2_000)
  .refine(isWebAddress, 'must be an https address (http for a private one) without user, query and fragment')
  .openapi({
    description: 'What `path` of a step is put behind. http only with `allowPrivateAddress`',
    example: 'https://crm.example.com/api',
  })
/** Printable ASCII: what a header can carry. */
const HeaderValue = z
  .string()
  .min(1)
  .max(4_000)
  .regex(/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/, 'must be printable ASCII')
/** Not what frames a message, leads it elsewhere, or is set by the call itself. */
const OWN_HEADERS =
  /^(host|connection|content-length|content-type|transfer-encoding|upgrade|te|trailer|expect|keep-alive|accept-encoding|idempotency-key|proxy-.*)$/i
const HeaderName = z
  .string()
  .max(100)
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is no name of a header')
  .refine((name) => !OWN_HEADERS.test(name), 'is set by the call itself')
  .toLowerCase()
const Headers = z
  .record(HeaderName, HeaderValue)
  .refine((headers) => Object.keys(headers).length <= 20, 'has more than 20 headers')
  .openapi({ description: 'Sent with every call. Write-only: only the names are shown' })
const Secret = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({ kind: z.literal('bearer'), value: HeaderValue }),
    z.strictObject({ kind: z.literal('header'), name: HeaderName, value: HeaderValue }),
    z.strictObject({
      kind: z.literal('basic'),
      name: z
        .string()
        .max(200)
        .regex(/^[^:\p{Cc}]*$/u, 'must have no colon'),
      value: z
        .string()
        .max(1_000)
        .regex(/^\P{Cc}*$/u, 'must have no control characters'),
    }),
  ])
  .openapi({ description: 'How the secret is sent. `value` is write-only' })

const values = {
  name: Name,
  url: Url,
  headers: Headers,
  secret: Secret,
  allowPrivateAddress: z.boolean().openapi({
    description:
      'May it lead to this machine or the house’s own network? The clouds’ metadata services are never called',
  }),
  enabled: z.boolean(),
  maxConcurrent: z.number().int().min(1).max(100).openapi({ description: 'Calls at the same time, of all workers' }),
  perSecond: z.number().min(0.01).max(1_000).openapi({ description: 'Calls that begin in a second, of all workers' }),
  timeoutMs: z.number().int().min(100).max(60_000).openapi({ description: 'The longest; a step may ask for less' }),
}
const NewEndpoint = z
  .strictObject({
    ...values,
    headers: Headers.default({}),
    secret: Secret.default({ kind: 'none' }),
    allowPrivateAddress: values.allowPrivateAddress.default(false),
    enabled: values.enabled.default(true),
    maxConcurrent: values.maxConcurrent.default(5),
    perSecond: values.perSecond.default(10),
    timeoutMs: values.timeoutMs.default(30_000),
  })
  .refine((given) => mayBePlain(given.url, given.allowPrivateAddress), { path: ['url'], message: 'must be https' })
const tags = ['Endpoints']

const list = createRoute({
  method: 'get',
  path: '/endpoints',
  tags,
  middleware: requires('endpoints.manage'),
  request: { query: PageQuery },
  responses: { 200: answer('A page of endpoints', pageOf(Endpoint)), ...refusals(400, 401, 403) },
})
const get = createRoute({
  method: 'get',
  path: '/endpoints/{id}',
  tags,
  middleware: requires('endpoints.manage'),
  request: { params: IdPath },
  responses: { 200: answer('The endpoint', Endpoint), ...refusals(401, 403, 404) },
})
const create = createRoute({
  method: 'post',
  path: '/endpoints',
  tags,
  middleware: requiresEverywhere('endpoints.manage'),
  request: jsonBody(NewEndpoint),
  responses: { 201: answer('The endpoint', Endpoint), ...refusals(400, 401, 403, 409) },
})
const change = createRoute({
  method: 'patch',
  path: '/endpoints/{id}',
  tags,
  middleware: requiresEverywhere('endpoints.manage'),
  description: 'Another host needs the secret and the headers anew: they stay with the address they were entered for.',
  request: { params: IdPath, ...jsonBody(z.strictObject(values).partial()) },
  responses: { 200: answer('The endpoint', Endpoint), ...refusals(400, 401, 403, 404, 409, 422) },
})
const remove = createRoute({
  method: 'delete',
  path: '/endpoints/{id}',
  tags,
  middleware: requiresEverywhere('endpoints.manage'),
  request: { params: IdPath },
  responses: { 204: { description: 'Deleted' }, ...refusals(401, 403, 404) },
})

/** What scenarios call: addresses with their secrets and limits. */
export function endpointRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database
  return newRoutes()
    .openapi(list, async (c) => {
      const { limit, cursor } = c.req.valid('query')
      const rows = await listEndpoints(db, { after: afterId<EndpointId>(cursor), limit })
      return c.json(pageById(rows, limit, view), 200)
    })
    .openapi(get, async (c) => {
      const row = await findEndpoint(db, asId(c.req.valid('param').id, 'This endpoint'))
      if (!row) throw notFound('This endpoint')
      return c.json(view(row), 200)
    })
    .openapi(create, (c) =>
      idempotent(c, deps, async (tx) => {
        const { secret, ...given } = c.req.valid('json')
        const wanted: EndpointValues = { ...given, secret: secretOf(secret) }
        const row = accept(await createEndpoint(tx, deps.secrets, wanted, auditActor(c.get('principal'))))
        return { status: 201, body: view(row) }
      }),
    )
    .openapi(change, async (c) => {
      const { secret, ...given } = givenKeys(c.req.valid('json'))
      const changes: Partial<EndpointValues> = { ...given, ...(secret && { secret: secretOf(secret) }) }
      const id = asId<EndpointId>(c.req.valid('param').id, 'This endpoint')
      const row = await inTransaction(db, async (tx) =>
        accept(await changeEndpoint(tx, deps.secrets, id, changes, auditActor(c.get('principal')))),
      )
      return c.json(view(row), 200)
    })
    .openapi(remove, async (c) => {
      const id = asId<EndpointId>(c.req.valid('param').id, 'This endpoint')
      const found = await inTransaction(db, (tx) => deleteEndpoint(tx, id, auditActor(c.get('principal'))))
      if (!found) throw notFound('This endpoint')
      return c.body(null, 204)
    })
}

function secretOf(given: z.output<typeof Secret>): EndpointValues['secret'] {
  return { kind: given.kind, name: 'name' in given ? given.name : null, value: 'value' in given ? given.value : null }
}

function isWebAddress(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, username, password } = new URL(address)
  if (username !== '' || password !== '' || /[?#]/.test(address)) return false
  return protocol === 'https:' || protocol === 'http:'
}

/** What is no address at all is said elsewhere. */
const mayBePlain = (url: string, allowPrivate: boolean) =>
  allowPrivate || !URL.canParse(url) || new URL(url).protocol === 'https:'
