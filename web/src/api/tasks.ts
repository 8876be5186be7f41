import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'
import type { OpenedTask, Page, Task } from './types.ts'

/** The query keys of `GET /api/tasks`; what is absent does not matter. */
export interface TaskFilter {
  status?: 'active' | 'inactive' | 'all'
  /** an id, `me`, or `none`: nobody's */
  assigneeId?: string
  /** an id, or `me` */
  participantId?: string
  contactId?: string
  channelId?: string
  /** of the requester */
  tag?: string
  /** active, and the client waits for an answer */
  awaiting?: true
  /** with messages that I have not read */
  unread?: true
  /** what I have put aside; absent: any */
  snoozed?: 'only' | 'hide'
  q?: string
  /** `awaiting`: who has waited longest first; absent: the newest updated first */
  sort?: 'awaiting'
}

const PAGE = 50

export const taskListKey = ['tasks'] as const

/** Tasks that match. Live updates keep the lists true (live/apply-live.ts), so they are never old by themselves. */
export const taskListQuery = (filter: TaskFilter) =>
  infiniteQueryOptions({
    queryKey: [...taskListKey, filter] as const,
    queryFn: ({ pageParam, signal }) =>
      request<Page<Task>>('GET', '/api/tasks', { query: { ...filter, limit: PAGE, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
  })

export const taskQuery = (id: string) =>
  queryOptions({
    queryKey: ['task', id] as const,
    queryFn: ({ signal }) => fetchTask(id, signal),
  })

export const fetchTask = (id: string, signal?: AbortSignal): Promise<OpenedTask> =>
  request<OpenedTask>('GET', `/api/tasks/${encodeURIComponent(id)}`, signal ? { signal } : {})

export interface TaskChange {
  title?: string
  /** ISO 8601 with the offset; null takes it away */
  dueAt?: string | null
  /** laid over what is there; null takes a field away */
  fields?: Record<string, unknown>
  status?: string
  assigneeIds?: string[]
  participantIds?: string[]
}

export const changeTask = (id: string, body: TaskChange): Promise<OpenedTask> =>
  request<OpenedTask>('PATCH', `/api/tasks/${encodeURIComponent(id)}`, { body })

/** How many tasks there are for me, for the list of views. */
export interface TaskCounts {
  mine: number
  unassigned: number
  awaiting: number
  all: number
  snoozed: number
  unread: number
  byChannel: { channelId: string; active: number; unread: number }[]
}

export const taskCountsQuery = queryOptions({
  queryKey: ['task-counts'] as const,
  queryFn: ({ signal }) => request<TaskCounts>('GET', '/api/tasks/counts', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})

/** Everything in it. */
export const markRead = (id: string): Promise<void> =>
  request<void>('PUT', `/api/tasks/${encodeURIComponent(id)}/read`, { body: {} })

/** The client's last message is unread again. */
export const markUnread = (id: string): Promise<void> =>
  request<void>('DELETE', `/api/tasks/${encodeURIComponent(id)}/read`, { body: {} })

/** @param until ISO 8601; null: until the client writes */
export const snoozeTask = (id: string, until: string | null): Promise<OpenedTask> =>
  request<OpenedTask>('PUT', `/api/tasks/${encodeURIComponent(id)}/snooze`, { body: { until } })

export const wakeTask = (id: string): Promise<OpenedTask> =>
  request<OpenedTask>('DELETE', `/api/tasks/${encodeURIComponent(id)}/snooze`)

export interface ManyChanged {
  changed: number
  /** they were like that already */
  unchanged: number
  failed: { id: string; code: string; message: string }[]
  /** more of the filter that this call did not get to */
  left: number
  /** goes on with them */
  next: string | null
}

/** At most 200 ids, or the next 500 that a filter finds. */
export type WhichTasks = { ids: readonly string[] } | { filter: TaskFilter; cursor?: string }

export const changeMany = (
  which: WhichTasks,
  change: Pick<TaskChange, 'status' | 'assigneeIds'>,
): Promise<ManyChanged> => request<ManyChanged>('POST', '/api/tasks/change', { body: { ...which, change } })

/** What I keep of tasks for myself. `snooze` null: they are there again; its `until` null: until the client writes. */
export type TaskMark = { read: true } | { snooze: { until: string | null } | null }

export const markMany = (which: WhichTasks, mark: TaskMark): Promise<ManyChanged> =>
  request<ManyChanged>('POST', '/api/tasks/mark', { body: { ...which, mark } })
