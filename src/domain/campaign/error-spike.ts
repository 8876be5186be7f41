/** So many of the newest sends are looked at. */
export const SPIKE_SAMPLE = 50
/** Fewer say nothing: a list often begins with a few bad numbers. */
const SPIKE_MINIMUM = 20

/**
 * Do so many sends fail that the campaign had better wait for a person? Half or more of the newest 50, of which at
 * least 20 must be there.
 * @param recent finished sends, newest first; those beyond the sample are not looked at
 */
export function isErrorSpike(recent: readonly { failed: boolean }[]): boolean {
  const sample = recent.slice(0, SPIKE_SAMPLE)
  const failed = sample.filter((send) => send.failed).length
  return sample.length >= SPIKE_MINIMUM && failed * 2 >= sample.length
}
