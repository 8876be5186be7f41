import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { feedQuery } from '../api/comments.ts'
import { meQuery } from '../api/session.ts'
import { markRead, taskCountsQuery, taskQuery } from '../api/tasks.ts'
import { showChange } from '../live/lists.ts'
import { feedShown } from '../task/feed-shown.ts'
import { useStore } from '../ui/store.ts'
import { forgetSnooze } from './woken.ts'

/** Whoever only passes by on the way to another task has not read it. */
const LINGER_MS = 500
const AGAIN_MS = 5_000

/**
 * Marks the open task read: once its conversation is there, with its newest entry, in a window that somebody looks at.
 * What is marked unread by hand stays so until it is opened again. Another task needs another `key`.
 */
export function useMarkRead(taskId: string): void {
  const client = useQueryClient()
  const me = useQuery(meQuery).data?.id ?? null
  const task = useQuery({ ...taskQuery(taskId), enabled: false }).data
  // Whoever has only messages shown reads them, too.
  const shown = useStore(feedShown)
  const whole = useQuery({ ...feedQuery(taskId), enabled: false })
  const messages = useQuery({ ...feedQuery(taskId, 'messages'), enabled: false })
  const feed = shown === 'messages' && messages.data !== undefined ? messages : whole
  const seen = useIsSeen()
  const [lingered, setLingered] = useState(false)
  /** As much as was unread when a person or a mark of theirs said what is to be. */
  const settled = useRef<string | null>(null)

  useEffect(() => {
    const timer = setTimeout(() => {
      setLingered(true)
      forgetSnooze(taskId)
    }, LINGER_MS)
    return () => clearTimeout(timer)
  }, [taskId])

  const unread = task?.unread ?? 0
  const newest = task?.lastMessageAt ?? null
  const isThere = feed.data !== undefined && !feed.data.hasNewer && !feed.isFetching
  useEffect(() => {
    if (!seen || !lingered || !isThere || unread === 0 || settled.current === newest) return
    settled.current = newest
    const takeBack = showChange(client, taskId, () => ({ unread: 0 }), me)
    let again: ReturnType<typeof setTimeout> | undefined
    markRead(taskId).then(
      () => void client.invalidateQueries({ queryKey: taskCountsQuery.queryKey }),
      () => {
        takeBack?.()
        again = setTimeout(() => {
          settled.current = null
        }, AGAIN_MS)
      },
    )
    return () => clearTimeout(again)
  }, [client, taskId, me, seen, lingered, isThere, unread, newest])
}

function useIsSeen(): boolean {
  const [seen, setSeen] = useState(isSeen)
  useEffect(() => {
    const look = () => setSeen(isSeen())
    for (const name of ['focus', 'blur'] as const) window.addEventListener(name, look)
    document.addEventListener('visibilitychange', look)
    return () => {
      for (const name of ['focus', 'blur'] as const) window.removeEventListener(name, look)
      document.removeEventListener('visibilitychange', look)
    }
  }, [])
  return seen
}

const isSeen = () => document.visibilityState === 'visible' && document.hasFocus()
