import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Delivery, ErrorWords, MessageKind, Page } from '../api/types.ts'
import type { TaskRun } from '../task/runs.ts'

export type Trouble = 'unknown' | 'failed'

/** A message that a person has to look at. */
export interface TroubledDelivery extends Delivery {
  state: Delivery['state']
  commentId: string
  taskId: string | null
  taskNumber: number | null
  channelId: string
  attempt: number
  maybeTwice: boolean
  queuedAt: string
  failedAt: string | null
  contact: { id: string; name: string; phone: string | null }
  message: { kind: MessageKind; text: string | null; by: { kind: string; name: string } }
}

export interface DeliveryAttempt {
  attempt: number
  outcome: 'accepted' | 'rejected' | 'unknown' | null
  error: ErrorWords | null
  startedAt: string
  endedAt: string | null
}

const PAGE = 50
const deliveryPath = (id: string) => `/api/deliveries/${encodeURIComponent(id)}`
const letterPath = (id: string) => `/api/dead-letters/${encodeURIComponent(id)}`

export const troubledQuery = (state: Trouble) =>
  infiniteQueryOptions({
    queryKey: ['troubled', state] as const,
    queryFn: ({ pageParam, signal }) =>
      request<Page<TroubledDelivery>>('GET', '/api/deliveries', {
        query: { attention: true, state, limit: PAGE, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })

export const attemptsQuery = (id: string) =>
  queryOptions({
    queryKey: ['delivery-attempts', id] as const,
    queryFn: ({ signal }) => request<{ attempts: DeliveryAttempt[] }>('GET', deliveryPath(id), { signal }),
    select: ({ attempts }) => attempts,
  })

/** What a person decides about a message. */
export type Decision = 'sent' | 'failed' | 'retry' | 'attend'

export function decide(id: string, decision: Decision, idempotencyKey: string): Promise<unknown> {
  if (decision === 'retry' || decision === 'attend')
    return request('POST', `${deliveryPath(id)}/${decision}`, { idempotencyKey })
  return request('POST', `${deliveryPath(id)}/settle`, { body: { outcome: decision }, idempotencyKey })
}

export interface DeadLetter {
  id: string
  channelId: string | null
  conversationId: string | null
  reason: string
  detail: string
  createdAt: string
}

export const lettersQuery = infiniteQueryOptions({
  queryKey: ['dead-letters'] as const,
  queryFn: ({ pageParam, signal }) =>
    request<Page<DeadLetter>>('GET', '/api/dead-letters', {
      query: { state: 'open', limit: PAGE, cursor: pageParam },
      signal,
    }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next ?? undefined,
})

export const letterQuery = (id: string) =>
  queryOptions({
    queryKey: ['dead-letter', id] as const,
    queryFn: ({ signal }) =>
      request<DeadLetter & { part: unknown; replayable: boolean }>('GET', letterPath(id), { signal }),
  })

export const replayLetter = (id: string): Promise<DeadLetter> => request('POST', `${letterPath(id)}/replay`)

/** @param resolution why, for whoever asks later; empty: only that somebody looked */
export const putAwayLetter = (id: string, resolution: string): Promise<DeadLetter> =>
  request('POST', `${letterPath(id)}/resolve`, { body: resolution === '' ? {} : { resolution } })

export const blockedRunsQuery = infiniteQueryOptions({
  queryKey: ['task-runs', 'blocked'] as const,
  queryFn: ({ pageParam, signal }) =>
    request<Page<TaskRun & { taskId: string | null }>>('GET', '/api/runs', {
      query: { state: 'blocked', limit: PAGE, cursor: pageParam },
      signal,
    }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next ?? undefined,
})
