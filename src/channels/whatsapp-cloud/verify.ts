import { createHmac, timingSafeEqual } from 'node:crypto'

const SIGNATURE = /^sha256=([0-9a-f]{64})$/

/**
 * `X-Hub-Signature-256`: HMAC-SHA256 over the raw bytes with the app secret (reference §1.2). Several secrets during a
 * rotation; all are tried in constant time. An empty secret signs nothing: anybody could.
 */
export function verifySignature(body: Uint8Array, headers: Headers, secrets: readonly string[]): boolean {
  const hex = SIGNATURE.exec(headers.get('x-hub-signature-256') ?? '')?.[1]
  if (hex === undefined) return false
  const given = Buffer.from(hex, 'hex')
  let genuine = false
  for (const secret of secrets) {
    if (secret === '') continue
    const expected = createHmac('sha256', secret).update(body).digest()
    genuine = timingSafeEqual(expected, given) || genuine
  }
  return genuine
}
