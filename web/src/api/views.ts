import { queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'
import type { TaskFilter } from './tasks.ts'
import type { Page } from './types.ts'

/** A named choice of tasks: one's own, or everybody's. */
export interface SavedView {
  id: string
  name: string
  shared: boolean
  /** null: a token's */
  ownerId: string | null
  /** the query keys of `GET /api/tasks` */
  filter: Record<string, unknown>
  /** the smallest stands first */
  position: number
}

export const viewsQuery = queryOptions({
  queryKey: ['views'] as const,
  queryFn: ({ signal }) => request<Page<SavedView>>('GET', '/api/views', { signal }),
  select: (page) => page.items,
  staleTime: Number.POSITIVE_INFINITY,
})

export const createView = (
  body: { name: string; shared: boolean; filter: TaskFilter },
  idempotencyKey: string,
): Promise<SavedView> => request<SavedView>('POST', '/api/views', { body, idempotencyKey })

export const changeView = (
  id: string,
  body: Partial<{ name: string; shared: boolean; filter: TaskFilter; position: number }>,
): Promise<SavedView> => request<SavedView>('PATCH', `/api/views/${encodeURIComponent(id)}`, { body })

export const deleteView = (id: string): Promise<void> => request<void>('DELETE', `/api/views/${encodeURIComponent(id)}`)
