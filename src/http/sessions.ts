import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { UserId } from '../domain/ids.ts'
import { hashPassword, verifyPassword } from '../store/access/passwords.ts'
import { endAllSessions, endSession, endSessionById, listSessions, startSession } from '../store/access/sessions.ts'
import {
  ATTEMPT_LIMITS,
  accountSubject,
  addressSubject,
  countAttempt,
  forgetAttempts,
} from '../store/access/sign-in-attempts.ts'
import { useSignInLink } from '../store/access/sign-in-links.ts'
import { findCredentials, setPassword } from '../store/access/user-passwords.ts'
import { findUser, findUserByEmail } from '../store/access/users.ts'
import { inTransaction, type Tx } from '../store/index.ts'
import { authenticator } from './auth.ts'
import { clientAddress, networkOf } from './client-address.ts'
import type { HttpDeps, HttpEnv, Principal, Routes } from './context.ts'
import { ApiError, notFound } from './errors.ts'
import { permissionsOf } from './permissions.ts'
import { answer, asId, IdPath, jsonBody, newRoutes, refusals } from './routes.ts'
import { clearSessionCookie, readSessionCookie, writeSessionCookie } from './session-cookie.ts'

export const Password = z.string().min(10, 'must have at least 10 characters').max(200)

const Me = z
  .object({
    id: z.string().nullable().openapi({ description: 'null: an API token' }),
    name: z.string(),
    email: z.string().nullable(),
    role: z.enum(['owner', 'admin', 'author', 'operator']),
    channelIds: z.array(z.string()).nullable().openapi({ description: 'null: every channel' }),
    permissions: z.array(z.string()),
  })
  .openapi('Me')

const SignIn = z
  .union([
    z.strictObject({ email: z.string().max(320), password: z.string().max(200) }),
    z.strictObject({
      link: z.string().max(200).openapi({ description: 'the token of a sign-in link; it works once' }),
      newPassword: Password.optional(),
    }),
  ])
  .openapi('SignIn')

const Session = z
  .object({
    id: z.string(),
    userAgent: z.string().nullable(),
    createdAt: z.string(),
    seenAt: z.string().openapi({ description: 'when it was last used, to the minute' }),
    expiresAt: z.string(),
    current: z.boolean().openapi({ description: 'the one that asks' }),
  })
  .openapi('Session')

