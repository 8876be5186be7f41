import { useEffect, useRef, useState } from 'react'
import { markUnreadFrom } from '../api/comments.ts'
import type { Comment } from '../api/types.ts'
import type { FeedWindow } from './feed-window.ts'

/**
 * Before which entry the reader left off: when they opened the task, or when they last looked at it.
 * @param fresh has the feed been asked for since the task was opened? What the cache knows of marks is old
 */
export function useUnreadLine(taskId: string, window: FeedWindow | undefined, fresh: boolean) {
  /** undefined: not known yet */
  const [line, setLine] = useState<string | null | undefined>(undefined)
  const visible = useVisible()
  const comments = window?.comments
  const first = window?.firstUnreadId

  useEffect(() => {
    if (fresh && line === undefined && comments) setLine(first ?? null)
  }, [fresh, line, comments, first])

  /** The last entry that was there when they looked away; null: they look. */
  const left = useRef<string | null>(null)
  useEffect(() => {
    if (visible) {
      left.current = null
      return
    }
    if (!comments) return
    const last = comments.at(-1)?.id ?? null
    left.current ??= last
    const from = comments.findIndex(({ id }) => id === left.current)
    const missed = from < 0 ? undefined : comments.slice(from + 1).find(({ author }) => author.kind === 'contact')
    if (missed) {
      setLine(missed.id)
      // What comes after it is behind the same line.
      left.current = ''
    }
  }, [visible, comments])

  return {
    line: line ?? null,
    /** From this entry on it is unread again, until the task is opened anew. */
    async unreadFrom(comment: Comment) {
      await markUnreadFrom(taskId, comment.id)
      setLine(comment.id)
    },
  }
}

/** Does anybody look at this tab? */
function useVisible(): boolean {
  const [visible, setVisible] = useState(() => document.visibilityState === 'visible')
  useEffect(() => {
    const onChange = () => setVisible(document.visibilityState === 'visible')
    document.addEventListener('visibilitychange', onChange)
    return () => document.removeEventListener('visibilitychange', onChange)
  }, [])
  return visible
}
