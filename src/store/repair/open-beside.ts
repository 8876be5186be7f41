import { sql } from 'kysely'
import type { CampaignId, HouseEventId, WebhookId } from '../../domain/ids.ts'
import type { Db } from '../database.ts'

/** Work that is of no conversation and needs a workflow of its own. */
export type OpenBeside =
  | { kind: 'campaign'; id: CampaignId }
  | { kind: 'house'; id: HouseEventId }
  | { kind: 'webhook'; id: WebhookId }

/**
 * Mailings that wait for their time or are sent, events of the house whose runs have not ended or that nobody has heard
 * of, and webhooks with something to deliver.
 */
export async function openBeside(db: Db): Promise<OpenBeside[]> {
  const { rows } = await sql<OpenBeside>`
    (select 'campaign' as kind, id from campaigns where state in ('scheduled', 'running') order by id)
    union all
    (select 'house', id from house_events where ended_at is null or changed > heard order by id)
    union all
    (select 'webhook', w.id from webhooks w where w.state = 'active'
      and exists (select from webhook_deliveries d where d.webhook_id = w.id and d.state = 'queued') order by w.id)`.execute(
    db,
  )
  return rows
}

/** Which of these mailings and events of the house the database has. */
export async function knownBeside(db: Db, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`
    select id::text from campaigns where id = any(${ids}::uuid[])
    union all select id::text from house_events where id = any(${ids}::uuid[])`.execute(db)
  return new Set(rows.map(({ id }) => id))
}
