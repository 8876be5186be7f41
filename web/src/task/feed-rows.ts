import type { Comment } from '../api/types.ts'
import type { PendingComment } from '../composer/outbox.ts'
import { daysBetween } from '../words/formats.ts'
import { toneOf } from './tone.ts'

/** One row of the feed, as it is drawn. */
export type FeedRow =
  | { type: 'day'; key: string; at: Date }
  /** `first` of a group shows its author. */
  | { type: 'comment'; key: string; comment: Comment; first: boolean }
  | { type: 'pending'; key: string; pending: PendingComment }

/** Comments of one author closer than this stand together. */
const GROUP_MS = 5 * 60_000

/**
 * Rows of a feed: a heading for each day, comments in groups, and at the end what is not confirmed yet.
 * @param comments in reading order
 */
export function feedRows(comments: readonly Comment[], pending: readonly PendingComment[]): FeedRow[] {
  const rows: FeedRow[] = []
  let previous: Comment | null = null
  for (const comment of comments) {
    const at = new Date(comment.at)
    const newDay = previous === null || daysBetween(new Date(previous.at), at) !== 0
    if (newDay) rows.push({ type: 'day', key: `day ${comment.id}`, at })
    const first = newDay || previous === null || !belongTogether(previous, comment)
    rows.push({ type: 'comment', key: comment.id, comment, first })
    previous = comment
  }
  return [...rows, ...pending.map((one) => ({ type: 'pending' as const, key: one.key, pending: one }))]
}

function belongTogether(one: Comment, next: Comment): boolean {
  const tone = toneOf(next)
  return (
    tone !== 'system' &&
    tone === toneOf(one) &&
    one.author.id === next.author.id &&
    one.author.name === next.author.name &&
    Math.abs(Date.parse(next.at) - Date.parse(one.at)) < GROUP_MS
  )
}
