import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useLiveEvents } from '../live/live-listeners.ts'
import { syncTemplates, templatesKey } from './api.ts'

/** Asks the provider for its list now. */
export function useTemplateSync(channelId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => syncTemplates(channelId),
    onSettled: async () => {
      await Promise.all([
        client.invalidateQueries({ queryKey: templatesKey }),
        client.invalidateQueries({ queryKey: ['channels'] }),
      ])
    },
  })
}

/** Templates change by Meta's reviews, and by colleagues; a channel's event tells. */
export function useLiveTemplates(): void {
  const client = useQueryClient()
  useLiveEvents(({ name }) => {
    if (name === 'channel') void client.invalidateQueries({ queryKey: templatesKey })
  })
}
