import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Page, Task } from '../api/types.ts'
import type { Finding } from '../scenario-editor/scenario-editor.tsx'
import type { ConditionResult } from './run-api.ts'

/** Something that happened in a conversation, as scenarios heard of it. */
export interface Moment {
  eventId: string
  n: number
  event: string
  at: string
  text: string | null
  commentId: string | null
}

export interface ConditionOnTask {
  path: string
  /** null: of the trigger */
  step: string | null
  result: ConditionResult | null
  needs: ('event' | 'inputs')[]
}

export interface CheckOnTask {
  ok: boolean
  findings: Finding[]
  conditions?: ConditionOnTask[]
  at?: string
  trigger?: { fires: boolean; reason: string } | null
}

export interface Explanation {
  because: { scenarioId: string; version: number; runId: string; event: string; at: string }[]
  didNotFire: {
    scenarioId: string
    version: number
    event: string
    reason: string
    condition: ConditionResult | null
    at: string
  }[]
}

export const foundTasksQuery = (q: string) =>
  queryOptions({
    queryKey: ['scenario-tasks', q] as const,
    queryFn: ({ signal }) =>
      request<Page<Task>>('GET', '/api/tasks', { query: { status: 'all', q, limit: 20 }, signal }),
    select: (page) => page.items,
  })

export const momentsQuery = (taskId: string) =>
  infiniteQueryOptions({
    queryKey: ['scenario-moments', taskId] as const,
    queryFn: ({ pageParam, signal }) =>
      request<Page<Moment>>('GET', '/api/scenarios/moments', {
        query: { taskId, limit: 30, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })

/** @param draft `updatedAt` of the draft: another one is another question */
export const checkOnTaskQuery = (
  id: string,
  draft: string,
  taskId: string,
  moment: Pick<Moment, 'eventId' | 'n'> | null,
) =>
  queryOptions({
    queryKey: ['scenario-check', id, draft, taskId, moment?.eventId, moment?.n] as const,
    queryFn: ({ signal }) =>
      request<CheckOnTask>('POST', `/api/scenarios/${encodeURIComponent(id)}/check`, {
        body: { taskId, ...(moment ? { eventId: moment.eventId, n: moment.n } : {}) },
        signal,
      }),
    staleTime: 0,
  })

export const explainQuery = (of: { eventId: string } | { commentId: string }) =>
  queryOptions({
    queryKey: ['explain', of] as const,
    queryFn: ({ signal }) => request<Explanation>('GET', '/api/explain', { query: of, signal }),
    staleTime: 0,
  })
