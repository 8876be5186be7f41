import type { ProviderFailure } from './provider-failure.ts'

/** What becomes of a rejected attempt (design.md, Sends: Errors; reference §9). */
export type AfterRejection =
  | { next: 'again'; afterMs: number }
  /** it waits until its channel can send again: nothing is wrong with the message */
  | { next: 'park' }
  | { next: 'fail' }

export type Rejection = Pick<ProviderFailure, 'class' | 'retryAfterSeconds' | 'limit'>

/** Tries of one order to send, the first included; a person's retry is a new order. */
const RETRIES = 6
const WAITS = 8
const LONGEST_MS = 15 * 60_000

/** Calls that may each have reached the client, where its author would rather have the message arrive twice. */
const BLIND_TRIES = 3
/** Time for a status to say that the message left after all: then it is not sent again. */
const BLIND_WAITS_MS = [5_000, 15_000]

/**
 * What becomes of a message of which nobody can say whether it left.
 * @param unknown calls of unknown outcome since it was queued, this one included
 */
export function afterUnknown(
  atLeastOnce: boolean,
  unknown: number,
): { next: 'again'; afterMs: number } | { next: 'unknown' } {
  if (!atLeastOnce || unknown >= BLIND_TRIES) return { next: 'unknown' }
  return { next: 'again', afterMs: BLIND_WAITS_MS[unknown - 1] ?? BLIND_WAITS_MS[0] ?? 0 }
}

/** For so long a call that only finds out whether the provider works again costs its message nothing. */
const TRIALS_ARE_FREE_SECONDS = 3_600
const AFTER_TRIAL_MS = 1_000

/**
 * What becomes of a message whose turn it was to find out whether the provider works again (src/domain/circuit.ts): where
 * it does not, that is the provider's trouble and not the message's, which goes on waiting with the others. Not for ever:
 * a message that is itself what the provider stumbles over shall not hold up its conversation for longer than an hour.
 * @param waitedSeconds since it was queued
 */
export function afterTrial(
  rejection: Rejection,
  { tries, waitedSeconds }: { tries: number; waitedSeconds: number },
  jitter: number,
): AfterRejection {
  const verdict = afterRejection(rejection, tries, jitter)
  const isProviders = rejection.class === 'retry' && waitedSeconds < TRIALS_ARE_FREE_SECONDS
  return isProviders && verdict.next === 'fail' ? { next: 'again', afterMs: AFTER_TRIAL_MS } : verdict
}

/**
 * @param tries attempts made since the message was queued, this one included
 * @param jitter 0..1, so that many conversations do not come back in the same moment
 */
export function afterRejection(rejection: Rejection, tries: number, jitter: number): AfterRejection {
  const spread = (ms: number) => Math.round(Math.min(ms, LONGEST_MS) * (1 + jitter * 0.25))
  const hint = rejection.retryAfterSeconds === null ? 0 : rejection.retryAfterSeconds * 1000
  switch (rejection.class) {
    case 'retry':
      if (tries >= RETRIES) return { next: 'fail' }
      return { next: 'again', afterMs: spread(Math.max(hint, 1000 * 2 ** (tries - 1))) }
    case 'wait':
      if (tries >= WAITS) return { next: 'fail' }
      // The pair limit asks for 4^n seconds (reference §8); a channel's own limit clears within seconds.
      return { next: 'again', afterMs: spread(Math.max(hint, 1000 * (rejection.limit === 'channel' ? 2 : 4) ** tries)) }
    case 'channel_down':
      return { next: 'park' }
    case 'fix':
    case 'final':
      return { next: 'fail' }
  }
}
