import { type Selectable, sql } from 'kysely'
import type { UserId, WebhookId } from '../../domain/ids.ts'
import { type AuditEntry, audit } from '../audit.ts'
import type { Db, Tx } from '../database.ts'
import { newId } from '../new-id.ts'
import type { WebhooksTable } from '../schema.ts'
import type { SecretBox } from '../secret-box.ts'
import { newSigningSecret } from './signature.ts'

const COLUMNS = [
  'id',
  'name',
  'url',
  'events',
  'state',
  'allow_private_address',
  'last_error',
  'last_error_at',
  'previous_until',
  'created_at',
] as const

export type WebhookRow = Pick<Selectable<WebhooksTable>, (typeof COLUMNS)[number]>

export interface WebhookValues {
  name: string
  url: string
  /** names of events; `*`: every one */
  events: string[]
  allowPrivateAddress: boolean
}

/** The old secret signs too for so long after a rotation. */
const ROTATION = '24 hours'

/** @returns up to `limit` + 1 rows */
export function listWebhooks(db: Db, page: { after: WebhookId | null; limit: number }): Promise<WebhookRow[]> {
  let query = db
    .selectFrom('webhooks')
    .select(COLUMNS)
    .orderBy('id')
    .limit(page.limit + 1)
  if (page.after) query = query.where('id', '>', page.after)
  return query.execute()
}

export const findWebhook = (db: Db | Tx, id: WebhookId): Promise<WebhookRow | undefined> =>
  db.selectFrom('webhooks').select(COLUMNS).where('id', '=', id).executeTakeFirst()

/** @returns the row, and its secret, which is shown this once */
export async function createWebhook(
  tx: Tx,
  secrets: SecretBox,
  { name, url, events, allowPrivateAddress, createdBy }: WebhookValues & { createdBy: UserId | null },
  actor: AuditEntry['actor'],
): Promise<{ row: WebhookRow; secret: string }> {
  const secret = newSigningSecret()
  const row = await tx
    .insertInto('webhooks')
    .values({
      id: newId<WebhookId>(),
      name,
      url,
      events,
      allow_private_address: allowPrivateAddress,
      secret: secrets.seal(secret),
      created_by: createdBy,
    })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow()
  await audit(tx, { actor, action: 'webhook.created', subject: { kind: 'webhook', id: row.id }, detail: { events } })
  return { row, secret }
}

/** Disabling ends what is in its outbox. @returns null where there is no such webhook */
export async function changeWebhook(
  tx: Tx,
  id: WebhookId,
  changes: Partial<WebhookValues> & { state?: 'active' | 'disabled' },
  actor: AuditEntry['actor'],
): Promise<WebhookRow | null> {
  const before = await tx.selectFrom('webhooks').select(COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst()
  if (!before) return null
  const { name, url, events, allowPrivateAddress, state } = changes
  const columns = {
    ...(name !== undefined && { name }),
    ...(url !== undefined && { url }),
    ...(events !== undefined && { events }),
    ...(allowPrivateAddress !== undefined && { allow_private_address: allowPrivateAddress }),
    ...(state !== undefined && { state }),
    ...(state === 'active' && before.state === 'disabled' && { failing_since: null }),
  }
  if (Object.keys(columns).length === 0) return before
  const row = await tx
    .updateTable('webhooks')
    .set({ ...columns, updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirstOrThrow()
  if (state === 'disabled') await endOutbox(tx, id)
  await audit(tx, {
    actor,
    action: 'webhook.changed',
    subject: { kind: 'webhook', id },
    detail: { fields: Object.keys(changes), ...(state !== undefined && { state }) },
  })
  return row
}

/** Nobody calls it any more until a person enables it: it is gone, or has failed for days. */
export async function disableWebhook(tx: Tx, id: WebhookId, reason: 'gone' | 'failing'): Promise<void> {
  const disabled = await tx
    .updateTable('webhooks')
    .set({ state: 'disabled', updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where('state', '=', 'active')
    .returning('id')
    .executeTakeFirst()
  if (!disabled) return
  await endOutbox(tx, id)
  await audit(tx, {
    actor: { kind: 'worker', id: null },
    action: 'webhook.disabled',
    subject: { kind: 'webhook', id },
    detail: { reason },
  })
}

async function endOutbox(tx: Tx, id: WebhookId): Promise<void> {
  await tx
    .updateTable('webhook_deliveries')
    .set({ state: 'failed', last_error: 'The subscription was disabled', ended_at: sql<Date>`now()` })
    .where('webhook_id', '=', id)
    .where('state', '=', 'queued')
    .execute()
}

/** Its deliveries go with it. @returns whether there was such a webhook */
export async function deleteWebhook(tx: Tx, id: WebhookId, actor: AuditEntry['actor']): Promise<boolean> {
  const deleted = await tx.deleteFrom('webhooks').where('id', '=', id).executeTakeFirst()
  if (deleted.numDeletedRows === 0n) return false
  await audit(tx, { actor, action: 'webhook.deleted', subject: { kind: 'webhook', id } })
  return true
}

/** A new secret; for a day the old one signs beside it. @returns null where there is no such webhook */
export async function rotateWebhookSecret(
  tx: Tx,
  secrets: SecretBox,
  id: WebhookId,
  actor: AuditEntry['actor'],
): Promise<{ row: WebhookRow; secret: string } | null> {
  const secret = newSigningSecret()
  const row = await tx
    .updateTable('webhooks')
    .set({
      previous_secret: sql<Buffer>`secret`,
      previous_until: sql<Date>`now() + ${ROTATION}::interval`,
      secret: secrets.seal(secret),
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirst()
  if (!row) return null
  await audit(tx, { actor, action: 'webhook.secret_rotated', subject: { kind: 'webhook', id } })
  return { row, secret }
}
