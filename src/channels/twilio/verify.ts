import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { WebhookRequest } from '../port.ts'

/**
 * `X-Twilio-Signature` (reference §12): HMAC-SHA1 over the address as Twilio knows it, behind it every parameter of the
 * form, sorted by name, name and value together. A body of JSON is proved by its SHA-256 in the address, which is then
 * all that is signed. An empty token signs nothing.
 */
export function verifySignature(request: WebhookRequest, authTokens: readonly string[]): boolean {
  const given = Buffer.from(request.headers.get('x-twilio-signature') ?? '', 'base64')
  if (given.length !== SHA1_BYTES) return false
  const stated = request.url.searchParams.get('bodySHA256')
  if (stated !== null && !isDigestOf(stated, request.body)) return false
  const parameters = stated === null ? signedParameters(request.body) : ''
  let genuine = false
  for (const token of authTokens) {
    if (token === '') continue
    for (const address of spellings(request.url)) {
      const expected = createHmac('sha1', token).update(`${address}${parameters}`).digest()
      genuine = timingSafeEqual(expected, given) || genuine
    }
  }
  return genuine
}

const SHA1_BYTES = 20

function isDigestOf(stated: string, body: Uint8Array): boolean {
  const digest = createHash('sha256').update(body).digest()
  const given = Buffer.from(stated, 'hex')
  return given.length === digest.length && timingSafeEqual(digest, given)
}

function signedParameters(body: Uint8Array): string {
  const form = new URLSearchParams(Buffer.from(body).toString('utf8'))
  // As Twilio's own libraries do it: by UTF-16 units, a repeated value once.
  const names = [...new Set(form.keys())].sort()
  return names
    .map((name) =>
      [...new Set(form.getAll(name))]
        .sort()
        .map((value) => `${name}${value}`)
        .join(''),
    )
    .join('')
}

/** Twilio signs some addresses with their port and some without. */
function spellings(url: URL): string[] {
  const { protocol, hostname, pathname, search } = url
  const port = url.port || (protocol === 'https:' ? '443' : '80')
  return [`${protocol}//${hostname}${pathname}${search}`, `${protocol}//${hostname}:${port}${pathname}${search}`]
}
