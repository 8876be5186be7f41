import { createHash } from 'node:crypto'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Json } from '../domain/scenario/expressions/scope.ts'
import { subjectScope } from '../domain/webhooks/subject.ts'
import { inTransaction, isRepeatable } from '../store/database.ts'
import { scenarioCatalogue } from '../store/scenarios/catalogue.ts'
import { type HookDoor, openHookDoor } from '../store/webhooks/incoming/settings.ts'
import { takeWebhook } from '../store/webhooks/incoming/take-webhook.ts'
import { verifyHmac, verifyStandard, verifyToken } from '../store/webhooks/signature.ts'
import type { HttpDeps, HttpEnv, Routes } from './context.ts'
import { ApiError, notFound } from './errors.ts'
import { readHookBody } from './hook-body.ts'
import { readLimited } from './read-limited.ts'

export const MAX_HOOK_BYTES = 256 * 1024

/** Senders come again with the same id for days; with the same body by accident for a day at most. */
const ID_HOURS = 7 * 24
const BODY_HOURS = 24

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/

/**
 * `POST /hooks/:name`: what other systems tell scenarios (`webhook.received`). Verified over its raw bytes, stored with
 * all that follows from it in one transaction, and answered 200 after that (P1). What came before is answered 200 again.
 */
export function hookRoutes(deps: Pick<HttpDeps, 'database' | 'secrets' | 'eventsStored'>): Routes {
  const { db } = deps.database
  const catalogue = scenarioCatalogue(deps.database)
  const routes: Routes = new OpenAPIHono<HttpEnv>()
  routes.post('/hooks/:name', async (c) => {
    const name = c.req.param('name')
    const door = NAME.test(name) ? await openHookDoor(db, deps.secrets, name) : null
    if (!door) throw notFound('This webhook')
    const raw = await readLimited(c.req.raw, MAX_HOOK_BYTES)
    if (!raw) throw new ApiError(413, 'body_too_large', `A webhook has at most ${MAX_HOOK_BYTES / 1024} KB`)
    const at = new Date()
    const known = identify(door, c.req.raw.headers, raw, at)
    if (!known) throw new ApiError(401, 'unverified', 'The signature or the token is missing or wrong')

    const contentType = c.req.header('content-type') ?? null
    const body = readHookBody(contentType, raw)
    const scope = body.ok ? subjectScope(name, body.value) : null
    if (!body.ok || !scope)
      throw new ApiError(400, 'malformed_body', body.ok ? 'It is nested too deeply' : body.message)
    const arrived = { webhook: { id: door.id, name }, ...known, body: body.value as Json, scope, raw, contentType, at }
    const conversations = await inTransaction(db, (tx) => takeWebhook(tx, catalogue, arrived)).catch(comeAgain)
    if (conversations) deps.eventsStored(conversations)
    return c.json({})
  })
  return routes
}

/** Who called, verified: what the call is known by when it comes again. */
function identify(
  { verify, header, secrets }: HookDoor,
  headers: Headers,
  raw: Uint8Array,
  at: Date,
): { key: string; keyHours: number } | null {
  if (verify === 'standard') {
    const id = verifyStandard(secrets, headers, raw, Math.floor(at.getTime() / 1_000))
    return id === null ? null : { key: `id ${id}`, keyHours: ID_HOURS }
  }
  const isVerified =
    verify === 'token'
      ? verifyToken(secrets, headers.get('authorization'))
      : verifyHmac(secrets, headers.get(header ?? ''), raw)
  return isVerified ? { key: `body ${createHash('sha256').update(raw).digest('hex')}`, keyHours: BODY_HOURS } : null
}

/** It came in the way of other work three times: the sender may try once more. */
function comeAgain(error: unknown): never {
  if (isRepeatable(error)) throw new ApiError(503, 'unavailable', 'It could not be stored now; send it again')
  throw error
}
