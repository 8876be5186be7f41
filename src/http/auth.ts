import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { findApiToken } from '../store/access/api-tokens.ts'
import { tokenHash } from '../store/access/opaque-token.ts'
import { findSession } from '../store/access/sessions.ts'
import { standingOf } from '../store/access/standing.ts'
import { describeError } from '../store/describe-error.ts'
import { clientAddress, networkOf } from './client-address.ts'
import type { HttpDeps, HttpEnv, Principal } from './context.ts'
import { ApiError } from './errors.ts'
import { requestLimit } from './request-limit.ts'
import { rightsWatch } from './rights-watch.ts'
import { readSessionCookie } from './session-cookie.ts'

/** A revoked credential works no longer than this; also what spares the database while a page loads. */
const CACHE_MS = 1_000
const MAX_CACHED = 10_000

export interface Authenticator {
  /**
   * Lets through who is known; others get 401. Signing in itself is open, and has limits of its own.
   * @throws ApiError 401 `unauthenticated`, 403 `cross_site`, 429 `too_many_requests`
   */
  middleware: MiddlewareHandler<HttpEnv>
  /**
   * For an answer that lasts (`GET /api/live`) and ends with the credential, or with its rights.
   * @param onLost called once, within a second
   * @returns ends the watch
   */
  watch(c: Context<HttpEnv>, onLost: () => void): () => void
  /** A session has begun: it is let in also where others at its address are refused again and again. */
  welcome(sessionToken: string): void
}

type Credential = { kind: 'bearer' | 'cookie'; token: string }

const authenticators = new WeakMap<HttpDeps, Authenticator>()

/** The one authenticator of an application. */
export function authenticator(deps: HttpDeps): Authenticator {
  const known = authenticators.get(deps)
  if (known) return known
  const made = createAuthenticator(deps)
  authenticators.set(deps, made)
  return made
}

function createAuthenticator(deps: HttpDeps): Authenticator {
  const cache = new Map<string, { principal: Promise<Principal | null>; until: number }>()
  const { perCredential, refusedPerAddress } = deps.config.requestLimits
  const requests = requestLimit(perCredential)
  const refusals = requestLimit(refusedPerAddress)
  const rights = rightsWatch(
    (credentials) => standingOf(deps.database.db, credentials),
    (error) => deps.log.warn({ error: describeError(error) }, 'live streams could not be checked'),
  )
  const environmentToken = deps.config.apiToken === null ? null : sha256(deps.config.apiToken)

  function credentialOf(c: Context): Credential | null {
    const header = c.req.header('authorization')
    if (header !== undefined) {
      const token = /^Bearer +([\x21-\x7e]+) *$/i.exec(header)?.[1]
      // A wrong header is not made good by a cookie beside it.
      return token ? { kind: 'bearer', token } : null
    }
    const token = readSessionCookie(c, deps.config)
    return token ? { kind: 'cookie', token } : null
  }

  async function lookUp({ kind, token }: Credential): Promise<Principal | null> {
    const { db } = deps.database
    if (kind === 'cookie') {
      const user = await findSession(db, token)
      return (
        user && {
          userId: user.id,
          name: user.name,
          role: user.role,
          channelIds: user.channel_ids,
          key: `user:${user.id}`,
        }
      )
    }
    if (environmentToken && timingSafeEqual(environmentToken, sha256(token))) return ENVIRONMENT
    const row = await findApiToken(db, token)
    return row && { userId: null, name: row.name, role: row.role, channelIds: row.channel_ids, key: `token:${row.id}` }
  }

  function identify(credential: Credential, key: string): Promise<Principal | null> {
    const now = performance.now()
    const cached = cache.get(key)
    if (cached && cached.until > now) return cached.principal
    if (cache.size >= MAX_CACHED) cache.clear()
    const entry = { principal: lookUp(credential), until: now + CACHE_MS }
    cache.set(key, entry)
    const drop = () => {
      if (cache.get(key) === entry) cache.delete(key)
    }
    // Who is unknown now may sign in the next moment; and an outage is nobody's answer.
    entry.principal.then((principal) => principal ?? drop(), drop)
    return entry.principal
  }

  /**
   * Each token and session has its own limit. What is refused is counted by address, so that guessing costs the
   * database little; whoever was let in before does not suffer from a neighbour who guesses.
   */
  async function letIn(c: Context, credential: Credential): Promise<Principal | null> {
    const key = keyOf(credential)
    const network = networkOf(clientAddress(c))
    if (!requests.remembers(key)) holdUp(c, refusals.waitFor(network))
    const principal = await identify(credential, key)
    if (principal) holdUp(c, requests.take(key))
    else {
      requests.forget(key)
      refusals.take(network)
    }
    return principal
  }

  return {
    watch(c, onLost) {
      const credential = credentialOf(c)
      const principal = c.get('principal')
      // The environment's token ends with the process.
      if (!credential || principal === ENVIRONMENT) return () => undefined
      const { kind, token } = credential
      return rights.watch({ kind, hash: tokenHash(token).toString('base64') }, principal, onLost)
    },
    welcome: (token) => void requests.take(keyOf({ kind: 'cookie', token })),
    middleware: async (c, next) => {
      const credential = credentialOf(c)
      if (credential?.kind !== 'bearer') refuseCrossSite(c, deps)
      if (c.req.path === '/api/session' && c.req.method === 'POST') return next()
      const principal = credential && (await letIn(c, credential))
      if (!principal) {
        c.header('www-authenticate', 'Bearer')
        throw new ApiError(401, 'unauthenticated', 'Sign in, or send a valid API token')
      }
      c.set('principal', principal)
      return next()
    },
  }
}

const ENVIRONMENT: Principal = {
  userId: null,
  name: 'PARLEY_API_TOKEN',
  role: 'owner',
  channelIds: null,
  key: 'environment',
}

/**
 * A page of another site must not make a signed-in browser change anything (nor sign it in as somebody else).
 * Browsers say where a request comes from; one that says neither is no browser that a session belongs to.
 */
function refuseCrossSite(c: Context, deps: HttpDeps): void {
  if (['GET', 'HEAD', 'OPTIONS'].includes(c.req.method)) return
  const site = c.req.header('sec-fetch-site')
  if (site === 'same-origin' || site === 'none') return
  const origin = c.req.header('origin')
  const own = [new URL(deps.config.publicUrl).origin, new URL(c.req.url).origin]
  if (site === undefined && origin !== undefined && own.includes(origin)) return
  // Signing in with no cookie and from no page (a script) changes nothing for a browser.
  if (site === undefined && origin === undefined && readSessionCookie(c, deps.config) === undefined) return
  throw new ApiError(403, 'cross_site', 'The request comes from another site')
}

/** @throws ApiError 429, where there is something to wait for */
function holdUp(c: Context, waitMs: number): void {
  if (waitMs <= 0) return
  const seconds = Math.ceil(waitMs / 1000)
  c.header('retry-after', String(seconds))
  throw new ApiError(429, 'too_many_requests', `Too many requests; ask again in ${seconds} s`)
}

const keyOf = ({ kind, token }: Credential): string => `${kind}:${sha256(token).toString('base64')}`

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()
