import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useRef, useState } from 'react'
import type { FeedPart } from '../../api/comments.ts'
import type { OpenedTask } from '../../api/types.ts'
import { historyQuery, type ImportedMessage } from './history-api.ts'

/** What stands above a task's feed: of no task, and only as far as somebody has read back. */
export interface History {
  /** in reading order */
  messages: readonly ImportedMessage[]
  /** of all that was imported, loaded or not */
  from: Date
  to: Date
  /** its beginning is loaded */
  complete: boolean
}

const SOONEST_MS = 2_000
const LATEST_MS = 60_000

/**
 * The imported history of a task's client. Nothing is asked for before somebody comes to the feed's beginning.
 * @param atStart does the loaded stretch begin with the feed's first entry?
 */
export function useHistory(task: OpenedTask, show: FeedPart, atStart: boolean) {
  const shown = task.hasHistory && (show === 'all' || show === 'messages')
  const [wanted, setWanted] = useState(false)
  const query = useInfiniteQuery({
    ...historyQuery(task.id),
    enabled: shown && wanted,
    // Files come one after the other, and nothing tells of them. What does not come is asked for ever more rarely.
    refetchInterval: ({ state: { data, dataUpdateCount } }) =>
      data?.pages.some(({ items }) => items.some(({ file }) => file?.state === 'pending'))
        ? Math.min(LATEST_MS, SOONEST_MS * 1.5 ** dataUpdateCount)
        : false,
  })
  const pages = query.data?.pages
  const complete = !query.hasNextPage
  const history = useMemo((): History | null => {
    const first = pages?.[0]
    if (!pages || !first?.from || !first.to || !shown || !atStart) return null
    const messages = pages.flatMap(({ items }) => items).toReversed()
    return { messages, from: new Date(first.from), to: new Date(first.to), complete }
  }, [pages, complete, shown, atStart])

  const now = useRef({ query, shown, atStart })
  now.current = { query, shown, atStart }
  /** Somebody is near the beginning of what is loaded. */
  const loadMore = useCallback(() => {
    const { query: asked, shown: may, atStart: there } = now.current
    if (!may || !there) return
    setWanted(true)
    if (asked.data && asked.hasNextPage && !asked.isFetching) void asked.fetchNextPage()
  }, [])
  return { history, loadMore, busy: shown && wanted && (query.isPending || query.isFetchingNextPage) }
}
