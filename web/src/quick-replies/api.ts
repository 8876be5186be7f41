import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Page, Task, UploadedFile } from '../api/types.ts'

export interface QuickReply {
  id: string
  title: string
  shortcut: string | null
  folder: string | null
  text: string
  attachments: UploadedFile[]
  shared: boolean
  updatedAt: string
}

/** What is written of one. */
export interface QuickReplyContent {
  title: string
  shortcut: string | null
  folder: string | null
  text: string
  attachmentIds: string[]
  shared: boolean
}

/** A mistake in a text, with its place. */
export interface VariableProblem {
  code: string
  message: string
  variable: string
  position: number
  line: number
  column: number
}

export interface TextPreview {
  problems: VariableProblem[]
  filled: { text: string; missing: string[] } | null
}

const PAGE = 50

export const quickReplyPagesQuery = (q: string, folder: string | null) =>
  infiniteQueryOptions({
    queryKey: ['quick-replies', 'pages', q, folder] as const,
    queryFn: ({ pageParam, signal }) =>
      request<Page<QuickReply>>('GET', '/api/quick-replies', {
        query: { q, folder: folder ?? undefined, limit: PAGE, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })

export const foldersQuery = queryOptions({
  queryKey: ['quick-replies', 'folders'] as const,
  queryFn: ({ signal }) =>
    request<{ items: { name: string; count: number }[] }>('GET', '/api/quick-replies/folders', { signal }),
  select: ({ items }) => items,
})

export const variablesQuery = queryOptions({
  queryKey: ['quick-reply-variables'] as const,
  queryFn: ({ signal }) => request<{ items: string[] }>('GET', '/api/quick-replies/variables', { signal }),
  select: ({ items }) => items,
  staleTime: Number.POSITIVE_INFINITY,
})

/** How a text reads in a task, or what is wrong with it. */
export const previewQuery = (text: string, taskId: string | null) =>
  queryOptions({
    queryKey: ['quick-reply-preview', text, taskId] as const,
    queryFn: ({ signal }) =>
      request<TextPreview>('POST', '/api/quick-replies/preview', {
        body: { text, ...(taskId === null ? {} : { taskId }) },
        signal,
      }),
    gcTime: 60_000,
  })

/** Real tasks to read a text in, the newest first. */
export const previewTasksQuery = queryOptions({
  queryKey: ['quick-reply-tasks'] as const,
  queryFn: ({ signal }) => request<Page<Task>>('GET', '/api/tasks', { query: { limit: 20 }, signal }),
  select: ({ items }) => items,
})

export const createQuickReply = (body: QuickReplyContent, idempotencyKey: string): Promise<QuickReply> =>
  request<QuickReply>('POST', '/api/quick-replies', { body, idempotencyKey })

export const changeQuickReply = (id: string, body: Partial<QuickReplyContent>): Promise<QuickReply> =>
  request<QuickReply>('PATCH', `/api/quick-replies/${encodeURIComponent(id)}`, { body })

export const deleteQuickReply = (id: string): Promise<void> =>
  request<void>('DELETE', `/api/quick-replies/${encodeURIComponent(id)}`)
