import type { QueryClient } from '@tanstack/react-query'
import { addComment, FEED_PARTS } from '../api/comments.ts'
import { ApiFailure } from '../api/request.ts'
import type { Comment } from '../api/types.ts'
import { type FeedWindow, withNewest } from '../task/feed-window.ts'
import { changePending, type PendingComment, removePending } from './outbox.ts'

/** A server that restarts is back within this; longer, a person decides: what was meant may no longer be true. */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 15_000]

/**
 * Gives a comment to the server. Its key makes every further try the same order, so nothing is written twice.
 * @returns the comment; null where it was not confirmed: then it stays in the outbox, with the reason
 */
export async function deliver(client: QueryClient, pending: PendingComment): Promise<Comment | null> {
  changePending(pending.key, { state: 'saving', error: null })
  for (const pause of [...PAUSES_MS, null]) {
    try {
      const comment = await addComment(pending.taskId, pending.body, pending.key)
      const parts = comment.notified.some(({ kind }) => kind === 'contact') ? ['all', 'messages'] : ['all', 'internal']
      for (const show of FEED_PARTS.filter((part) => parts.includes(part))) {
        client.setQueryData<FeedWindow>(['feed', pending.taskId, show], (feed) => feed && withNewest(feed, comment))
      }
      removePending(pending.key)
      void client.invalidateQueries({ queryKey: ['feed', pending.taskId] })
      return comment
    } catch (error) {
      // Without a network there is nothing to wait for.
      const again = error instanceof ApiFailure && error.passing && navigator.onLine && pause !== null
      if (!again) {
        changePending(pending.key, { state: 'failed', error })
        return null
      }
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
  return null
}
