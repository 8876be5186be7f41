import { randomBytes } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import type { IncomingWebhookId, UserId } from '../../../domain/ids.ts'
import { type AuditEntry, audit } from '../../audit.ts'
import type { Db, Tx } from '../../database.ts'
import { newId } from '../../new-id.ts'
import { done, missing, type Refusable, refuse } from '../../refusal.ts'
import type { IncomingWebhooksTable, WebhookVerification } from '../../schema.ts'
import type { SecretBox } from '../../secret-box.ts'
import { isSigningSecret, newSigningSecret } from '../signature.ts'

const COLUMNS = ['id', 'name', 'verify', 'header', 'previous_until', 'created_at', 'last_received_at'] as const

export type IncomingWebhookRow = Pick<Selectable<IncomingWebhooksTable>, (typeof COLUMNS)[number]>

/** The old secret is accepted too for so long after a rotation. */
const ROTATION = '24 hours'

/** @returns up to `limit` + 1 rows */
export function listIncomingWebhooks(
  db: Db,
  page: { after: IncomingWebhookId | null; limit: number },
): Promise<IncomingWebhookRow[]> {
  let query = db
    .selectFrom('incoming_webhooks')
    .select(COLUMNS)
    .orderBy('id')
    .limit(page.limit + 1)
  if (page.after) query = query.where('id', '>', page.after)
  return query.execute()
}

export const findIncomingWebhook = (db: Db | Tx, id: IncomingWebhookId): Promise<IncomingWebhookRow | undefined> =>
  db.selectFrom('incoming_webhooks').select(COLUMNS).where('id', '=', id).executeTakeFirst()

/** What a caller of the address is verified by. */
export interface HookDoor {
  id: IncomingWebhookId
  verify: WebhookVerification
  header: string | null
  secrets: string[]
}

/** @returns null where there is no such name */
export async function openHookDoor(db: Db, box: SecretBox, name: string): Promise<HookDoor | null> {
  const row = await db
    .selectFrom('incoming_webhooks')
    .select([
      'id',
      'verify',
      'header',
      'secret',
      sql<Buffer | null>`case when previous_until > now() then previous_secret end`.as('previous'),
    ])
    .where('name', '=', name)
    .executeTakeFirst()
  if (!row) return null
  const secrets = [row.secret, row.previous].flatMap((sealed) => (sealed ? [box.open(sealed) as string] : []))
  return { id: row.id, verify: row.verify, header: row.header, secrets }
}

/**
 * @param secret the one that the other system has; absent: a fresh one
 * @returns the row and the secret, which is shown this once. Refuses with `name_taken` and `secret_invalid`
 */
export async function createIncomingWebhook(
  tx: Tx,
  box: SecretBox,
  wanted: {
    name: string
    verify: WebhookVerification
    header: string | null
    secret?: string | undefined
    createdBy: UserId | null
  },
  actor: AuditEntry['actor'],
): Promise<Refusable<{ row: IncomingWebhookRow; secret: string }>> {
  const { name, verify, header, createdBy } = wanted
  const chosen = chooseSecret(verify, wanted.secret)
  if (chosen.refused) return chosen
  const row = await tx
    .insertInto('incoming_webhooks')
    .values({
      id: newId<IncomingWebhookId>(),
      name,
      verify,
      header,
      secret: box.seal(chosen.value),
      created_by: createdBy,
    })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning(COLUMNS)
    .executeTakeFirst()
  if (!row) return refuse('conflict', 'name_taken', `There is a webhook “${name}” already`)
  await audit(tx, {
    actor,
    action: 'incoming_webhook.created',
    subject: { kind: 'incoming_webhook', id: row.id },
    detail: { name, verify },
  })
  return done({ row, secret: chosen.value })
}

/** For a day the old secret is accepted, too. Refuses with `not_found` and `secret_invalid`. */
export async function rotateIncomingSecret(
  tx: Tx,
  box: SecretBox,
  id: IncomingWebhookId,
  given: string | undefined,
  actor: AuditEntry['actor'],
): Promise<Refusable<{ row: IncomingWebhookRow; secret: string }>> {
  const found = await findIncomingWebhook(tx, id)
  if (!found) return missing('This webhook')
  const chosen = chooseSecret(found.verify, given)
  if (chosen.refused) return chosen
  const row = await tx
    .updateTable('incoming_webhooks')
    .set({
      previous_secret: sql<Buffer>`secret`,
      previous_until: sql<Date>`now() + ${ROTATION}::interval`,
      secret: box.seal(chosen.value),
    })
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirst()
  if (!row) return missing('This webhook')
  await audit(tx, { actor, action: 'incoming_webhook.secret_rotated', subject: { kind: 'incoming_webhook', id } })
  return done({ row, secret: chosen.value })
}

/** Its events go with it; those that reached a conversation stay there. @returns whether there was such a webhook */
export async function deleteIncomingWebhook(
  tx: Tx,
  id: IncomingWebhookId,
  actor: AuditEntry['actor'],
): Promise<boolean> {
  const deleted = await tx.deleteFrom('incoming_webhooks').where('id', '=', id).returning('name').executeTakeFirst()
  if (!deleted) return false
  await audit(tx, {
    actor,
    action: 'incoming_webhook.deleted',
    subject: { kind: 'incoming_webhook', id },
    detail: { name: deleted.name },
  })
  return true
}

function chooseSecret(verify: WebhookVerification, given: string | undefined): Refusable<string> {
  if (given === undefined) {
    return done(verify === 'standard' ? newSigningSecret() : randomBytes(32).toString('base64url'))
  }
  if (verify !== 'standard' || isSigningSecret(given)) return done(given)
  return refuse('invalid', 'secret_invalid', 'A Standard Webhooks secret is whsec_ and 24 to 64 bytes in base64')
}
