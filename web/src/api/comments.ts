import { type InfiniteData, infiniteQueryOptions } from '@tanstack/react-query'
import { request } from './request.ts'
import type { Comment, Delivery, NewComment, Page } from './types.ts'

const PAGE = 50

/** A task's feed, page by page back from its end. */
export const feedQuery = (taskId: string) =>
  infiniteQueryOptions({
    queryKey: ['feed', taskId] as const,
    queryFn: ({ pageParam, signal }) =>
      request<Page<Comment>>('GET', `/api/tasks/${encodeURIComponent(taskId)}/comments`, {
        query: { order: 'newest', limit: PAGE, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })

export type FeedPages = InfiniteData<Page<Comment>>

/** The pages in reading order: the oldest comment first, each once. */
export function inReadingOrder({ pages }: FeedPages): Comment[] {
  const byId = new Map<string, Comment>()
  for (const comment of pages.flatMap(({ items }) => items)) if (!byId.has(comment.id)) byId.set(comment.id, comment)
  return [...byId.values()].reverse()
}

/** The pages with a comment that was just written at their end. */
export function withNewest(feed: FeedPages, comment: Comment): FeedPages {
  const [newest, ...older] = feed.pages
  if (!newest || newest.items.some(({ id }) => id === comment.id)) return feed
  return { ...feed, pages: [{ ...newest, items: [comment, ...newest.items] }, ...older] }
}

export const addComment = (taskId: string, body: NewComment, idempotencyKey: string): Promise<Comment> =>
  request<Comment>('POST', `/api/tasks/${encodeURIComponent(taskId)}/comments`, { body, idempotencyKey })

export const retryDelivery = (id: string, idempotencyKey: string): Promise<Delivery> =>
  request<Delivery>('POST', `/api/deliveries/${encodeURIComponent(id)}/retry`, { idempotencyKey })

export const settleDelivery = (id: string, outcome: 'sent' | 'failed', idempotencyKey: string): Promise<Delivery> =>
  request<Delivery>('POST', `/api/deliveries/${encodeURIComponent(id)}/settle`, { body: { outcome }, idempotencyKey })
