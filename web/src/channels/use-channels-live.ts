import { useQueryClient } from '@tanstack/react-query'
import { useLiveEvents } from '../live/live-listeners.ts'
import { refetchSoon } from '../live/refetch-soon.ts'
import { channelListQuery } from './api.ts'

/** A busy channel has many messages a second; its times need not follow each of them. */
const REST_MS = 2_000

/** Keeps when a channel last received and sent true; its own events are followed by the app as a whole. */
export function useChannelsLive(): void {
  const client = useQueryClient()
  useLiveEvents(({ name }) => {
    if (name !== 'comment' && name !== 'delivery' && name !== 'task') return
    refetchSoon(client, { queryKey: channelListQuery.queryKey }, REST_MS)
  })
}
