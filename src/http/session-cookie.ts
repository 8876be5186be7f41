import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Config } from '../config.ts'
import { SESSION_DAYS } from '../store/access/sessions.ts'

/**
 * The session's cookie. Over https it carries the `__Host-` prefix, which ties it to this one host; plain http
 * (a newcomer's own machine) cannot have that.
 */
const isHttps = (config: Config): boolean => config.publicUrl.startsWith('https:')

export const readSessionCookie = (c: Context, config: Config): string | undefined =>
  isHttps(config) ? getCookie(c, 'parley', 'host') : getCookie(c, 'parley')

const attributes = { path: '/', httpOnly: true, sameSite: 'Lax' } as const

export function writeSessionCookie(c: Context, config: Config, token: string): void {
  const options = { ...attributes, maxAge: SESSION_DAYS.absolute * 86_400 }
  if (isHttps(config)) setCookie(c, 'parley', token, { ...options, secure: true, prefix: 'host' })
  else setCookie(c, 'parley', token, options)
}

export function clearSessionCookie(c: Context, config: Config): void {
  if (isHttps(config)) deleteCookie(c, '__Host-parley', { ...attributes, secure: true })
  else deleteCookie(c, 'parley', attributes)
}
