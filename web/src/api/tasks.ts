import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'
import type { OpenedTask, Page, Task } from './types.ts'

export interface TaskFilter {
  status: 'active' | 'inactive' | 'all'
  assigneeId?: string
  contactId?: string
  q?: string
}

const PAGE = 50

export const taskListKey = ['tasks'] as const

/** Tasks that match, the newest updated first. */
export const taskListQuery = (filter: TaskFilter) =>
  infiniteQueryOptions({
    queryKey: [...taskListKey, filter] as const,
    queryFn: ({ pageParam, signal }) =>
      request<Page<Task>>('GET', '/api/tasks', { query: { ...filter, limit: PAGE, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })

export const taskQuery = (id: string) =>
  queryOptions({
    queryKey: ['task', id] as const,
    queryFn: ({ signal }) => fetchTask(id, signal),
  })

export const fetchTask = (id: string, signal?: AbortSignal): Promise<OpenedTask> =>
  request<OpenedTask>('GET', `/api/tasks/${encodeURIComponent(id)}`, signal ? { signal } : {})

export interface TaskChange {
  status?: string
  assigneeIds?: string[]
  participantIds?: string[]
}

export const changeTask = (id: string, body: TaskChange): Promise<OpenedTask> =>
  request<OpenedTask>('PATCH', `/api/tasks/${encodeURIComponent(id)}`, { body })
