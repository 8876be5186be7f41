import type { QueryClient } from '@tanstack/react-query'
import { addComment, type FeedPages, withNewest } from '../api/comments.ts'
import { changePending, type PendingComment, removePending } from './outbox.ts'

/** Gives a comment to the server. Its key makes every further try the same order, so nothing is written twice. */
export async function deliver(client: QueryClient, pending: PendingComment): Promise<void> {
  changePending(pending.key, { state: 'saving', error: null })
  try {
    const comment = await addComment(pending.taskId, pending.body, pending.key)
    const queryKey = ['feed', pending.taskId]
    client.setQueryData<FeedPages>(queryKey, (feed) => feed && withNewest(feed, comment))
    removePending(pending.key)
    void client.invalidateQueries({ queryKey })
  } catch (error) {
    changePending(pending.key, { state: 'failed', error })
  }
}
