import { queryOptions } from '@tanstack/react-query'
import { type FeedWindow, readAgain, refreshed, windowOf } from '../task/feed-window.ts'
import { request } from './request.ts'
import type { Comment, Delivery, NewComment, Page } from './types.ts'

/** What of a feed is shown. */
export const FEED_PARTS = ['all', 'messages', 'internal', 'events'] as const
export type FeedPart = (typeof FEED_PARTS)[number]

export interface FeedPage extends Page<Comment> {
  /** the client's first message that I have not read, on whatever page; absent: this server keeps no marks */
  firstUnreadId?: string | null
}

export interface FeedQuestion {
  order: 'oldest' | 'newest'
  limit: number
  cursor?: string
  /** the entry that the page begins with */
  from?: string
  /** or the first entry since this moment */
  since?: string
}

export const fetchFeedPage = (
  taskId: string,
  show: FeedPart,
  question: FeedQuestion,
  signal?: AbortSignal,
): Promise<FeedPage> =>
  request<FeedPage>('GET', `/api/tasks/${encodeURIComponent(taskId)}/comments`, {
    query: { ...question, ...(show === 'all' ? {} : { show }) },
    ...(signal ? { signal } : {}),
  })

/**
 * The part of a task's feed that is loaded: its end at first, and wherever somebody reads. Asked for anew, it is the same
 * stretch, with what has come since.
 */
export const feedQuery = (taskId: string, show: FeedPart = 'all') =>
  queryOptions({
    queryKey: ['feed', taskId, show] as const,
    queryFn: async ({ client, queryKey, signal }): Promise<FeedWindow> => {
      const ask = (question: FeedQuestion) => fetchFeedPage(taskId, show, question, signal)
      const before = client.getQueryData<FeedWindow>(queryKey)
      const fresh = before ? await readAgain(before, ask) : windowOf(await ask({ order: 'newest', limit: FEED_PAGE }))
      return refreshed(before, client.getQueryData<FeedWindow>(queryKey), fresh)
    },
  })

export const FEED_PAGE = 50

/** What a message said before it was edited, the oldest first. */
export const revisionsQuery = (commentId: string) =>
  queryOptions({
    queryKey: ['revisions', commentId] as const,
    queryFn: ({ signal }) =>
      request<Page<{ text: string | null; replacedAt: string }>>(
        'GET',
        `/api/comments/${encodeURIComponent(commentId)}/revisions`,
        { signal },
      ),
    select: (page) => page.items,
  })

export const addComment = (taskId: string, body: NewComment, idempotencyKey: string): Promise<Comment> =>
  request<Comment>('POST', `/api/tasks/${encodeURIComponent(taskId)}/comments`, { body, idempotencyKey })

export const retryDelivery = (id: string, idempotencyKey: string): Promise<Delivery> =>
  request<Delivery>('POST', `/api/deliveries/${encodeURIComponent(id)}/retry`, { idempotencyKey })

export const settleDelivery = (id: string, outcome: 'sent' | 'failed', idempotencyKey: string): Promise<Delivery> =>
  request<Delivery>('POST', `/api/deliveries/${encodeURIComponent(id)}/settle`, { body: { outcome }, idempotencyKey })

/** Has a client's file fetched again that could not be had. */
export const retryFetch = (attachmentId: string, idempotencyKey: string): Promise<void> =>
  request<void>('POST', `/api/attachments/${encodeURIComponent(attachmentId)}/retry`, { idempotencyKey })

/** Takes a held message back, with all its parts. */
export const undoDelivery = (id: string, idempotencyKey: string): Promise<Delivery> =>
  request<Delivery>('POST', `/api/deliveries/${encodeURIComponent(id)}/undo`, { idempotencyKey })

/** Lets a held message go at once. */
export const sendNow = (id: string, idempotencyKey: string): Promise<Delivery> =>
  request<Delivery>('POST', `/api/deliveries/${encodeURIComponent(id)}/send-now`, { idempotencyKey })

/** From this entry on the feed is unread again, for me. */
export const markUnreadFrom = (taskId: string, commentId: string): Promise<void> =>
  request<void>('DELETE', `/api/tasks/${encodeURIComponent(taskId)}/read`, { body: { commentId } })
