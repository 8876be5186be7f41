import { useQueryClient } from '@tanstack/react-query'
import { useLiveEvents } from '../live/live-listeners.ts'
import { refetchSoon } from '../live/refetch-soon.ts'

const CONCERNED: Record<string, string[]> = {
  delivery: ['troubled', 'attention'],
  run: ['task-runs', 'attention'],
  channel: ['channels', 'attention'],
  dead_letter: ['dead-letters', 'attention'],
}

/** Keeps the lists of the page true: a status report, a colleague's decision, a run that goes on. */
export function useAttentionLive(): void {
  const client = useQueryClient()
  useLiveEvents(({ name }) => {
    for (const key of CONCERNED[name] ?? []) refetchSoon(client, { queryKey: [key] })
  })
}
