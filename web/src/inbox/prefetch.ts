import type { QueryClient } from '@tanstack/react-query'
import { feedQuery } from '../api/comments.ts'
import { taskQuery } from '../api/tasks.ts'
import { prepareTaskPage } from '../task/load-task-page.ts'

const PAUSE_MS = 90
/** What was just opened is painted first; who leafs through faster than this reads nothing on the way. */
const BESIDE_MS = 250

/** Fetches a task and its conversation when somebody lingers at it, so that opening it paints at once. */
export function createPrefetch(client: QueryClient) {
  let timer: ReturnType<typeof setTimeout> | undefined
  const fetch = (id: string) => {
    prepareTaskPage()
    void client.prefetchQuery(taskQuery(id))
    void client.prefetchQuery(feedQuery(id))
  }
  const later = (ids: readonly string[], ms: number) => {
    clearTimeout(timer)
    if (ids.length > 0) timer = setTimeout(() => ids.forEach(fetch), ms)
  }
  return {
    /** @param ids instead of those before; none: somebody has moved on */
    consider: (...ids: string[]) => later(ids, PAUSE_MS),
    /** The tasks next to the one that was opened. */
    beside: (...ids: string[]) => later(ids, BESIDE_MS),
  }
}
