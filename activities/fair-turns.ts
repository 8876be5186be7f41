import type { SendResult } from '../src/domain/conversation-workflow.ts'
import { SharedRoom } from '../src/domain/fair-share.ts'
import type { ChannelId } from '../src/domain/ids.ts'
import { takeSlot } from '../src/domain/pacing.ts'

/** Sends that a worker has under way at once (worker.ts). */
export const SENDS_AT_ONCE = 100
/** Of a channel that has its share of them, so many come back a second, and none before so many milliseconds. */
const COMING_BACK = { intervalMs: 50, burst: 1 }
const SOONEST_BACK_MS = 500

/**
 * A channel whose provider answers slowly must not take all that a worker does at once from the others: beyond its
 * share, its sends are asked to come back.
 * @returns what runs a send, or tells it when to come again
 */
export function fairTurns(): (channel: ChannelId, send: () => Promise<SendResult>) => Promise<SendResult> {
  const places = new SharedRoom<ChannelId>(SENDS_AT_ONCE)
  const backAt = new Map<ChannelId, number>()
  return async (channel, send) => {
    if (!places.take(channel)) {
      const now = performance.now()
      const { slotAt, nextAt } = takeSlot(backAt.get(channel) ?? null, now, COMING_BACK)
      backAt.set(channel, nextAt)
      return { now: 'again', afterMs: Math.ceil(Math.max(SOONEST_BACK_MS, slotAt - now)) }
    }
    try {
      return await send()
    } finally {
      places.giveBack(channel)
    }
  }
}
