import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { usersQuery } from '../api/people.ts'
import { request } from '../api/request.ts'
import { meQuery } from '../api/session.ts'
import type { Page, Person } from '../api/types.ts'
import { notePresence, usePresent } from '../live/presence.ts'

/** The server forgets who is not heard of for twice as long. */
const SAY_AGAIN_MS = 15_000
/** Who has not pressed a key for so long is not writing any more. */
const PAUSE_MS = 8_000

/** Who leafs through tasks is at none of them, and opening one has better to do than to speak of it. */
const LINGER_MS = 400

type State = 'viewing' | 'typing'

/** Whether this task has been open for a moment. */
function useLingers(taskId: string): boolean {
  const [lingersAt, setLingersAt] = useState<string | null>(null)
  useEffect(() => {
    const timer = setTimeout(() => setLingersAt(taskId), LINGER_MS)
    return () => clearTimeout(timer)
  }, [taskId])
  return lingersAt === taskId
}

/** Tells the others that I look at this task, or write to its client. @param text what is being written to the client */
export function useTellPresence(taskId: string, text: string | null): void {
  const me = useQuery(meQuery).data?.id ?? null
  const lingers = useLingers(taskId)
  const [typing, setTyping] = useState(false)
  const [first] = useState(text)
  useEffect(() => {
    // What was there before is a draft: nobody is writing it now.
    if (text === null || text.trim() === '' || text === first) return setTyping(false)
    setTyping(true)
    const timer = setTimeout(() => setTyping(false), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text, first])

  const state: State = typing ? 'typing' : 'viewing'
  useEffect(() => {
    if (me === null || !lingers) return
    const say = () => {
      if (document.visibilityState === 'visible') tell(taskId, 'PUT', state)
    }
    const onVisible = () => (document.visibilityState === 'visible' ? say() : tell(taskId, 'DELETE'))
    say()
    const timer = setInterval(say, SAY_AGAIN_MS)
    document.addEventListener('visibilitychange', onVisible)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', onVisible)
    }
  }, [me, lingers, taskId, state])
  useEffect(() => {
    if (me === null || !lingers) return
    const leave = () => tell(taskId, 'DELETE')
    window.addEventListener('pagehide', leave)
    return () => {
      window.removeEventListener('pagehide', leave)
      leave()
    }
  }, [me, lingers, taskId])
}

/** Nobody is told of a failure: it is said again soon, and an older server does not know it. */
function tell(taskId: string, method: 'PUT' | 'DELETE', state?: State): void {
  const path = `/api/tasks/${encodeURIComponent(taskId)}/presence`
  fetch(path, {
    method,
    keepalive: true,
    ...(state ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ state }) } : {}),
  }).catch(() => undefined)
}

/** Colleagues who are at this task, without myself. */
export function useOthersHere(taskId: string): (Person & { state: State })[] {
  const me = useQuery(meQuery).data?.id ?? null
  const users = useQuery(usersQuery).data
  const lingers = useLingers(taskId)
  const present = usePresent(taskId)
  // Who was here before I came; the live updates tell the rest.
  const here = useQuery({
    queryKey: ['presence', taskId],
    queryFn: ({ signal }) =>
      request<Page<{ user: Person; state: State }>>('GET', `/api/tasks/${encodeURIComponent(taskId)}/presence`, {
        signal,
      }),
    enabled: lingers,
    retry: false,
    staleTime: 0,
    gcTime: 0,
  }).data
  useEffect(() => {
    for (const { user, state } of here?.items ?? []) notePresence({ taskId, userId: user.id, state })
  }, [here, taskId])
  return [...present].flatMap(([id, state]) => {
    const user = users?.find((one) => one.id === id)
    return user && id !== me ? [{ id, name: user.name, state }] : []
  })
}
