import { createHash } from 'node:crypto'
import type { Context, TypedResponse } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { JSONParsed } from 'hono/utils/types'
import { findAnswer, type StoredAnswer, storeAnswer, takeIdempotencyKey } from '../store/access/idempotency.ts'
import { inTransaction, type Tx } from '../store/index.ts'
import type { HttpDeps, HttpEnv } from './context.ts'
import { ApiError } from './errors.ts'

/** What `work` answers with. `afterCommit` is called once the effect stands, and not when the answer is repeated. */
export interface Answer<Body extends object, Status extends ContentfulStatusCode> {
  status: Status
  body: Body
  afterCommit?: () => void
}

export interface IdempotentOptions<Prepared> {
  /**
   * What must happen outside the transaction before it, such as a question to the provider; skipped when the answer is
   * already stored. It must change nothing that cannot happen twice.
   */
  prepare?: () => Promise<Prepared>
  /** Stands for the body where it is not JSON: a digest of what was uploaded. */
  fingerprint?: string
}

/**
 * Runs a POST that creates, sends or presses in one transaction, once per `Idempotency-Key` of its principal
 * (contract.md). The key's answer is written in the transaction of the effect, so no crash can part the two.
 *
 * Same key and same request: the stored status and body. Same key, other request: 422 `idempotency_key_reused`.
 * The first one still under way: 409 `idempotency_in_flight`. Errors are not stored: a corrected or later request
 * with the key is a first one. Without the header it only opens the transaction.
 *
 * `work` may run again after a deadlock, so it must have no effect outside `tx`; it must not call providers.
 *
 * @example
 * routes.openapi(createTag, (c) =>
 *   idempotent(c, deps, async (tx) => ({ status: 201, body: await insertTag(tx, c.req.valid('json')) })),
 * )
 */
export async function idempotent<Body extends object, Status extends ContentfulStatusCode, Prepared = undefined>(
  c: Context<HttpEnv>,
  deps: HttpDeps,
  work: (tx: Tx, prepared: Prepared) => Promise<Answer<Body, Status>>,
  options: IdempotentOptions<Prepared> = {},
): Promise<Response & TypedResponse<JSONParsed<Body>, Status, 'json'>> {
  const respond = (body: string, status: number) =>
    c.body(body, status as Status, { 'content-type': 'application/json' }) as unknown as Response &
      TypedResponse<JSONParsed<Body>, Status, 'json'>
  const prepare = async () => (await options.prepare?.()) as Prepared
  const key = readKey(c)

  if (key === null) {
    const prepared = await prepare()
    const answer = await inTransaction(deps.database.db, (tx) => work(tx, prepared))
    answer.afterCommit?.()
    return respond(JSON.stringify(answer.body), answer.status)
  }

  const of = { principal: c.get('principal').key, key }
  const requestHash = await hashRequest(c, options.fingerprint)
  const known = await findAnswer(deps.database.db, deps.secrets, of)
  if (known) return respond(repeated(known, requestHash).body, known.status)

  const prepared = await prepare()
  const { answer, body, status } = await inTransaction(deps.database.db, async (tx) => {
    if (!(await takeIdempotencyKey(tx, of))) {
      throw new ApiError(
        409,
        'idempotency_in_flight',
        'A request with this Idempotency-Key is still under way; ask again',
      )
    }
    const stored = await findAnswer(tx, deps.secrets, of)
    if (stored) return { answer: null, ...repeated(stored, requestHash) }
    const answer = await work(tx, prepared)
    const fresh = { requestHash, status: answer.status, body: JSON.stringify(answer.body) }
    await storeAnswer(tx, deps.secrets, of, fresh)
    return { answer, ...fresh }
  })
  answer?.afterCommit?.()
  return respond(body, status)
}

function readKey(c: Context): string | null {
  const key = c.req.header('idempotency-key')
  if (key === undefined) return null
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new ApiError(400, 'idempotency_key_invalid', 'Idempotency-Key must be 1 to 255 visible ASCII characters')
  }
  return key
}

function repeated(stored: StoredAnswer, requestHash: Buffer): StoredAnswer {
  if (stored.requestHash.equals(requestHash)) return stored
  throw new ApiError(422, 'idempotency_key_reused', 'This Idempotency-Key was used for a different request')
}

async function hashRequest(c: Context, fingerprint: string | undefined): Promise<Buffer> {
  const { pathname, search } = new URL(c.req.url)
  // Hono keeps the body that validation has read, so this reads nothing twice.
  const body = fingerprint ?? (await c.req.text())
  return createHash('sha256').update(`${c.req.method} ${pathname}${search}\n`).update(body).digest()
}
