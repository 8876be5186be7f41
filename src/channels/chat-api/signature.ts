import { createHmac, timingSafeEqual } from 'node:crypto'
import { isKnownKey } from '../shared-key.ts'

/** An old message is a replayed one. */
const TOLERANCE_SECONDS = 5 * 60

/**
 * Standard Webhooks: `webhook-signature` holds `v1,<base64 of HMAC-SHA256>` over `id.timestamp.body`. The key is the
 * secret's own bytes; of a secret that begins with `whsec_`, what stands behind that in base64.
 * @param timestamp seconds since 1970
 */
export function signatureOf(secret: string, id: string, timestamp: string, body: Uint8Array): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret)
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`
}

/** The headers of one call to the bridge. @param now milliseconds since 1970 */
export function signedHeaders(secret: string, id: string, body: Uint8Array, now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000))
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatureOf(secret, id, timestamp, body),
  }
}

/** Was the body signed with one of the secrets, and just now? @param now milliseconds since 1970 */
export function isSigned(secrets: readonly string[], headers: Headers, body: Uint8Array, now: number): boolean {
  const id = headers.get('webhook-id')
  const timestamp = headers.get('webhook-timestamp')
  const signatures = headers.get('webhook-signature')
  if (!id || id.length > 255 || !timestamp || !/^\d{1,12}$/.test(timestamp) || !signatures) return false
  if (Math.abs(now / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return false
  const given = signatures.split(' ').slice(0, 10)
  let genuine = false
  for (const secret of secrets) {
    if (secret === '') continue
    const expected = signatureOf(secret, id, timestamp, body)
    for (const one of given) genuine = isSame(one, expected) || genuine
  }
  return genuine
}

/** `Authorization: Bearer <secret>`, for bridges that do not sign. */
export function isBearer(secrets: readonly string[], headers: Headers): boolean {
  const [, token = null] = /^Bearer\s+(\S+)$/i.exec(headers.get('authorization') ?? '') ?? []
  return isKnownKey(token, secrets)
}

const isSame = (one: string, other: string): boolean => {
  const a = Buffer.from(one)
  const b = Buffer.from(other)
  return a.length === b.length && timingSafeEqual(a, b)
}
