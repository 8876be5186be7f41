import { createHash, timingSafeEqual } from 'node:crypto'

/**
 * Is a caller's key one of ours? For providers that sign nothing: the key in the webhook address, or in a header of its
 * own, is all that tells them from anybody else (reference §12). Constant time; an empty key opens nothing.
 */
export function isKnownKey(given: string | null, keys: readonly string[]): boolean {
  if (given === null || given === '') return false
  const digest = (text: string) => createHash('sha256').update(text).digest()
  const asked = digest(given)
  let known = false
  for (const key of keys) if (key !== '') known = timingSafeEqual(digest(key), asked) || known
  return known
}
