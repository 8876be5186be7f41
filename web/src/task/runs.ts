import { infiniteQueryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Page } from '../api/types.ts'

/** What a scenario does in a task, as `GET /api/runs` tells. */
export interface TaskRun {
  id: string
  scenarioName: string
  state: 'running' | 'waiting' | 'finished' | 'failed' | 'stopped' | 'blocked'
  reason: { code: string; message: string; step: string | null } | null
  waitsFor: { events: string[]; since?: string; until: string | null; paused: boolean } | null
  /** the name of the event that started it */
  startedBy?: string | null
  pressedBy: { id: string; name: string } | null
  parentId: string | null
  startedAt: string
  endedAt: string | null
}

/** Runs of a task, the newest first. */
export const taskRunsQuery = (taskId: string) =>
  infiniteQueryOptions({
    queryKey: ['task-runs', taskId] as const,
    queryFn: ({ pageParam, signal }) =>
      request<Page<TaskRun>>('GET', '/api/runs', { query: { taskId, limit: 50, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })

/** A quiet line in the feed: what a scenario did, or waits for. */
export interface RunLine {
  key: string
  at: number
  run: TaskRun
  /** `ran`: it began and ended in one go */
  what: 'started' | 'ran' | 'waits' | 'ended'
}

/** Beginning and end closer than this are one line. */
const TOGETHER_MS = 60_000

/** The lines of a run: its beginning, and where it stands or how it ended, unless that was at once. */
export function linesOf(run: TaskRun): RunLine[] {
  const started = Date.parse(run.startedAt)
  const line = (what: RunLine['what'], at: number): RunLine => ({ key: `run ${run.id} ${what}`, at, run, what })
  if (run.endedAt !== null) {
    const ended = Date.parse(run.endedAt)
    return ended - started < TOGETHER_MS ? [line('ran', started)] : [line('started', started), line('ended', ended)]
  }
  const since = run.waitsFor?.since
  if (run.state !== 'waiting' || since === undefined) return [line('started', started)]
  const waits = Date.parse(since)
  return waits - started < TOGETHER_MS ? [line('waits', started)] : [line('started', started), line('waits', waits)]
}
