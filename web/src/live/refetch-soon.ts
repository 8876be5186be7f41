import type { InvalidateQueryFilters, QueryClient } from '@tanstack/react-query'

/** What happens in one moment tells of itself with several events. */
const GATHER_MS = 50
const REST_MS = 1_000

interface Later {
  wanted: Map<string, InvalidateQueryFilters>
  timer: ReturnType<typeof setTimeout> | undefined
}

const waiting = new WeakMap<QueryClient, Map<number, Later>>()

/**
 * Asks for what is on the screen of these queries again: a moment later, so that the events of one deed cost one request,
 * and then no more than once in a while, so that a busy inbox does not ask with every message.
 * @param restMs how long that while is
 */
export function refetchSoon(client: QueryClient, filters: InvalidateQueryFilters, restMs = REST_MS): void {
  const later = laterOf(client, restMs)
  const flush = () => {
    later.timer = later.wanted.size > 0 ? setTimeout(flush, restMs) : undefined
    for (const [key, wanted] of later.wanted) {
      if (isBeingChanged(client, wanted)) continue
      void client.invalidateQueries(wanted)
      later.wanted.delete(key)
    }
  }
  later.wanted.set(JSON.stringify(filters), filters)
  later.timer ??= setTimeout(flush, GATHER_MS)
}

/**
 * Somebody here is changing this very thing (`['change-task', id]`), and its screen shows what it will be: an answer from
 * before the change would turn it back for a moment. It is asked for after that.
 */
const isBeingChanged = (client: QueryClient, { queryKey }: InvalidateQueryFilters): boolean =>
  queryKey?.[1] !== undefined &&
  client.isMutating({ predicate: ({ options }) => options.mutationKey?.[1] === queryKey[1] }) > 0

/** The server tells of numbers that move at most once a second; what moves within that second, it does not tell of. */
const UNTOLD_MS = 1_200

/**
 * Asks for numbers that move by themselves again, such as a campaign's: now, and once more when the second is over
 * in which the server says nothing more of them. Without it the last ones would be missing until a reload.
 */
export function refetchNumbers(client: QueryClient, filters: InvalidateQueryFilters): void {
  refetchSoon(client, filters)
  setTimeout(() => refetchSoon(client, filters), UNTOLD_MS)
}

function laterOf(client: QueryClient, restMs: number): Later {
  const byRest = waiting.get(client) ?? new Map<number, Later>()
  waiting.set(client, byRest)
  const later = byRest.get(restMs) ?? { wanted: new Map(), timer: undefined }
  byRest.set(restMs, later)
  return later
}
