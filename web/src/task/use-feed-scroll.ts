import { useCallback, useLayoutEffect, useRef, useState } from 'react'
import type { VListHandle } from 'virtua'
import type { FeedRow } from './feed-rows.ts'
import type { Target } from './use-feed.ts'

/** So many pixels from either end the next page is asked for. */
const AHEAD = 600
/** Nearer to the end than this, the feed follows what is new. */
const NEAR_END = 80

interface FeedScrollOptions {
  rows: readonly FeedRow[]
  /** another one: the rows were exchanged, nothing that was measured holds */
  place: string
  target: Target | null
  /** false: the end of the rows is not the end of the feed */
  endIsLoaded: boolean
  onNearStart: () => void
  onNearEnd: () => void
}

/** Keeps the reader's place: at the end while they are there, and where they read when entries come in above. */
export function useFeedScroll({ rows, place, target, endIsLoaded, onNearStart, onNearEnd }: FeedScrollOptions) {
  const list = useRef<VListHandle>(null)
  const following = useRef(true)
  const before = useRef<{ place: string; keys: ReadonlySet<string>; first: string | undefined } | null>(null)
  const reached = useRef(0)
  const [atEnd, setAtEnd] = useState(true)
  /** where the reader is: 0 at the start of the rows, 1 at their end */
  const share = useRef(1)

  // The first row of a stretch may be a day's heading, which changes with every page: entries tell where it begins.
  const first = rows.find(({ type }) => type === 'comment' || type === 'imported')?.key
  const known = before.current?.place === place ? before.current : null
  const shift =
    known?.first !== undefined &&
    first !== undefined &&
    known.first !== first &&
    (known.keys.has(first) || rows.some(({ key }) => key === known.first))

  const askAhead = useCallback(
    (handle: VListHandle) => {
      if (handle.scrollOffset < AHEAD) onNearStart()
      if (!endIsLoaded && handle.scrollOffset + handle.viewportSize > handle.scrollSize - AHEAD) onNearEnd()
    },
    [endIsLoaded, onNearStart, onNearEnd],
  )

  const settle = useCallback(() => {
    const handle = list.current
    if (!handle) return
    const end = handle.scrollOffset + handle.viewportSize >= handle.scrollSize - NEAR_END
    following.current = end && endIsLoaded
    share.current = handle.scrollSize > 0 ? (handle.scrollOffset + handle.viewportSize / 2) / handle.scrollSize : 1
    setAtEnd(following.current)
    askAhead(handle)
  }, [endIsLoaded, askAhead])

  const count = rows.length
  const toEnd = useCallback(() => {
    if (count > 0) list.current?.scrollToIndex(count - 1, { align: 'end' })
  }, [count])

  useLayoutEffect(() => {
    if (before.current?.place !== place) following.current = true
    before.current = { place, first, keys: new Set(rows.map(({ key }) => key)) }
  }, [place, first, rows])

  // A wish to be somewhere goes before following the end.
  useLayoutEffect(() => {
    const index = target && target.count !== reached.current ? rows.findIndex(({ key }) => key === target.key) : -1
    if (index < 0) {
      if (following.current) toEnd()
      return
    }
    reached.current = target?.count ?? 0
    following.current = false
    const line = rows[index]?.type === 'unread'
    list.current?.scrollToIndex(index, line ? { align: 'start', offset: -48 } : { align: 'center' })
    const frame = requestAnimationFrame(settle)
    return () => cancelAnimationFrame(frame)
  }, [rows, target, toEnd, settle])

  // A short feed never scrolls: what is missing above is asked for all the same.
  // biome-ignore lint/correctness/useExhaustiveDependencies: any change of the rows may leave room
  useLayoutEffect(() => {
    const handle = list.current
    if (!handle || handle.scrollSize > handle.viewportSize + AHEAD) return
    // Before it has a height, an entry at its end is as far away as one at its start: that says nothing of the reader.
    if (handle.viewportSize === 0) askAhead(handle)
    else settle()
  }, [rows, settle, askAhead])

  // What somebody has just written is shown, wherever they were.
  const ownKey = rows.findLast(({ type }) => type === 'pending')?.key
  useLayoutEffect(() => {
    if (ownKey !== undefined) toEnd()
  }, [ownKey, toEnd])

  return {
    list,
    shift,
    atEnd,
    toEnd,
    share,
    onScroll: settle,
    onResize: () => {
      if (following.current) toEnd()
    },
  }
}
