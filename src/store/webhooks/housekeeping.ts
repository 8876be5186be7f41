import { sql } from 'kysely'
import type { Db } from '../database.ts'

/** Deliveries that have ended, and webhooks that came, are shown for so long. */
const KEPT = '30 days'
const AT_ONCE = 5_000

/** Forgets what came and went long ago, a part at a time. What waits to be worked off stays. */
export async function forgetOldWebhooks(db: Db): Promise<void> {
  await sql`
    delete from webhook_deliveries where id in (
      select id from webhook_deliveries where state <> 'queued' and ended_at < now() - ${KEPT}::interval
      limit ${AT_ONCE})`.execute(db)
  await sql`
    delete from incoming_webhook_events where id in (
      select id from incoming_webhook_events
      where received_at < now() - ${KEPT}::interval and house is distinct from 'waiting' limit ${AT_ONCE})`.execute(db)
  await sql`
    delete from incoming_webhook_keys where ctid in (
      select ctid from incoming_webhook_keys where until < now() limit ${AT_ONCE})`.execute(db)
}
