/** A channel's option `bulk` (contract.md, `POST /api/channels`); what is absent has its default. */
export interface BulkOptions {
  /** this many of one type are ordinary messages; one more makes a mailing */
  threshold?: number | undefined
  windowSeconds?: number | undefined
  /** absent: one calendar month */
  holdDays?: number | undefined
  by?: 'content' | 'kind' | undefined
}

/** The rule of one channel. */
export interface BulkRule {
  threshold: number
  /** milliseconds between the first and the last message of a group, inclusive */
  windowMs: number
  by: 'content' | 'kind'
  /** when the hold of a message sent then is over; a reply at that moment comes too late */
  holdUntil(sentAt: Date): Date
}

const DAY_MS = 86_400_000

/** Defaults: more than 3 within 5 minutes, by content, held for one calendar month (M17–M19). */
export function bulkRule(options: BulkOptions): BulkRule {
  const { threshold = 3, windowSeconds = 300, holdDays, by = 'content' } = options
  return {
    threshold,
    windowMs: windowSeconds * 1000,
    by,
    holdUntil: (sentAt) =>
      holdDays === undefined ? oneMonthAfter(sentAt) : new Date(sentAt.getTime() + holdDays * DAY_MS),
  }
}

/** The same day and time of the next month, in UTC; the month's last day where it is shorter: 31 January, 28 February. */
export function oneMonthAfter(at: Date): Date {
  const lastDay = new Date(at)
  lastDay.setUTCMonth(at.getUTCMonth() + 2, 0)
  const after = new Date(lastDay)
  after.setUTCDate(Math.min(at.getUTCDate(), lastDay.getUTCDate()))
  return after
}
