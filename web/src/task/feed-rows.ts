import type { Comment } from '../api/types.ts'
import type { PendingComment } from '../composer/outbox.ts'
import { daysBetween } from '../words/formats.ts'
import type { ImportedMessage } from './history/history-api.ts'
import type { History } from './history/use-history.ts'
import { linesOf, type RunLine, type TaskRun } from './runs.ts'
import { toneOf } from './tone.ts'

/** One row of the feed, as it is drawn. */
export type FeedRow =
  | { type: 'day'; key: string; at: Date }
  /** Here the reader left off. */
  | { type: 'unread'; key: string }
  /** `first` of a group shows its author. */
  | { type: 'comment'; key: string; comment: Comment; first: boolean }
  | { type: 'run'; key: string; line: RunLine }
  | { type: 'pending'; key: string; pending: PendingComment }
  /** From before the number was connected: of no task. */
  | { type: 'imported'; key: string; message: ImportedMessage; first: boolean }
  | { type: 'history'; key: string; from: Date; to: Date }
  | { type: 'history-start'; key: string }

export interface FeedParts {
  /** in reading order */
  comments: readonly Comment[]
  hasOlder: boolean
  hasNewer: boolean
  pending: readonly PendingComment[]
  runs: readonly TaskRun[]
  /** before this entry stands where the reader left off */
  unreadFrom: string | null
  /** what stands above the first entry; null: nothing, or it is not loaded */
  history: History | null
}

/** Comments of one author closer than this stand together. */
const GROUP_MS = 5 * 60_000

/**
 * Rows of a feed: above all what was imported, then a heading for each day, comments in groups, what scenarios did in between, and at the end what is not
 * confirmed yet.
 */
export function feedRows(parts: FeedParts): FeedRow[] {
  const { comments, pending, unreadFrom, history } = parts
  const rows: FeedRow[] = history ? historyRows(history) : []
  const lines = linesWithin(parts)
  let day: Date | null = null
  let previous: Comment | null = null

  const enter = (at: Date, id: string) => {
    if (day !== null && daysBetween(day, at) === 0) return
    rows.push({ type: 'day', key: `day ${id}`, at })
    day = at
    previous = null
  }
  const enterLine = (line: RunLine) => {
    enter(new Date(line.at), line.key)
    rows.push({ type: 'run', key: line.key, line })
    previous = null
  }
  let next = 0
  for (const comment of comments) {
    const at = Date.parse(comment.at)
    for (let line = lines[next]; line && line.at < at; line = lines[++next]) enterLine(line)
    enter(new Date(at), comment.id)
    if (comment.id === unreadFrom) {
      rows.push({ type: 'unread', key: 'unread' })
      previous = null
    }
    rows.push({
      type: 'comment',
      key: comment.id,
      comment,
      first: previous === null || !belongTogether(previous, comment),
    })
    previous = comment
  }
  for (const line of lines.slice(next)) enterLine(line)
  return [...rows, ...pending.map((one) => ({ type: 'pending' as const, key: one.key, pending: one }))]
}

/** The newest stands next to the task's first entry, and between them what tells the two apart. */
function historyRows({ messages, from, to, complete }: History): FeedRow[] {
  const rows: FeedRow[] = complete ? [{ type: 'history-start', key: 'history-start' }] : []
  let previous: ImportedMessage | null = null
  for (const message of messages) {
    const at = new Date(message.at)
    const before: Date | null = previous && new Date(previous.at)
    const newDay = before === null || daysBetween(before, at) !== 0
    if (newDay) rows.push({ type: 'day', key: `day ${message.id}`, at })
    const first = newDay || previous?.direction !== message.direction || at.getTime() - before.getTime() >= GROUP_MS
    rows.push({ type: 'imported', key: `imported ${message.id}`, message, first })
    previous = message
  }
  return [...rows, { type: 'history', key: 'history', from, to }]
}

/** The lines of runs that belong to the stretch that is loaded, in their order. */
function linesWithin({ comments, hasOlder, hasNewer, runs }: FeedParts): RunLine[] {
  const times = comments.map(({ at }) => Date.parse(at))
  const from = hasOlder ? Math.min(...times) : Number.NEGATIVE_INFINITY
  const to = hasNewer ? Math.max(...times) : Number.POSITIVE_INFINITY
  return runs
    .flatMap(linesOf)
    .filter(({ at }) => at >= from && at <= to)
    .sort((one, other) => one.at - other.at)
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
