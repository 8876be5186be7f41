import { request } from '../api/request.ts'
import type { Person } from '../api/types.ts'
import type { RunEntry } from './run-api.ts'

export interface Deed {
  step: string
  at: string
  do: string
  with: Record<string, unknown>
  /** null: no answer within the time that was looked at */
  outcome: string | null
}

export interface RunDifference {
  conversationId: string
  contact: Person | null
  /** the newest task of the conversation */
  taskId: string | null
  startEventId: string
  runId: string | null
  kind: 'only_dry' | 'only_live' | 'differs'
  at: string
  first: { step: string | null; dry: DryLine | null; live: DryLine | null }
  would: Deed[]
  did: Deed[]
  /** the step whose answer nobody can know: nothing is said from there on */
  unknownFrom: string | null
}

/** A line of a record; here its time is in milliseconds. */
export type DryLine = Omit<RunEntry, 'at'> & { at: number }

export interface DryRunReport {
  conversations: number
  events: number
  runs: { would: number; did: number }
  messages: { would: number; did: number }
  olderRuns: number
  unknown: number
  cut: number
  diffs: RunDifference[]
  next: string | null
}

export interface Stretch {
  from: string
  to: string
  version?: number
  conversationIds?: string[]
}

export const dryRunPage = (
  id: string,
  stretch: Stretch,
  cursor: string | null,
  signal: AbortSignal,
): Promise<DryRunReport> =>
  request('POST', `/api/scenarios/${encodeURIComponent(id)}/dry-run`, {
    body: { ...stretch, ...(cursor === null ? {} : { cursor }) },
    signal,
  })

export const shadowPage = (id: string, cursor: string | null, signal: AbortSignal): Promise<DryRunReport> =>
  request('GET', `/api/scenarios/${encodeURIComponent(id)}/shadow`, {
    query: { cursor: cursor ?? undefined },
    signal,
  })
