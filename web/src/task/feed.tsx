import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { VList } from 'virtua'
import type { FeedPart } from '../api/comments.ts'
import { usersQuery } from '../api/people.ts'
import { meQuery } from '../api/session.ts'
import type { Comment, OpenedTask } from '../api/types.ts'
import { outbox, type PendingComment } from '../composer/outbox.ts'
import { useLiveEvents } from '../live/live-listeners.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/notice.tsx'
import { useStore } from '../ui/store.ts'
import { showToast } from '../ui/toast.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import type { EntryMenuFor } from './entry-menu.tsx'
import { FeedOverlay } from './feed-overlay.tsx'
import { FeedRowView } from './feed-row-view.tsx'
import { feedRows } from './feed-rows.ts'
import { MOST_KEPT } from './feed-window.ts'
import { FilterNotice } from './filter-notice.tsx'
import { asComment } from './history/history-api.ts'
import { useHistory } from './history/use-history.ts'
import { NewMessageAnnouncer } from './new-message-announcer.tsx'
import { picturesOf, shownPicture } from './pictures.ts'
import { taskRunsQuery } from './runs.ts'
import { useFeed } from './use-feed.ts'
import { useFeedScroll } from './use-feed-scroll.ts'
import { useUnreadLine } from './use-unread-line.ts'
import { useWanted } from './wanted-entry.ts'
import { taskWords } from './words.ts'

const Lightbox = lazy(() => import('./lightbox.tsx').then((module) => ({ default: module.Lightbox })))
const EntryMenu = lazy(() => import('./entry-menu.tsx').then((module) => ({ default: module.EntryMenu })))

interface FeedProps {
  task: OpenedTask
  show: FeedPart
  onShow: (show: FeedPart) => void
  /** For this once: something that is hidden is to be seen. */
  onShowAll: () => void
  /** An entry that the address names. */
  entry: string | null
  onReply: (comment: Comment) => void
  /** Something written comes back into the composer. */
  onEdit: (pending: PendingComment) => void
  onUndone: (comment: Comment) => void
}

