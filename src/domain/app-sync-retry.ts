import type { ProviderFailure } from './provider-failure.ts'

const MINUTE_MS = 60_000
const LONGEST_MS = 60 * MINUTE_MS

/**
 * When the phone app is asked again after it certainly was not heard: after a minute, 2, 4, … 60, and no earlier than the
 * provider says.
 * @param tries how often it was asked in vain, this time included
 * @returns null where waiting mends nothing: a person has to change something
 */
export function nextAppSync(failure: ProviderFailure, tries: number, now: Date): Date | null {
  if (failure.class !== 'retry' && failure.class !== 'wait') return null
  const pause = Math.min(LONGEST_MS, MINUTE_MS * 2 ** Math.min(tries - 1, 10))
  return new Date(now.getTime() + Math.max(pause, (failure.retryAfterSeconds ?? 0) * 1000))
}
