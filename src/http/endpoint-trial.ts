import { createRoute, z } from '@hono/zod-openapi'
import type { EndpointId } from '../domain/ids.ts'
import { blotOut } from '../domain/outside/blot-out.ts'
import { callAddress } from '../domain/outside/call-address.ts'
import { callEndpoint } from '../outside/call-endpoint.ts'
import { auditActor } from '../store/actor.ts'
import { audit } from '../store/audit.ts'
import { inTransaction } from '../store/index.ts'
import { newId } from '../store/new-id.ts'
import { loadEndpointToTry } from '../store/outside/endpoint-to-try.ts'
import type { HttpDeps, Routes } from './context.ts'
import { ApiError } from './errors.ts'
import { requiresEverywhere } from './permissions.ts'
import { answer, asId, IdPath, jsonBody, newRoutes, refusals } from './routes.ts'
import { accept } from './work/accept.ts'

/** So much of an answer is shown; it is enough to see what it is. */
const SHOWN_CHARACTERS = 2_000
const SAMPLE = { test: true, from: 'parley' }

const Trial = z
  .object({
    status: z.number().int().nullable().openapi({ description: 'null: no whole answer came' }),
    durationMs: z.number().int(),
    contentType: z.string().nullable(),
    body: z
      .string()
      .nullable()
      .openapi({
        description: `Its first ${SHOWN_CHARACTERS} characters, secrets blotted out; null: none, or no text`,
      }),
    isCut: z.boolean(),
    error: z
      .object({ code: z.string(), message: z.string() })
      .nullable()
      .openapi({ description: 'Why no answer came: the codes of calls in scenarios' }),
  })
  .openapi('EndpointTrial')

const Sample = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('POST'),
  path: z.string().max(2_000).optional().openapi({ description: "Behind the endpoint's address, as a step gives it" }),
  body: z
    .unknown()
    .optional()
    .openapi({ description: `JSON; absent: \`${JSON.stringify(SAMPLE)}\`. With GET and DELETE none is sent` }),
})

const test = createRoute({
  method: 'post',
  path: '/endpoints/{id}/test',
  tags: ['Endpoints'],
  middleware: requiresEverywhere('endpoints.manage'),
  summary: 'Call it once, with a sample',
  description:
    'Guarded as the calls of scenarios are. It is one call, never repeated, and counts neither for the circuit nor for the limits.',
  request: { params: IdPath, ...jsonBody(Sample) },
  responses: { 200: answer('What came of it', Trial), ...refusals(400, 401, 403, 404, 409, 415, 422) },
})

/** Whoever sets up an endpoint sees at once whether it works. */
export function endpointTrialRoutes(deps: HttpDeps): Routes {
  return newRoutes().openapi(test, async (c) => {
    const id = asId<EndpointId>(c.req.valid('param').id, 'This endpoint')
    const { method, path = null, body = SAMPLE } = c.req.valid('json')
    const endpoint = accept(await loadEndpointToTry(deps.database.db, deps.secrets, id))
    const url = callAddress(endpoint.url, path, {})
    if (url === null) throw new ApiError(422, 'path_invalid', 'The path is none that can be called')
    const hasBody = method !== 'GET' && method !== 'DELETE'
    const began = performance.now()
    const came = await callEndpoint({
      url,
      method,
      headers: endpoint.headers,
      ...(hasBody && { body }),
      idempotencyKey: `parley-test-${newId()}`,
      timeoutMs: endpoint.timeoutMs,
      allowPrivateAddress: endpoint.allowPrivateAddress,
      signal: c.req.raw.signal,
    })
    const durationMs = Math.round(performance.now() - began)
    const outcome = came.ok ? `http_${came.status}` : came.code
    await inTransaction(deps.database.db, (tx) =>
      audit(tx, {
        actor: auditActor(c.get('principal')),
        action: 'endpoint.tested',
        subject: { kind: 'endpoint', id },
        detail: { outcome },
      }),
    )
    if (!came.ok) {
      const { code, message } = came
      return c.json(
        { status: null, durationMs, contentType: null, body: null, isCut: false, error: { code, message } },
        200,
      )
    }
    const shown = (text: string) => blotOut(text, endpoint.secrets)
    const text = readText(came.body)
    const whole = text === null ? null : shown(text)
    const contentType = came.headers['content-type']
    return c.json(
      {
        status: came.status,
        durationMs,
        contentType: contentType === undefined ? null : shown(contentType),
        body: whole === null ? null : whole.slice(0, SHOWN_CHARACTERS).toWellFormed(),
        isCut: whole !== null && whole.length > SHOWN_CHARACTERS,
        error: null,
      },
      200,
    )
  })
}

/** null: there is none, or it is no text. */
function readText(body: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body)
    return text === '' || text.includes('\0') ? null : text
  } catch {
    return null
  }
}