/** Signing in and out of the browser app, and who one is. */
export function sessionRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database

  const signIn = createRoute({
    method: 'post',
    path: '/session',
    tags: ['Sign-in'],
    security: [],
    summary: 'Sign in, by password or by a one-time link; answers with the session cookie',
    request: jsonBody(SignIn),
    responses: { 200: answer('Signed in', Me), ...refusals(400, 401, 403, 413, 415, 429, 503) },
  })
  const signOut = createRoute({
    method: 'delete',
    path: '/session',
    tags: ['Sign-in'],
    summary: 'Sign out, here or everywhere',
    request: { query: z.strictObject({ everywhere: z.enum(['true', 'false']).default('false') }) },
    responses: { 204: { description: 'Signed out' }, ...refusals(401, 403) },
  })
  const me = createRoute({
    method: 'get',
    path: '/me',
    tags: ['Sign-in'],
    summary: 'Who asks, and what they may do',
    responses: { 200: answer('The person or token that asks', Me), ...refusals(401) },
  })
  const changePassword = createRoute({
    method: 'post',
    path: '/me/password',
    tags: ['Sign-in'],
    summary: 'Set a new password; every other session ends',
    request: jsonBody(z.strictObject({ currentPassword: z.string().max(200).optional(), newPassword: Password })),
    responses: { 204: { description: 'The password is set' }, ...refusals(400, 401, 403, 422, 429) },
  })

  const sessions = createRoute({
    method: 'get',
    path: '/me/sessions',
    tags: ['Sign-in'],
    summary: 'Where I am signed in, the last used first',
    responses: {
      200: answer('My sessions', z.object({ items: z.array(Session), next: z.null() })),
      ...refusals(401),
    },
  })
  const endOne = createRoute({
    method: 'delete',
    path: '/me/sessions/{id}',
    tags: ['Sign-in'],
    summary: 'Sign out one of my sessions',
    request: { params: IdPath },
    responses: { 204: { description: 'Ended' }, ...refusals(401, 404) },
  })

  async function limit(c: Context, subject: string, max: number): Promise<void> {
    if (await countAttempt(db, subject, max)) return
    c.header('retry-after', '900')
    throw new ApiError(429, 'too_many_attempts', 'Too many attempts to sign in; wait a quarter of an hour')
  }

  /** A new session and its cookie; the one that the browser had before ends, so none can be fixed on it. */
  async function openSession(c: Context<HttpEnv>, tx: Tx, user: UserId): Promise<string> {
    const before = readSessionCookie(c, deps.config)
    if (before) await endSession(tx, before)
    const token = await startSession(tx, user, c.req.header('user-agent') ?? null)
    authenticator(deps).welcome(token)
    return token
  }

  async function userPrincipal(id: UserId): Promise<Principal> {
    const user = await findUser(db, id)
    if (!user) throw new ApiError(401, 'unauthenticated', 'This account is no longer there')
    return { userId: id, name: user.name, role: user.role, channelIds: user.channel_ids, key: `user:${id}` }
  }

  async function describe(principal: Principal): Promise<z.input<typeof Me>> {
    const { userId, name, role, channelIds } = principal
    const email = userId ? ((await findUser(db, userId))?.email ?? null) : null
    return { id: userId, name, email, role, channelIds, permissions: permissionsOf(principal) }
  }

  return newRoutes()
    .openapi(signIn, async (c) => {
      const body = c.req.valid('json')
      await limit(c, addressSubject(networkOf(clientAddress(c))), ATTEMPT_LIMITS.address)
      if ('link' in body) {
        const passwordHash = body.newPassword === undefined ? null : await hashPassword(body.newPassword)
        const { token, id } = await inTransaction(db, async (tx) => {
          const id = await useSignInLink(tx, body.link)
          if (!id) throw new ApiError(401, 'link_invalid', 'This sign-in link is unknown, used or too old')
          if (passwordHash !== null) {
            await setPassword(tx, id, passwordHash)
            await endAllSessions(tx, id)
          }
          return { id, token: await openSession(c, tx, id) }
        })
        writeSessionCookie(c, deps.config, token)
        return c.json(await describe(await userPrincipal(id)), 200)
      }

      const subject = accountSubject(body.email)
      await limit(c, subject, ATTEMPT_LIMITS.account)
      const user = await findUserByEmail(db, body.email)
      const hash = user?.active ? user.password_hash : null
      const matches = await verifyPassword(hash, body.password)
      if (!user || !matches) throw new ApiError(401, 'wrong_credentials', 'The address or the password is wrong')
      await forgetAttempts(db, subject)
      writeSessionCookie(c, deps.config, await inTransaction(db, (tx) => openSession(c, tx, user.id)))
      return c.json(await describe(await userPrincipal(user.id)), 200)
    })
    .openapi(signOut, async (c) => {
      const { userId } = c.get('principal')
      const token = readSessionCookie(c, deps.config)
      if (token) await endSession(db, token)
      if (userId && c.req.valid('query').everywhere === 'true') await endAllSessions(db, userId)
      clearSessionCookie(c, deps.config)
      return c.body(null, 204)
    })
    .openapi(me, async (c) => c.json(await describe(c.get('principal')), 200))
    .openapi(sessions, async (c) => {
      const { userId } = c.get('principal')
      // An API token is signed in nowhere.
      if (!userId) return c.json({ items: [], next: null }, 200)
      const rows = await listSessions(db, userId, readSessionCookie(c, deps.config))
      const items = rows.map(({ createdAt, seenAt, expiresAt, ...session }) => ({
        ...session,
        createdAt: createdAt.toISOString(),
        seenAt: seenAt.toISOString(),
        expiresAt: expiresAt.toISOString(),
      }))
      return c.json({ items, next: null }, 200)
    })
    .openapi(endOne, async (c) => {
      const { userId } = c.get('principal')
      const id = asId<string>(c.req.valid('param').id, 'This session')
      if (!userId || !(await endSessionById(db, userId, id))) throw notFound('This session')
      return c.body(null, 204)
    })
    .openapi(changePassword, async (c) => {
      const { userId } = c.get('principal')
      if (!userId) throw new ApiError(422, 'no_employee', 'An API token has no password')
      const { currentPassword, newPassword } = c.req.valid('json')
      const user = await findCredentials(db, userId)
      const subject = accountSubject(user.email)
      // A person who came by a link may have no password yet; whoever has one must know it.
      if (user.password_hash !== null) {
        await limit(c, subject, ATTEMPT_LIMITS.account)
        if (!(await verifyPassword(user.password_hash, currentPassword ?? ''))) {
          throw new ApiError(422, 'wrong_password', 'The current password is wrong')
        }
        await forgetAttempts(db, subject)
      }
      const passwordHash = await hashPassword(newPassword)
      const token = await inTransaction(db, async (tx) => {
        await setPassword(tx, userId, passwordHash)
        await endAllSessions(tx, userId)
        return openSession(c, tx, userId)
      })
      writeSessionCookie(c, deps.config, token)
      return c.body(null, 204)
    })
}
