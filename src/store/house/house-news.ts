import type { RunDeed } from '../../domain/conversation-event.ts'
import type { HouseNews } from '../../domain/house-news.ts'
import type { HouseEventId, RunId } from '../../domain/ids.ts'
import { type Actor, auditActor } from '../actor.ts'
import { audit } from '../audit.ts'
import type { Tx } from '../database.ts'
import { tellHouseEvents } from './house-events.ts'

/** Enters what comes for runs of a house event; its next step works it off, in the order in which it came. */
export async function appendHouseNews(tx: Tx, event: HouseEventId, news: HouseNews): Promise<void> {
  await tx
    .insertInto('house_news')
    .values({ event_id: event, payload: JSON.stringify(news) })
    .execute()
  await tellHouseEvents(tx, [event])
}

/**
 * Asks something of open runs without a client: to end, to go on, to move to another version, to begin anew. Those that
 * have ended by then are left alone.
 * @returns the house events to signal after the commit
 */
export async function askHouseRuns(
  tx: Tx,
  actor: Actor,
  runs: readonly { id: RunId; event: HouseEventId }[],
  deed: RunDeed,
): Promise<HouseEventId[]> {
  const byEvent = new Map<HouseEventId, RunId[]>()
  for (const { id, event } of runs) byEvent.set(event, [...(byEvent.get(event) ?? []), id])
  const events = [...byEvent.keys()].sort()
  for (const event of events) {
    const asked = byEvent.get(event) ?? []
    const payload: HouseNews = { kind: 'run.asked', runs: asked, deed, by: actor.userId }
    await tx
      .insertInto('house_news')
      .values({ event_id: event, payload: JSON.stringify(payload) })
      .execute()
    await audit(tx, {
      actor: auditActor(actor),
      action: `run.${deed.do}`,
      subject: { kind: 'house_event', id: event },
      detail: { runs: asked, by: actor.key, ...('version' in deed ? { version: deed.version } : {}) },
    })
  }
  await tellHouseEvents(tx, events)
  return events
}
