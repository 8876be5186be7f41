import type { Selectable } from 'kysely'
import type { IncomingWebhookEventId, IncomingWebhookId } from '../../../domain/ids.ts'
import type { Json } from '../../../domain/scenario/expressions/scope.ts'
import type { Db } from '../../database.ts'
import type { IncomingWebhookEventsTable } from '../../schema.ts'

const COLUMNS = ['id', 'webhook_id', 'webhook_name', 'body', 'state', 'outcomes', 'house', 'received_at'] as const

export type IncomingEventRow = Pick<Selectable<IncomingWebhookEventsTable>, (typeof COLUMNS)[number]>

/** The newest first. @returns up to `limit` + 1 rows */
export function listIncomingEvents(
  db: Db,
  webhook: IncomingWebhookId,
  page: { after: IncomingWebhookEventId | null; limit: number; state?: IncomingEventRow['state'] | undefined },
): Promise<IncomingEventRow[]> {
  let query = db
    .selectFrom('incoming_webhook_events')
    .select(COLUMNS)
    .where('webhook_id', '=', webhook)
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
  if (page.after) query = query.where('id', '<', page.after)
  if (page.state) query = query.where('state', '=', page.state)
  return query.execute()
}

/**
 * A webhook as an event of the house, for scenarios without a client. Rows with `house = 'waiting'` have not been worked
 * off yet; whoever does so sets `house = 'done'` in the same transaction.
 */
export const houseEventOf = (
  row: Pick<IncomingEventRow, 'id' | 'webhook_name' | 'body' | 'received_at'>,
): { id: string; name: 'webhook.received'; data: { webhook: string; body: Json }; at: Date } => ({
  id: row.id,
  name: 'webhook.received',
  data: { webhook: row.webhook_name, body: row.body },
  at: row.received_at,
})
