/** More webhooks than these wait for their commit, and what was stored already makes room for them. */
const MANY = 16
/** As many, and it goes on with the fewest. */
const VERY_MANY = 64

/**
 * Conversations that may be at work at once. Storing webhooks comes before working them off: a provider that is not
 * answered in time sends everything again, and a message that is stored can wait. They go on all the same: conversations
 * that had to wait do more in one step. It is their number that counts, not their time: a slow disk alone is no reason
 * to work less.
 * @param unstored webhooks that wait for their commit
 * @param most while few do
 * @param fewest however many do
 */
export function placesAtWork(unstored: number, most: number, fewest: number): number {
  const share = (VERY_MANY - unstored) / (VERY_MANY - MANY)
  return Math.round(fewest + (most - fewest) * Math.min(1, Math.max(0, share)))
}
