import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Page, Person } from '../api/types.ts'
import type { RunFilter, RunState } from './run-filter.ts'

export interface Run {
  id: string
  scenarioId: string
  scenarioKey: string
  scenarioName: string
  version: number
  state: RunState
  reason: { code: string; message: string; step: string | null } | null
  /** the step where it stands */
  step: string | null
  waitsFor: { events: string[]; until: string | null; paused: boolean } | null
  conversationId: string | null
  houseEventId: string | null
  taskId: string | null
  taskNumber: number | null
  contact: Person | null
  parentId: string | null
  startedBy: string | null
  pressedBy: Person | null
  startedAt: string
  endedAt: string | null
}

/** One line of a run's record. */
export interface RunEntry {
  n: number
  step: string | null
  action: string
  at: string
  outcome: string
  inputs?: unknown
  conditions?: ConditionResult[]
  took?: string
  error?: { code: string; message: string }
  effect?: number
}

/** A condition again, each part with how it came out. */
export interface ConditionResult {
  ok: boolean
  path: string
  operator: string
  conditions?: ConditionResult[]
  field?: string
  expected?: unknown
  actual?: unknown
  values?: Record<string, unknown>
  error?: { code: string; message: string }
}

export interface RunWithSteps extends Run {
  vars: Record<string, unknown>
  inputs: Record<string, unknown>
  steps: RunEntry[]
}

export const runsKey = ['scenario-runs'] as const

export const runsQuery = (filter: RunFilter) =>
  infiniteQueryOptions({
    queryKey: [...runsKey, 'list', filter] as const,
    queryFn: ({ pageParam, signal }) =>
      request<Page<Run>>('GET', '/api/runs', { query: { ...filter, limit: 50, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: [...runsKey, 'one', id] as const,
    queryFn: ({ signal }) => request<RunWithSteps>('GET', `/api/runs/${encodeURIComponent(id)}`, { signal }),
  })

export const askRun = (id: string, deed: 'stop' | 'resume', idempotencyKey: string): Promise<{ id: string }> =>
  request('POST', `/api/runs/${encodeURIComponent(id)}/${deed}`, { idempotencyKey })
