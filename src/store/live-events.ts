import type { ChannelId, DeadLetterId } from '../domain/ids.ts'
import type { Tx } from './database.ts'
import type { LiveEventName } from './schema.ts'

/** What changed, by ids only: the browser asks the API for the rest (contract.md, `GET /api/live`). */
export interface LiveEvent {
  event: LiveEventName
  data: Record<string, string | number | null>
}

/** Records live updates in the transaction that makes them true. */
export async function recordLive(tx: Tx, events: readonly LiveEvent[]): Promise<void> {
  if (events.length === 0) return
  await tx
    .insertInto('live_events')
    .values(events.map(({ event, data }) => ({ event, data: JSON.stringify(data) })))
    .execute()
}

/** A dead letter appeared, or was settled. Without a channel it is for those who see every one. */
export const letterNews = (id: DeadLetterId, channelId: ChannelId | null, state: 'open' | 'resolved'): LiveEvent => ({
  event: 'dead_letter',
  data: { deadLetterId: id, channelId, state },
})

/** A run that a step takes through many of its steps is told once, as it stands at the end. */
export function eachRunOnce(events: readonly LiveEvent[]): LiveEvent[] {
  const last = new Map(
    events.flatMap(({ event, data }, index) => (event === 'run' ? [[data.runId, index] as const] : [])),
  )
  return events.filter((event, index) => event.event !== 'run' || last.get(event.data.runId) === index)
}
