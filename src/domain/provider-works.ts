import type { ProviderFailure } from './provider-failure.ts'

type Outcome =
  | { outcome: 'accepted' | 'unknown' }
  | { outcome: 'rejected'; failure: Pick<ProviderFailure, 'class' | 'code' | 'limit'> }

/** A call that was not begun says nothing: this worker had no time for it. */
const NOT_CALLED = 'not_started'

/**
 * What the end of a call says about the provider: does it work? A refusal shows that it does, and so does a limit; what
 * will be different in a moment without anybody's doing (no connection, 5xx), or has no end that anybody knows of (a
 * timeout), that it does not.
 * @returns null: nothing
 */
export function providerWorks(call: Outcome): boolean | null {
  if (call.outcome !== 'rejected') return call.outcome === 'accepted'
  const { class: kind, code, limit } = call.failure
  if (code === NOT_CALLED) return null
  return kind !== 'retry' || limit !== null
}
