import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { meQuery } from '../api/session.ts'
import { createLiveApplier } from './apply-live.ts'
import { followLive } from './connection.ts'

/** Follows the live updates for as long as the component is there. @param me id of who is signed in */
export function useLive(me: string | null): void {
  const client = useQueryClient()
  useEffect(() => {
    const applier = createLiveApplier(client, me)
    const end = followLive({
      onEvent: applier.apply,
      onGap: () => void client.invalidateQueries(),
      onRefused: () => void client.invalidateQueries({ queryKey: meQuery.queryKey }),
    })
    return () => {
      end()
      applier.stop()
    }
  }, [client, me])
}
