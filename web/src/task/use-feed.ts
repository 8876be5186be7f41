import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useRef, useState } from 'react'
import { FEED_PAGE, type FeedPart, feedQuery, fetchFeedPage } from '../api/comments.ts'
import { type FeedWindow, trimmed, windowAround, windowOf, withNewer, withOlder } from './feed-window.ts'

/** Where the reader is to be taken. A new `count` is a new wish, also for the same place. */
export interface Target {
  key: string
  count: number
}

/** The loaded stretch of a task's feed, and ways to move it. */
export function useFeed(taskId: string, show: FeedPart) {
  const client = useQueryClient()
  const options = feedQuery(taskId, show)
  const query = useQuery(options)
  const [busy, setBusy] = useState<'older' | 'newer' | 'jump' | null>(null)
  const running = useRef(false)
  /** The stretch was exchanged for another one: nothing that was measured holds. */
  const [place, setPlace] = useState(0)
  const [target, setTarget] = useState<Target | null>(null)
  const { queryKey } = options
  const window = query.data

  const change = useCallback(
    (next: (window: FeedWindow) => FeedWindow) =>
      client.setQueryData<FeedWindow>(['feed', taskId, show], (known) => known && next(known)),
    [client, taskId, show],
  )
  const work = async (what: 'older' | 'newer' | 'jump', deed: () => Promise<void>) => {
    if (running.current) return
    running.current = true
    setBusy(what)
    try {
      await deed()
    } catch (error) {
      // The reader scrolls on, or asks again: nothing is lost.
      console.warn('Parley could not load more of the feed', error)
    } finally {
      running.current = false
      setBusy(null)
    }
  }
  const aim = (key: string) => setTarget((before) => ({ key, count: (before?.count ?? 0) + 1 }))
  const exchange = (next: FeedWindow) => {
    client.setQueryData<FeedWindow>(queryKey, next)
    setPlace((before) => before + 1)
  }

  return {
    query,
    window,
    busy,
    place,
    target,
    change,
    /** The rows that came in above are drawn: what is too much below can go. */
    trim: (side: 'older' | 'newer') => change((known) => trimmed(known, side)),
    loadOlder: () =>
      work('older', async () => {
        const first = window?.comments[0]
        if (!first || !window?.hasOlder) return
        const page = await fetchFeedPage(taskId, show, { order: 'newest', from: first.id, limit: FEED_PAGE })
        change((known) => (known.comments[0]?.id === first.id ? withOlder(known, page) : known))
      }),
    loadNewer: () =>
      work('newer', async () => {
        const last = window?.comments.at(-1)
        if (!last || !window?.hasNewer) return
        const page = await fetchFeedPage(taskId, show, { order: 'oldest', from: last.id, limit: FEED_PAGE })
        change((known) => (known.comments.at(-1)?.id === last.id ? withNewer(known, page) : known))
      }),
    /** Takes the reader to an entry, loaded or not. @returns false where it is not in this feed */
    async jumpTo(id: string): Promise<boolean> {
      if (window?.comments.some((comment) => comment.id === id)) {
        aim(id)
        return true
      }
      let found = true
      await work('jump', async () => {
        try {
          exchange(await readAround(taskId, show, id))
          aim(id)
        } catch {
          found = false
        }
      })
      return found
    },
    /** Takes the reader to the first entry of a day. */
    jumpToDay: (day: Date) =>
      work('jump', async () => {
        const page = await fetchFeedPage(taskId, show, { order: 'oldest', since: day.toISOString(), limit: 1 })
        const first = page.items[0]
        if (!first) return
        exchange(await readAround(taskId, show, first.id))
        aim(first.id)
      }),
    /** Back to the end. */
    toEnd: () =>
      work('jump', async () => {
        exchange(windowOf(await fetchFeedPage(taskId, show, { order: 'newest', limit: FEED_PAGE })))
      }),
    aim,
  }
}

async function readAround(taskId: string, show: FeedPart, id: string): Promise<FeedWindow> {
  const around = { from: id, limit: FEED_PAGE / 2 }
  const [older, newer] = await Promise.all([
    fetchFeedPage(taskId, show, { order: 'newest', ...around }),
    fetchFeedPage(taskId, show, { order: 'oldest', ...around }),
  ])
  return windowAround(older, newer)
}
