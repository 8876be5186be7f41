import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import { useLiveEvents } from '../live/live-listeners.ts'
import { refetchSoon } from '../live/refetch-soon.ts'

/** How much waits for a person, of each kind (`GET /api/attention`). */
export interface AttentionCounts {
  unknown: number
  failed: number
  deadLetters: number
  blockedRuns: number
  channels: number
}

export const attentionQuery = queryOptions({
  queryKey: ['attention'] as const,
  queryFn: ({ signal }) => request<AttentionCounts>('GET', '/api/attention', { signal }),
})

/** A mailing brings many deliveries at once: they are counted together. */
const REST_MS = 2_000
const COUNTED: ReadonlySet<string> = new Set(['delivery', 'run', 'channel', 'dead_letter'])

/** All that waits for a person, kept true by live events; 0 while it is not known. */
export function useAttentionCount(): number {
  const client = useQueryClient()
  const counts = useQuery(attentionQuery).data
  useLiveEvents(({ name }) => {
    if (COUNTED.has(name)) refetchSoon(client, { queryKey: attentionQuery.queryKey }, REST_MS)
  })
  return counts ? sumOf(counts) : 0
}

export const sumOf = ({ unknown, failed, deadLetters, blockedRuns, channels }: AttentionCounts): number =>
  unknown + failed + deadLetters + blockedRuns + channels
