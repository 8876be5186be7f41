import { queryOptions } from '@tanstack/react-query'
import { ApiFailure, request } from '../api/request.ts'
import type { ButtonInput } from './button-inputs.ts'
import type { ConditionResult } from './unmet.ts'

/** A button of a task (`GET /api/tasks/:id/buttons`). */
export interface TaskButton {
  scenarioId: string
  label: string
  enabled: boolean
  reason: string | null
  condition: ConditionResult | null
  confirm: boolean
  /** it may write to the client */
  reachesClient: boolean
  look: { colour?: string; icon?: string; position?: number } | null
  inputs: ButtonInput[]
}

export const buttonsQuery = (taskId: string) =>
  queryOptions({
    queryKey: ['task-buttons', taskId] as const,
    queryFn: ({ signal }) =>
      request<{ items: TaskButton[] }>('GET', `/api/tasks/${encodeURIComponent(taskId)}/buttons`, { signal }),
    select: ({ items }) => items,
  })

export const pressButton = (taskId: string, scenarioId: string, inputs: object, idempotencyKey: string) =>
  request<{ runId: string }>(
    'POST',
    `/api/tasks/${encodeURIComponent(taskId)}/buttons/${encodeURIComponent(scenarioId)}`,
    { body: { inputs }, idempotencyKey },
  )

export type RunState = 'running' | 'waiting' | 'finished' | 'failed' | 'stopped' | 'blocked'

export interface Run {
  id: string
  scenarioId: string
  scenarioName: string
  state: RunState
  reason: { code: string; message: string; step: string | null } | null
  waitsFor: { events: string[]; until: string | null; paused: boolean } | null
  pressedBy: { id: string; name: string } | null
  startedAt: string
  endedAt: string | null
}

/** One run; null: it was pressed, and has not begun yet. */
export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['run', id] as const,
    queryFn: async ({ signal }): Promise<Run | null> => {
      try {
        return await request<Run>('GET', `/api/runs/${encodeURIComponent(id)}`, { signal })
      } catch (error) {
        if (error instanceof ApiFailure && error.status === 404) return null
        throw error
      }
    },
  })

export const askRun = (id: string, deed: 'stop' | 'resume', idempotencyKey: string): Promise<{ id: string }> =>
  request<{ id: string }>('POST', `/api/runs/${encodeURIComponent(id)}/${deed}`, { idempotencyKey })
