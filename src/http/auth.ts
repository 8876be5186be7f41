import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { findApiToken } from '../store/access/api-tokens.ts'
import { findSession } from '../store/access/sessions.ts'
import type { HttpDeps, HttpEnv, Principal } from './context.ts'
import { ApiError } from './errors.ts'
import { readSessionCookie } from './session-cookie.ts'

/** A revoked credential works no longer than this; also what spares the database while a page loads. */
const CACHE_MS = 1_000
const MAX_CACHED = 10_000

export interface Authenticator {
  /**
   * Lets through who is known; others get 401. Signing in itself is open.
   * @throws ApiError 401 `unauthenticated`, 403 `cross_site`
   */
  middleware: MiddlewareHandler<HttpEnv>
  /** Who asks; null: nobody that we know. Long-lived answers (`GET /api/live`) ask again and again, to end with the credential. */
  whoAsks(c: Context): Promise<Principal | null>
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

  function identify(credential: Credential): Promise<Principal | null> {
    const key = `${credential.kind}:${sha256(credential.token).toString('base64')}`
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

  async function whoAsks(c: Context): Promise<Principal | null> {
    const credential = credentialOf(c)
    return credential && identify(credential)
  }

  return {
    whoAsks,
    middleware: async (c, next) => {
      const credential = credentialOf(c)
      if (credential?.kind !== 'bearer') refuseCrossSite(c, deps)
      if (c.req.path === '/api/session' && c.req.method === 'POST') return next()
      const principal = credential && (await identify(credential))
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

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()
