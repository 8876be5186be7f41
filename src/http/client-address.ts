import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'

/**
 * The address that a request came from, for the sign-in limiter. A proxy on the same machine is believed what it says
 * of its client; nobody else's `X-Forwarded-For` is.
 */
export function clientAddress(c: Context): string {
  const bindings = c.env as Partial<HttpBindings> | undefined
  const peer = bindings?.incoming?.socket.remoteAddress ?? 'unknown'
  const isLocal = peer === '::1' || /^(::ffff:)?127\./.test(peer)
  const forwarded = isLocal ? c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined
  return (forwarded || peer).slice(0, 100)
}
