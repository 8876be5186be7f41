/** A bucket of tokens that fills at a steady rate. */
interface Bucket {
  tokens: number
  at: number
}

/** Token buckets by key; the time comes from outside. */
export interface RateLimit {
  /** Takes one token. @returns false when there is none. */
  take(key: string, capacity: number, perSecond: number, at: number): boolean
}

export function createRateLimit(): RateLimit {
  const buckets = new Map<string, Bucket>()
  return {
    take(key, capacity, perSecond, at) {
      const bucket = buckets.get(key) ?? { tokens: capacity, at }
      const passed = Math.max(0, at - bucket.at) / 1000
      const tokens = Math.min(capacity, bucket.tokens + passed * perSecond)
      // Half a millionth forgives what floating point loses over many small refills.
      const allowed = tokens >= 1 - 1e-6
      buckets.set(key, { tokens: allowed ? Math.max(0, tokens - 1) : tokens, at: Math.max(at, bucket.at) })
      return allowed
    },
  }
}
