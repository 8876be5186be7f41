const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Between the attempts at one webhook, as Standard Webhooks proposes (spec, “Deliverability and reliability”). */
const WAITS = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR]

/** So much later at most, so that what failed together does not come together again. */
const JITTER = 0.1

/** A subscriber that answers nothing but failures for so long is not called any more. */
export const GIVEN_UP_AFTER_MS = 5 * 24 * HOUR

/**
 * How long to wait after a failed attempt, in milliseconds; null: it was the last one.
 * @param attempts how many have failed, from 1
 * @param random from 0 to 1
 */
export function waitAfter(attempts: number, random: number): number | null {
  const wait = WAITS[attempts - 1]
  return wait === undefined ? null : Math.round(wait * (1 + JITTER * random))
}
