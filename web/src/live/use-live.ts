import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { alertFor, considerAlert } from '../alerts/alerts.ts'
import { meQuery } from '../api/session.ts'
import type { Task } from '../api/types.ts'
import { noteSnooze } from '../inbox/woken.ts'
import { createLiveApplier } from './apply-live.ts'
import { tellLive } from './live-listeners.ts'
import { shareLive } from './share-live.ts'

/** Follows the live updates for as long as the component is there. @param me id of who is signed in */
export function useLive(me: string | null): void {
  const client = useQueryClient()
  useEffect(() => {
    const noteTask = (before: Task | undefined, after: Task) => {
      considerAlert(before, after, me)
      if (noteSnooze(before, after)) alertFor(after)
    }
    const applier = createLiveApplier(client, { me, onTask: noteTask })
    const end = shareLive(me ?? 'token', {
      onEvent: (event) => {
        applier.apply(event)
        tellLive(event)
      },
      onRefused: () => void client.invalidateQueries({ queryKey: meQuery.queryKey }),
    })
    return () => {
      end()
      applier.stop()
    }
  }, [client, me])
}