/** The conversation of a task, the newest at the end; it is fetched in both directions as somebody reads. */
export function Feed({ task, show, onShow, onShowAll, entry, onReply, onEdit, onUndone }: FeedProps) {
  const taskId = task.id
  const words = useWords()
  const room = useRoomWords(taskWords)
  const errorText = useErrorText()
  const feed = useFeed(taskId, show)
  const { query, window } = feed
  const users = useQuery(usersQuery).data
  const me = useQuery(meQuery).data?.id ?? null
  const runs = useRuns(taskId, show !== 'all' && show !== 'events' ? null : (window?.comments[0]?.at ?? null))
  const pending = useStore(outbox)
  const picture = useStore(shownPicture)
  const [menu, setMenu] = useState<EntryMenuFor | null>(null)

  const comments = window?.comments ?? NOTHING
  const { history, loadMore: loadHistory, busy: historyComes } = useHistory(task, show, window?.hasOlder === false)
  const marks = useUnreadLine(taskId, window, query.isFetchedAfterMount)
  const rows = useMemo(
    () =>
      feedRows({
        comments,
        hasOlder: window?.hasOlder ?? false,
        hasNewer: window?.hasNewer ?? false,
        pending: pending.filter((one) => one.taskId === taskId),
        runs,
        unreadFrom: marks.line,
        history,
      }),
    [comments, window?.hasOlder, window?.hasNewer, pending, taskId, runs, marks.line, history],
  )
  const byId = useMemo(() => new Map(comments.map((comment) => [comment.id, comment])), [comments])

  const now = useRef({ show, byId })
  now.current = { show, byId }
  const feedNow = useRef(feed)
  feedNow.current = feed
  const loadOlder = useCallback(() => {
    void feedNow.current.loadOlder()
    loadHistory()
  }, [loadHistory])
  const loadNewer = useCallback(() => void feedNow.current.loadNewer(), [])
  const scroll = useFeedScroll({
    rows,
    place: `${show} ${feed.place}`,
    target: feed.target,
    endIsLoaded: !window?.hasNewer,
    onNearStart: loadOlder,
    onNearEnd: loadNewer,
  })
  // In a step of its own: what comes in and what goes are at different ends.
  useEffect(() => {
    if (comments.length > MOST_KEPT) feedNow.current.trim(scroll.share.current > 0.5 ? 'older' : 'newer')
  }, [comments.length, scroll.share])

  const jumpTo = useCallback(
    async (id: string) => {
      // What is hidden now is shown first.
      if (now.current.show !== 'all' && !now.current.byId.has(id)) {
        setLater(id)
        return onShowAll()
      }
      if (!(await feedNow.current.jumpTo(id))) showToast(room.shown.noEntry)
    },
    [room, onShowAll],
  )
  const [later, setLater] = useState<string | null>(null)
  useEffect(() => {
    if (later === null || show !== 'all' || !window) return
    setLater(null)
    void jumpTo(later)
  }, [later, show, window, jumpTo])
  const jumped = useRef<string | null>(null)
  useEffect(() => {
    if (entry === null || entry === jumped.current || !window) return
    jumped.current = entry
    void jumpTo(entry)
  }, [entry, window, jumpTo])
  useWanted(taskId, {
    entry: (id) => void jumpTo(id),
    day: (day) => void feedNow.current.jumpToDay(day),
  })
  // Opened at what was not read yet, where that is loaded.
  const opened = useRef(false)
  useEffect(() => {
    if (opened.current || marks.line === null || entry !== null || !byId.has(marks.line)) return
    opened.current = true
    feedNow.current.aim('unread')
  }, [marks.line, entry, byId])

  const onMenu = useCallback((comment: Comment, anchor: HTMLElement) => setMenu({ comment, anchor }), [])
  const lit = useLit(feed.target)

  if (query.error && !window) {
    return (
      <Empty title={errorText(query.error)}>
        <Button onClick={() => void query.refetch()}>{words.app.tryAgain}</Button>
      </Empty>
    )
  }
  const quotedBy = (comment: Comment) => (comment.replyTo === null ? undefined : (byId.get(comment.replyTo) ?? null))
  return (
    <section aria-label={words.task.feed} className="relative flex h-full flex-col">
      <FilterNotice show={show} onShow={onShow} />
      <div className="relative min-h-0 flex-1">
        {window && rows.length === 0 && show !== 'all' && <Empty title={room.shown.nothing} />}
        <VList
          key={`${show} ${feed.place}`}
          ref={scroll.list}
          data={rows}
          shift={scroll.shift}
          onScroll={scroll.onScroll}
          onResize={scroll.onResize}
          tabIndex={0}
          className="press-while-scrolling h-full py-2 outline-offset-[-2px]"
        >
          {(row) => (
            <FeedRowView
              key={row.key}
              row={row}
              quoted={row.type === 'comment' ? quotedBy(row.comment) : undefined}
              colleagues={users ?? NOBODY}
              lit={row.key === lit}
              taskId={taskId}
              client={task.requester.name}
              onReply={onReply}
              onShow={jumpTo}
              onMenu={onMenu}
              onEdit={onEdit}
              onUndone={onUndone}
            />
          )}
        </VList>
        <FeedOverlay
          comments={comments}
          busy={feed.busy ?? (historyComes ? 'older' : null)}
          atEnd={scroll.atEnd}
          detached={window?.hasNewer ?? false}
          unread={task.unread}
          unreadBefore={marks.line !== null && !byId.has(marks.line) ? marks.line : null}
          onJump={jumpTo}
          onEnd={() => (window?.hasNewer ? void feed.toEnd() : scroll.toEnd())}
        />
        <NewMessageAnnouncer comments={comments} atEnd={!window?.hasNewer} />
      </div>
      {picture !== null && (
        <Suspense fallback={null}>
          <Lightbox
            pictures={picturesOf([
              ...(history?.messages ?? []).map((message) => asComment(message, taskId, task.requester.name)),
              ...comments,
            ])}
            shown={picture}
          />
        </Suspense>
      )}
      {menu && (
        <Suspense fallback={null}>
          <EntryMenu {...menu} onReply={onReply} onUnread={marks.unreadFrom} me={me} onClose={() => setMenu(null)} />
        </Suspense>
      )}
    </section>
  )
}

const NOBODY: never[] = []
const NOTHING: Comment[] = []

/** Runs that belong to what is loaded; older ones are fetched with older entries. @param from null: none are wanted */
function useRuns(taskId: string, from: string | null) {
  const query = useInfiniteQuery({ ...taskRunsQuery(taskId), enabled: from !== null })
  useLiveEvents(({ name, taskId: of }) => {
    if (name === 'run' && of === taskId) void query.refetch()
  })
  const runs = useMemo(
    () => (from === null ? NOBODY : (query.data?.pages.flatMap(({ items }) => items) ?? NOBODY)),
    [query.data, from],
  )
  const oldest = runs.at(-1)?.startedAt
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query
  useEffect(() => {
    if (from !== null && oldest !== undefined && oldest > from && hasNextPage && !isFetchingNextPage)
      void fetchNextPage()
  }, [from, oldest, hasNextPage, isFetchingNextPage, fetchNextPage])
  return runs
}

const LIT_MS = 2_500

/** The entry that the reader was just taken to stands out for a moment, and has the focus. */
function useLit(target: { key: string; count: number } | null): string | null {
  const [lit, setLit] = useState<string | null>(null)
  useEffect(() => {
    if (!target || target.key === 'unread') return
    setLit(target.key)
    // It is drawn some frames after the feed began to scroll there.
    let frames = 60
    let frame = 0
    const focus = () => {
      const element = document.getElementById(`entry-${target.key}`)
      if (element) element.focus({ preventScroll: true })
      else if (frames-- > 0) frame = requestAnimationFrame(focus)
    }
    frame = requestAnimationFrame(focus)
    const timer = setTimeout(() => setLit(null), LIT_MS)
    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(timer)
    }
  }, [target])
  return lit
}
