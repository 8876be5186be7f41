import { createHash, timingSafeEqual } from 'node:crypto'
import type { HandshakeAnswer } from '../port.ts'

/**
 * Meta's check of the webhook address (reference §1.1): the challenge comes back as it is if the token is ours.
 * Stateless, for it may come again at any time. Null: the request has nothing of such a check.
 */
export function answerHandshake(query: URLSearchParams, verifyToken: string): HandshakeAnswer | null {
  const mode = query.get('hub.mode')
  const token = query.get('hub.verify_token')
  const challenge = query.get('hub.challenge')
  if (mode === null && token === null && challenge === null) return null
  const genuine = mode === 'subscribe' && token !== null && verifyToken !== '' && sameText(token, verifyToken)
  return genuine && challenge !== null ? { ok: true, body: challenge } : { ok: false }
}

/** Constant time for texts of any length: their digests have the same length. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
