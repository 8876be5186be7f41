import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * Standard Webhooks (github.com/standard-webhooks/standard-webhooks, spec): `webhook-signature` holds
 * `v1,<base64 of HMAC-SHA256>` over `id.timestamp.body`, several of them with spaces between while a secret changes.
 */
const PREFIX = 'whsec_'
const SECRET_BYTES = 32

/** A fresh secret: `whsec_` and 32 bytes in base64. */
export const newSigningSecret = (): string => `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`

/** As the specification wants them: 24 to 64 bytes, in base64. */
export function isSigningSecret(secret: string): boolean {
  if (!secret.startsWith(PREFIX)) return false
  const text = secret.slice(PREFIX.length)
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text && bytes.length >= 24 && bytes.length <= 64
}

/** One signature. @param timestamp seconds since 1970 */
export function sign(secret: string, id: string, timestamp: number, body: string | Uint8Array): string {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`
}

/** The headers of a message, signed with each of the secrets. */
export const signedHeaders = (
  secrets: readonly string[],
  message: { id: string; timestamp: number; body: string },
): Record<string, string> => ({
  'webhook-id': message.id,
  'webhook-timestamp': String(message.timestamp),
  'webhook-signature': secrets.map((secret) => sign(secret, message.id, message.timestamp, message.body)).join(' '),
})

/** An old message is a replayed one. */
const TOLERANCE_SECONDS = 5 * 60

/** The message’s id, if one of the secrets signed it just now; else null. @param now seconds since 1970 */
export function verifyStandard(
  secrets: readonly string[],
  headers: Pick<Headers, 'get'>,
  body: Uint8Array,
  now: number,
): string | null {
  const id = headers.get('webhook-id')
  const at = headers.get('webhook-timestamp')
  const signatures = headers.get('webhook-signature')
  if (!id || id.length > 255 || !at || !/^\d{1,12}$/.test(at) || !signatures) return null
  if (Math.abs(now - Number(at)) > TOLERANCE_SECONDS) return null
  const given = signatures.split(' ').slice(0, 10)
  const expected = secrets.map((secret) => sign(secret, id, Number(at), body))
  return given.some((one) => expected.some((other) => isSame(one, other))) ? id : null
}

/**
 * `sha256=<hex>`, hex alone, or base64 of HMAC-SHA256 over the body: what GitHub, Meta, Shopify and many more send.
 * @param given the header
 */
export function verifyHmac(secrets: readonly string[], given: string | null, body: Uint8Array): boolean {
  if (!given || given.length > 200) return false
  const text = given.trim().replace(/^sha256=/i, '')
  const signature = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64')
  return secrets.some((secret) => {
    const expected = createHmac('sha256', secret).update(body).digest()
    return signature.length === expected.length && timingSafeEqual(signature, expected)
  })
}

/** @param given the `Authorization` header */
export function verifyToken(secrets: readonly string[], given: string | null): boolean {
  const token = /^Bearer +([\x21-\x7e]+) *$/i.exec(given ?? '')?.[1]
  return token !== undefined && secrets.some((secret) => isSame(token, secret))
}

/** In a time that says nothing of where they differ. */
const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other))
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
