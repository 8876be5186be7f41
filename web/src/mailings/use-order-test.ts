import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { newKey } from '../api/request.ts'
import { type CampaignOrder, testCampaign } from './api.ts'
import type { Draft } from './use-draft.ts'

/** Sends the message to one number; the campaign is kept as a draft for that. Each press is a message of its own. */
export function useOrderTest(draft: Draft) {
  const failed = useRef<{ to: string; id: string; key: string } | null>(null)
  return useMutation({
    mutationFn: async ({ order, to }: { order: CampaignOrder; to: string }) => {
      const id = await draft.save(order)
      // Nobody knows whether the last try took effect: the same key sends it once.
      const again = failed.current?.to === to && failed.current.id === id ? failed.current.key : newKey()
      failed.current = { to, id, key: again }
      await testCampaign(id, to, again)
      failed.current = null
      return to
    },
  })
}
