import { isIPv6 } from 'node:net'
import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'

/**
 * The address that a request came from, for the limits on sign-ins and requests. A proxy on the same machine is believed what it says
 * of its client; nobody else's `X-Forwarded-For` is.
 */
export function clientAddress(c: Context): string {
  const bindings = c.env as Partial<HttpBindings> | undefined
  const peer = bindings?.incoming?.socket.remoteAddress ?? 'unknown'
  const isLocal = peer === '::1' || /^(::ffff:)?127\./.test(peer)
  const forwarded = isLocal ? c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined
  return (forwarded || peer).slice(0, 100)
}

/**
 * What an address is counted under: an IPv4 address itself; of an IPv6 address the first half, which is what one
 * household or machine is given, and every address of it is at its command.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped) return mapped
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::')
  const front = head === '' ? [] : head.split(':')
  // Where `::` stands there are zeros; what comes behind it reaches into the first half only where it is long.
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0')
  const half = [...front, ...(tail === undefined ? [] : zeros), ...back].slice(0, 4)
  return `${half.map((part) => part.replace(/^0+(?=.)/, '')).join(':')}::/64`
}
