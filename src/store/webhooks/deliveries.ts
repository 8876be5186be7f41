import { type Selectable, sql } from 'kysely'
import type { ContactId, ConversationId, RunId, TaskId, WebhookDeliveryId, WebhookId } from '../../domain/ids.ts'
import type { Json } from '../../domain/scenario/expressions/scope.ts'
import { type AuditEntry, audit } from '../audit.ts'
import type { Db, Tx } from '../database.ts'
import { newId } from '../new-id.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import type { WebhookDeliveriesTable } from '../schema.ts'

export type WebhookDeliveryRow = Selectable<WebhookDeliveriesTable>

/** The longest body, in bytes: receivers take no more. */
export const MAX_EMITTED_BYTES = 256 * 1024

/** What a scenario tells other systems. */
export interface EmittedEvent {
  type: string
  at: Date
  data: Json
  conversation: ConversationId | null
  task: TaskId | null
  contact: ContactId | null
  /** the document's id */
  scenario: string
  /** with the effect, it is told once */
  run: { id: RunId; effect: number }
}

/**
 * Puts an event into the outbox of everybody who subscribed to it, in the transaction of the step.
 * @returns how many they are; null where it is too large
 */
export async function queueEvent(tx: Tx, event: EmittedEvent): Promise<number | null> {
  const body = JSON.stringify({
    type: event.type,
    timestamp: event.at.toISOString(),
    data: event.data,
    conversationId: event.conversation,
    taskId: event.task,
    contactId: event.contact,
    scenario: event.scenario,
    runId: event.run.id,
  })
  if (Buffer.byteLength(body) > MAX_EMITTED_BYTES) return null
  const subscribers = await tx
    .selectFrom('webhooks')
    .select('id')
    .where('state', '=', 'active')
    .where('events', '&&', sql<string[]>`${[event.type, '*']}::text[]`)
    .orderBy('id')
    .execute()
  if (subscribers.length === 0) return 0
  await tx
    .insertInto('webhook_deliveries')
    .values(
      subscribers.map(({ id }) => ({
        id: newId<WebhookDeliveryId>(),
        webhook_id: id,
        event: event.type,
        body,
        conversation_id: event.conversation,
        run_id: event.run.id,
        run_effect: event.run.effect,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return subscribers.length
}

/** The name of the event that a person sends to try a subscription out. */
export const TEST_EVENT = 'parley.test'

/** Whatever it subscribed to. Refuses with `not_found` and `webhook_disabled`. */
export async function queueTest(tx: Tx, id: WebhookId): Promise<Refusable<WebhookDeliveryRow>> {
  const webhook = await tx.selectFrom('webhooks').select(['name', 'state']).where('id', '=', id).executeTakeFirst()
  if (!webhook) return missing('This webhook')
  if (webhook.state === 'disabled') return disabled
  const data = { webhook: webhook.name }
  const body = JSON.stringify({ type: TEST_EVENT, timestamp: new Date().toISOString(), data })
  const row = await tx
    .insertInto('webhook_deliveries')
    .values({ id: newId<WebhookDeliveryId>(), webhook_id: id, event: TEST_EVENT, body })
    .returningAll()
    .executeTakeFirstOrThrow()
  return done(row)
}

const disabled = refuse('conflict', 'webhook_disabled', 'The subscription is disabled; enable it first')

/** The newest first. @returns up to `limit` + 1 rows */
export function listDeliveries(
  db: Db,
  webhook: WebhookId,
  page: { after: WebhookDeliveryId | null; limit: number; state?: WebhookDeliveryRow['state'] | undefined },
): Promise<WebhookDeliveryRow[]> {
  let query = db
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('webhook_id', '=', webhook)
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
  if (page.after) query = query.where('id', '<', page.after)
  if (page.state) query = query.where('state', '=', page.state)
  return query.execute()
}

/** Tries it again now, with all its attempts, whatever became of it. Refuses with `not_found` and `webhook_disabled`. */
export async function retryWebhookDelivery(
  tx: Tx,
  id: WebhookDeliveryId,
  actor: AuditEntry['actor'],
): Promise<Refusable<WebhookDeliveryRow>> {
  const found = await tx
    .selectFrom('webhook_deliveries as d')
    .innerJoin('webhooks as w', 'w.id', 'd.webhook_id')
    .select('w.state')
    .where('d.id', '=', id)
    .executeTakeFirst()
  if (!found) return missing('This delivery')
  if (found.state === 'disabled') return disabled
  const row = await tx
    .updateTable('webhook_deliveries')
    .set({ state: 'queued', attempts: 0, next_at: sql<Date>`now()`, ended_at: null })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
  if (!row) return missing('This delivery')
  await audit(tx, { actor, action: 'webhook_delivery.retried', subject: { kind: 'webhook_delivery', id } })
  return done(row)
}
