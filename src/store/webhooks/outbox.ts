import { sql } from 'kysely'
import type { ConversationId, RunId, WebhookDeliveryId, WebhookId } from '../../domain/ids.ts'
import { GIVEN_UP_AFTER_MS, waitAfter } from '../../domain/webhooks/retry.ts'
import { type Database, type Db, inTransaction, type Tx } from '../database.ts'
import type { WebhookAttempt } from '../schema.ts'
import type { SecretBox } from '../secret-box.ts'
import { disableWebhook } from './subscriptions.ts'

/** How long whoever asked for work is taken to be at it; told anew with every chunk. */
const BUSY = '1 minute'
/** Attempts that are kept with a delivery. */
const KEPT_ATTEMPTS = 20

export interface DueDelivery {
  id: WebhookDeliveryId
  event: string
  body: string
  attempts: number
  log: WebhookAttempt[]
  conversation_id: ConversationId | null
  run_id: RunId | null
}

/** What to call now, the first that was due first, and how. `nextInMs` null: the outbox is empty, or nobody is to be called. */
export type DueWork =
  | {
      got: 'deliveries'
      url: string
      allowPrivateAddress: boolean
      /** the newest first */
      secrets: string[]
      deliveries: DueDelivery[]
    }
  | { got: 'nothing'; nextInMs: number | null }

/** One slice at a time takes from a webhook's outbox; what a dead one took is due as before. */
export async function takeDue(db: Db, box: SecretBox, id: WebhookId, limit: number): Promise<DueWork> {
  const webhook = await db
    .updateTable('webhooks')
    .set({ busy_until: sql<Date>`clock_timestamp() + ${BUSY}::interval`, nudges: 0 })
    .where('id', '=', id)
    .where('state', '=', 'active')
    .returning([
      'url',
      'allow_private_address',
      'secret',
      sql<Buffer | null>`case when previous_until > now() then previous_secret end`.as('previous'),
    ])
    .executeTakeFirst()
  if (!webhook) return { got: 'nothing', nextInMs: null }
  const deliveries = await db
    .selectFrom('webhook_deliveries')
    .select(['id', 'event', 'body', 'attempts', 'log', 'conversation_id', 'run_id'])
    .where('webhook_id', '=', id)
    .where('state', '=', 'queued')
    .where('next_at', '<=', sql<Date>`clock_timestamp()`)
    .orderBy('next_at')
    .orderBy('id')
    .limit(limit)
    .execute()
  if (deliveries.length === 0) return { got: 'nothing', nextInMs: await leave(db, id) }
  return {
    got: 'deliveries',
    url: webhook.url,
    allowPrivateAddress: webhook.allow_private_address,
    secrets: [webhook.secret, webhook.previous].flatMap((sealed) => (sealed ? [box.open(sealed) as string] : [])),
    deliveries,
  }
}

/** From here on whatever is queued is told by the sweep again. @returns when the next one is due, in milliseconds */
async function leave(db: Db, id: WebhookId): Promise<number | null> {
  await db.updateTable('webhooks').set({ busy_until: null }).where('id', '=', id).execute()
  const { rows } = await sql<{ ms: number | null }>`
    select extract(epoch from min(next_at) - clock_timestamp())::float8 * 1000 as ms from webhook_deliveries
    where webhook_id = ${id} and state = 'queued'`.execute(db)
  const ms = rows[0]?.ms ?? null
  return ms === null ? null : Math.max(1, Math.ceil(ms))
}

export type AttemptOutcome = { status: number } | { error: string }

/** Writes down what became of an attempt, and when the next one is; a subscription that is gone is disabled. */
export async function recordAttempt(
  { db }: Database,
  webhook: WebhookId,
  delivery: DueDelivery,
  outcome: AttemptOutcome,
  { at, milliseconds, random }: { at: Date; milliseconds: number; random: number },
): Promise<void> {
  const status = 'status' in outcome ? outcome.status : null
  const error = errorOf(outcome)
  const attempts = delivery.attempts + 1
  const wait = error === null ? null : waitAfter(attempts, random)
  const entry: WebhookAttempt = { at: at.toISOString(), status, error, milliseconds: Math.round(milliseconds) }
  await inTransaction(db, async (tx) => {
    await tx
      .updateTable('webhook_deliveries')
      .set({
        attempts,
        last_status: status,
        last_error: error,
        log: JSON.stringify([...delivery.log, entry].slice(-KEPT_ATTEMPTS)),
        ...(error === null
          ? { state: 'delivered', ended_at: sql<Date>`clock_timestamp()` }
          : wait === null
            ? { state: 'failed', ended_at: sql<Date>`clock_timestamp()` }
            : { next_at: sql<Date>`clock_timestamp() + ${wait} * interval '1 millisecond'` }),
      })
      .where('id', '=', delivery.id)
      .where('state', '=', 'queued')
      .execute()
    if (error === null) await noteSuccess(tx, webhook)
    else await noteFailure(tx, webhook, error, status === 410)
  })
}

const errorOf = (outcome: AttemptOutcome): string | null => {
  if ('error' in outcome) return outcome.error
  return outcome.status >= 200 && outcome.status < 300 ? null : `HTTP ${outcome.status}`
}

async function noteSuccess(tx: Tx, id: WebhookId): Promise<void> {
  await tx
    .updateTable('webhooks')
    .set({ last_error: null, failing_since: null })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('last_error', 'is not', null), eb('failing_since', 'is not', null)]))
    .execute()
}

async function noteFailure(tx: Tx, id: WebhookId, error: string, isGone: boolean): Promise<void> {
  const noted = await tx
    .updateTable('webhooks')
    .set({
      last_error: error,
      last_error_at: sql<Date>`clock_timestamp()`,
      failing_since: sql<Date>`coalesce(failing_since, clock_timestamp())`,
    })
    .where('id', '=', id)
    .returning(
      sql<boolean>`failing_since < clock_timestamp() - ${GIVEN_UP_AFTER_MS} * interval '1 millisecond'`.as('given_up'),
    )
    .executeTakeFirst()
  if (isGone) await disableWebhook(tx, id, 'gone')
  else if (noted?.given_up) await disableWebhook(tx, id, 'failing')
}

/**
 * Claims subscriptions that have something due and nobody at work: what was just queued, and what a crash or an outage
 * left behind. Several servers share them; each is told again after 4 s, 8 s, … 10 minutes until somebody takes it up.
 */
export async function claimUndelivered(db: Db, limit: number): Promise<WebhookId[]> {
  const { rows } = await sql<{ id: WebhookId }>`
    with due as (
      select w.id from webhooks w
      where w.state = 'active' and (w.busy_until is null or w.busy_until < now())
        and (w.nudges = 0 or w.nudged_at < now() - least(600, 4 * power(2, least(w.nudges - 1, 10))) * interval '1 second')
        and exists (select from webhook_deliveries d
          where d.webhook_id = w.id and d.state = 'queued' and d.next_at <= now())
      order by w.id limit ${limit} for update of w skip locked
    )
    update webhooks w set nudged_at = now(), nudges = w.nudges + 1 from due where w.id = due.id
    returning w.id`.execute(db)
  return rows.map(({ id }) => id)
}
