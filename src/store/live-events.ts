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
