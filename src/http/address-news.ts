import { performance } from 'node:perf_hooks'
import type { ChannelId } from '../domain/ids.ts'
import { type AddressNews, noteAddressNews } from '../store/channels/channel-health.ts'
import type { HttpDeps } from './context.ts'

/** The same news of one channel is written at most so often by one server. */
const REST_MS = 60_000
const MOST_KNOWN = 5_000

/**
 * Keeps what came to the channels' addresses, for who looks at the channel. Beside the answer, never in its way: a
 * provider waits for milliseconds, and what cannot be noted is no reason to turn an event away.
 */
export function addressNews({ database, log }: Pick<HttpDeps, 'database' | 'log'>) {
  const noted = new Map<string, number>()
  return (id: ChannelId, news: AddressNews): void => {
    const key = `${id} ${news.is === 'refused' ? news.why : news.is}`
    const now = performance.now()
    if (news.is !== 'verified' && now - (noted.get(key) ?? Number.NEGATIVE_INFINITY) < REST_MS) return
    if (noted.size >= MOST_KNOWN) noted.clear()
    noted.set(key, now)
    if (news.is === 'refused') noted.delete(`${id} signed`)
    noteAddressNews(database.db, id, news).catch((error: unknown) => {
      noted.delete(key)
      log.warn({ fault: error instanceof Error ? error.name : typeof error }, 'news of a webhook address not noted')
    })
  }
}
