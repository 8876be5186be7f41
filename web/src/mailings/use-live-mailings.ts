import { useQueryClient } from '@tanstack/react-query'
import { useLiveEvents } from '../live/live-listeners.ts'
import { refetchNumbers, refetchSoon } from '../live/refetch-soon.ts'
import { bulkKey, campaignsKey } from './api.ts'

/** What is on the screen follows the campaigns. @param campaignId only this one's numbers and people */
export function useLiveCampaigns(campaignId?: string): void {
  const client = useQueryClient()
  useLiveEvents((event) => {
    if (event.name !== 'campaign' || event.campaignId === null) return
    if (campaignId !== undefined && campaignId !== event.campaignId) return
    refetchNumbers(client, { queryKey: ['campaign', event.campaignId] })
    refetchNumbers(client, { queryKey: ['campaign-recipients', event.campaignId] })
    if (campaignId === undefined) refetchNumbers(client, { queryKey: campaignsKey })
  })
}

/** Bulk messages change with sends, replies and the end of holds. */
export function useLiveBulk(): void {
  const client = useQueryClient()
  useLiveEvents(({ name }) => {
    if (name === 'comment' || name === 'delivery' || name === 'task' || name === 'campaign')
      refetchSoon(client, { queryKey: bulkKey })
  })
}
