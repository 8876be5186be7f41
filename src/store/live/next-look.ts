import type { LiveRead } from './read-live.ts'

/** An update waits for an older transaction, which ends in a moment as a rule. */
const SOON_MS = 15

/**
 * How soon to look for live updates again while some wait for an older transaction: ever more slowly where it keeps them
 * waiting, anew where it let something through. On a busy day something waits at every look, each for another transaction.
 * @param before what this answered last; null: nothing waited then, or a hint has come since
 * @returns milliseconds, no more than `mostMs`; null: nothing waits
 */
export function nextLookMs(
  before: number | null,
  read: Pick<LiveRead, 'rows' | 'waiting'>,
  mostMs: number,
): number | null {
  if (!read.waiting) return null
  return before === null || read.rows.length > 0 ? SOON_MS : Math.min(mostMs, before * 2)
}
