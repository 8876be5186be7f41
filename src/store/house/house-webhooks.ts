import { sql } from 'kysely'
import type { HouseEventId } from '../../domain/ids.ts'
import { type Db, inTransaction } from '../database.ts'
import { runIn } from '../intake/run.ts'
import { houseEventOf } from '../webhooks/incoming/events.ts'
import { storeHouseEvents } from './house-events.ts'

const AT_ONCE = 100

/**
 * Makes events of the house from webhooks that concern no client, as far as somebody listens: each once, in the
 * transaction that notes it.
 * @returns the house events to signal
 */
export function takeHouseWebhooks(db: Db): Promise<HouseEventId[]> {
  return inTransaction(db, async (tx) => {
    const { rows } = await sql<Parameters<typeof houseEventOf>[0]>`
      with waiting as materialized (
        select id from incoming_webhook_events where house = 'waiting' order by id limit ${AT_ONCE}
        for update skip locked
      )
      update incoming_webhook_events e set house = 'done' from waiting w where e.id = w.id
      returning e.id, e.webhook_name, e.body, e.received_at`.execute(tx)
    return storeHouseEvents(
      runIn(tx),
      rows.map((row) => {
        const { id, ...event } = houseEventOf(row)
        return { ...event, scenario: null, channel: null, dedupeKey: `webhook/${id}` }
      }),
    )
  })
}
