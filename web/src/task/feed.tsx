import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { ArrowDown } from 'lucide-react'
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { VList, type VListHandle } from 'virtua'
import { feedQuery, inReadingOrder } from '../api/comments.ts'
import { usersQuery } from '../api/people.ts'
import type { Comment } from '../api/types.ts'
import { outbox, type PendingComment } from '../composer/outbox.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Empty } from '../ui/notice.tsx'
import { useStore } from '../ui/store.ts'
import { useNow } from '../ui/use-now.ts'
import { useLanguage } from '../words/language.tsx'
import { useErrorText } from '../words/use-error-text.ts'
import { CommentView } from './comment-view.tsx'
import { type FeedRow, feedRows } from './feed-rows.ts'
import { NewMessageAnnouncer } from './new-message-announcer.tsx'
import { PendingView } from './pending-view.tsx'

/** So many pixels from its start the older page is asked for. */
const AHEAD = 500
/** Nearer to the end than this, the feed follows what is new. */
const NEAR_END = 80
const MINUTE = 60_000

interface FeedProps {
  taskId: string
  onReply: (comment: Comment) => void
  onEdit: (pending: PendingComment) => void
}

/** The conversation of a task, the newest at the end; older pages are fetched on the way up. */
export function Feed({ taskId, onReply, onEdit }: FeedProps) {
  const { words, formats } = useLanguage()
  const errorText = useErrorText()
  const now = useNow(MINUTE)
  const query = useInfiniteQuery(feedQuery(taskId))
  const users = useQuery(usersQuery).data
  const pending = useStore(outbox)
  const comments = useMemo(() => (query.data ? inReadingOrder(query.data) : []), [query.data])
  const rows = useMemo(
    () =>
      feedRows(
        comments,
        pending.filter((one) => one.taskId === taskId),
      ),
    [comments, pending, taskId],
  )
  const byId = useMemo(() => new Map(comments.map((comment) => [comment.id, comment])), [comments])
  const { list, shift, atEnd, onScroll, onResize, toEnd, show } = useFeedScroll(rows, comments[0]?.id, () => {
    if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage()
  })

  if (query.error && !query.data) {
    return (
      <Empty title={errorText(query.error)}>
        <Button onClick={() => void query.refetch()}>{words.app.tryAgain}</Button>
      </Empty>
    )
  }
  const quotedBy = (comment: Comment) => (comment.replyTo === null ? undefined : (byId.get(comment.replyTo) ?? null))
  return (
    <section aria-label={words.task.feed} className="relative h-full">
      <VList
        ref={list}
        data={rows}
        shift={shift}
        onScroll={onScroll}
        onResize={onResize}
        tabIndex={0}
        className="h-full py-2 outline-offset-[-2px]"
      >
        {(row) => {
          if (row.type === 'day') {
            return (
              <h3 key={row.key} className="flex items-center gap-3 px-5 pt-4 pb-1 text-xs font-medium text-soft">
                <span aria-hidden="true" className="h-px flex-1 bg-line" />
                {formats.day(row.at, now)}
                <span aria-hidden="true" className="h-px flex-1 bg-line" />
              </h3>
            )
          }
          if (row.type === 'pending') return <PendingView key={row.key} pending={row.pending} onEdit={onEdit} />
          return (
            <CommentView
              key={row.key}
              comment={row.comment}
              first={row.first}
              quoted={quotedBy(row.comment)}
              colleagues={users ?? NOBODY}
              onReply={onReply}
              onShow={show}
            />
          )
        }}
      </VList>
      {query.isFetchingNextPage && (
        <p role="status" className="absolute inset-x-0 top-1 text-center text-xs text-soft">
          {words.task.older}
        </p>
      )}
      {!atEnd && (
        <IconButton
          label={words.task.toNewest}
          onClick={toEnd}
          className="absolute right-4 bottom-3 border border-line bg-raised shadow-md"
        >
          <ArrowDown size={17} aria-hidden="true" />
        </IconButton>
      )}
      <NewMessageAnnouncer comments={comments} />
    </section>
  )
}

const NOBODY: never[] = []

/** Keeps the reader's place: at the end while they are there, and where they read when older entries come in above. */
function useFeedScroll(rows: FeedRow[], firstId: string | undefined, onNearStart: () => void) {
  const list = useRef<VListHandle>(null)
  const following = useRef(true)
  const firstBefore = useRef<string | undefined>(undefined)
  const [atEnd, setAtEnd] = useState(true)
  const shift =
    firstBefore.current !== undefined &&
    firstId !== firstBefore.current &&
    rows.some(({ key }) => key === firstBefore.current)

  const count = rows.length
  const toEnd = useCallback(() => {
    if (count > 0) list.current?.scrollToIndex(count - 1, { align: 'end' })
  }, [count])
  const ownKey = rows.findLast(({ type }) => type === 'pending')?.key

  useLayoutEffect(() => {
    firstBefore.current = firstId
  }, [firstId])
  // biome-ignore lint/correctness/useExhaustiveDependencies: any change of the rows may have moved their end
  useLayoutEffect(() => {
    if (following.current) toEnd()
  }, [rows, toEnd])
  // What somebody has just written is shown, wherever they were.
  useLayoutEffect(() => {
    if (ownKey !== undefined) toEnd()
  }, [ownKey, toEnd])

  return {
    list,
    shift,
    atEnd,
    toEnd,
    onScroll: (offset: number) => {
      const handle = list.current
      if (!handle) return
      following.current = offset + handle.viewportSize >= handle.scrollSize - NEAR_END
      setAtEnd(following.current)
      if (offset < AHEAD) onNearStart()
    },
    onResize: () => {
      if (following.current) toEnd()
    },
    show: useCallback(
      (id: string) => {
        const index = rows.findIndex(({ key }) => key === id)
        if (index >= 0) list.current?.scrollToIndex(index, { align: 'center' })
      },
      [rows],
    ),
  }
}
