import { sql } from 'kysely'
import type { IdentityValue } from '../../domain/conversation-event.ts'
import { type DeliveryState, deliveryRank } from '../../domain/delivery-state.ts'
import type { IdentityId, ProviderMessageId } from '../../domain/ids.ts'
import type { ProviderFailure } from '../../domain/provider-failure.ts'
import { afterUnknown } from '../../domain/send-retry.ts'
import { appendEvent, lockConversation } from '../conversation-events.ts'
import { type Database, inTransaction, type Tx } from '../database.ts'
import { appendEvents } from '../intake/events.ts'
import { runIn } from '../intake/run.ts'
import { statusEvents } from '../intake/status-events.ts'
import { applyParkedStatuses } from '../intake/statuses.ts'
import { recordLive } from '../live-events.ts'
import { newId } from '../new-id.ts'
import type { SendOrder } from './send-order.ts'

/**
 * The send ledger (design.md, Sends; P3): an attempt is committed before the provider is called and its outcome after.
 * Whoever finds an attempt without an outcome knows only that the message may have left: it becomes `unknown`, and is
 * never called again by itself.
 */
export type Claim =
  /** `waitedSeconds`: since it was queued */
  { claim: 'made'; attempt: number; tries: number; waitedSeconds: number } | { claim: 'refused' }

/**
 * Claims the next attempt of a queued delivery.
 * @param worker names the process in the ledger
 * @returns `refused` where it is not queued (any more): another run claimed it, it failed, or it has left
 */
export async function claimAttempt(database: Database, order: SendOrder, worker: string): Promise<Claim> {
  return inTransaction(database.db, async (tx) => {
    const { rows } = await sql<{ attempt: number; tries: number; waited: number }>`
      with claimed as (
        update deliveries d set state = 'sending', rank = ${deliveryRank('sending')}, attempt = attempt + 1, slot_at = null,
          maybe_twice = maybe_twice or (at_least_once and attempt > 0 and ${mayHaveLeft})
        where id = ${order.deliveryId} and state = 'queued' and parked is null and hold_until is null
        returning id, attempt, queued_at
      ), entered as (
        insert into delivery_attempts (delivery_id, attempt, worker) select id, attempt, ${worker} from claimed
      )
      select attempt, greatest(0, extract(epoch from clock_timestamp() - queued_at))::float8 as waited, 1 + (select count(*)::int from delivery_attempts a
        where a.delivery_id = claimed.id and a.started_at >= claimed.queued_at) as tries
      from claimed`.execute(tx)
    const row = rows[0]
    if (!row) return { claim: 'refused' }
    await recordDelivery(tx, order, 'sending')
    return { claim: 'made', attempt: row.attempt, tries: row.tries, waitedSeconds: row.waited }
  })
}

/**
 * The provider has it. A status may have come first and moved it further: it is never moved back (P4); only a failure
 * that no provider reported (a person's word, a later attempt that was refused) gives way to the proof that it left.
 * A late answer to an earlier attempt does not take the place of a newer one's.
 * Also joins statuses that were parked because nobody knew this message id.
 * @returns the newest event's number, where a status made one; else null
 */
export async function recordAccepted(
  database: Database,
  order: SendOrder,
  attempt: number,
  answer: { providerMessageId: ProviderMessageId; identities: IdentityValue[] },
): Promise<number | null> {
  return inTransaction(database.db, async (tx) => {
    await lockConversation(tx, order.conversationId)
    await endAttempt(tx, order, attempt, { outcome: 'accepted', providerMessageId: answer.providerMessageId })
    const moved = await tx
      .updateTable('deliveries')
      .set({
        state: sql`case when rank < ${deliveryRank('accepted')} or state = 'failed' then 'accepted' else state end`,
        rank: sql`case when state = 'failed' then ${deliveryRank('accepted')}
          else greatest(rank, ${deliveryRank('accepted')}) end`,
        provider_message_id: answer.providerMessageId,
        accepted_at: new Date(),
        failed_at: null,
        error_code: null,
        error_detail: null,
      })
      .where('id', '=', order.deliveryId)
      .where((where) =>
        where.or([
          where('provider_message_id', 'is', null),
          where.and([where('state', '<>', 'failed'), where('attempt', '=', attempt)]),
        ]),
      )
      .returning('state')
      .executeTakeFirst()
    // The channel's time is shown to people: once a second is enough, and spares the row in a mailing.
    await sql`
      with shown as (
        select from deliveries d join comments m on m.id = d.comment_id
        where d.id = ${order.deliveryId} and m.task_id is not null
      ), wrote as (
        update conversations set last_out_at = now(),
          last_message_at = case when exists (select from shown)
            then date_trunc('milliseconds', clock_timestamp()) else last_message_at end,
          last_message_run = case when exists (select from shown)
            then ${order.run?.id ?? null}::uuid else last_message_run end
        where id = ${order.conversationId}
      )
      update channels set last_outbound_at = now()
      where id = ${order.channelId} and coalesce(last_outbound_at < now() - interval '1 second', true)`.execute(tx)
    await addAliases(tx, order, answer.identities)
    if (moved) await recordDelivery(tx, order, moved.state)
    const at = new Date()
    if (order.run) {
      const { id: run, ...effect } = order.run
      const event = { kind: 'run.sent' as const, run, ...effect, delivery: order.deliveryId }
      await appendEvent(tx, order.conversationId, event, { at })
    }
    const isTold = moved !== undefined && (await tellSent(tx, order, at))
    const appended = await applyParkedStatuses(tx, order.channelId, answer.providerMessageId, order.deliveryId)
    return order.run || isTold || appended ? newestEvent(tx, order) : null
  })
}

/** States that prove that the provider has the message. */
const HAS_LEFT: ReadonlySet<DeliveryState> = new Set(['accepted', 'sent', 'delivered', 'read', 'played'])

/**
 * A status proved that the message left before anybody recorded the answer of its call, or without one: the run that
 * waits for it hears of it now. Nothing where it did.
 * @returns the number of the event that says so
 */
export async function recordProven(database: Database, order: SendOrder): Promise<number | null> {
  const { run: waiting, conversationId, deliveryId } = order
  if (!waiting || !HAS_LEFT.has(order.state)) return null
  return inTransaction(database.db, async (tx) => {
    await lockConversation(tx, conversationId)
    const { rows } = await sql`select from conversation_events where conversation_id = ${conversationId}
      and kind in ('run.sent', 'delivery.settled') and payload ->> 'delivery' = ${deliveryId}`.execute(tx)
    if (rows.length > 0) return null
    const { id: run, ...effect } = waiting
    return appendEvent(
      tx,
      conversationId,
      { kind: 'run.sent', run, ...effect, delivery: deliveryId },
      { at: new Date() },
    )
  })
}

/** Scenarios hear of it, where one listens: behind the answer to the run that sent it, which may wait for this next. */
async function tellSent(tx: Tx, { deliveryId, conversationId, channelId }: SendOrder, at: Date): Promise<boolean> {
  const run = runIn(tx)
  const reached = { delivery: deliveryId, conversationId, channelId, campaignId: null, state: 'sent' as const, at }
  return (await appendEvents(run, await statusEvents(run, [reached]))).length > 0
}

/** An earlier call since the message was queued may have reached the client: nobody knows. */
const mayHaveLeft = sql<boolean>`exists (select from delivery_attempts a
  where a.delivery_id = d.id and a.outcome = 'unknown' and a.started_at >= d.queued_at)`

/**
 * Nobody can say whether it left. A status that carries our id settles it later, or a person does; or it goes back to
 * the queue, because its author would rather have it arrive twice than not at all, or because it cannot arrive twice.
 * Every call stays in the ledger.
 * @param attempt null: whatever call was under way when its process ended
 * @param repeatsSafely the provider takes a repeated call for the same message (`Capabilities.repeatsSafely`)
 */
export async function recordUnknown(
  database: Database,
  order: SendOrder,
  attempt: number | null,
  detail: string,
  repeatsSafely = false,
): Promise<ReturnType<typeof afterUnknown>> {
  return inTransaction(database.db, async (tx) => {
    if (attempt === null) {
      await sql`update delivery_attempts set outcome = 'unknown', detail = ${detail}, ended_at = now()
        where delivery_id = ${order.deliveryId} and outcome is null`.execute(tx)
    } else {
      await endAttempt(tx, order, attempt, { outcome: 'unknown', detail })
    }
    const mayRepeat = order.atLeastOnce || repeatsSafely
    const verdict = mayRepeat ? afterUnknown(true, await callsOfUnknownOutcome(tx, order)) : UNKNOWN
    const state = verdict.next === 'again' ? 'queued' : 'unknown'
    const moved = await tx
      .updateTable('deliveries')
      .set({ state, rank: deliveryRank(state), slot_at: null })
      .where('id', '=', order.deliveryId)
      .where('state', '=', 'sending')
      // Another process may have taken it up since: its call is not made a third time while it is under way.
      .$if(verdict.next === 'again' && attempt !== null, (query) => query.where('attempt', '=', attempt as number))
      .returning('id')
      .executeTakeFirst()
    if (moved) await recordDelivery(tx, order, state)
    if (moved) return verdict
    // Whoever was faster has queued it again: it is still to be sent.
    return mayRepeat && (await isQueued(tx, order)) ? { next: 'again', afterMs: 0 } : UNKNOWN
  })
}

const UNKNOWN = { next: 'unknown' } as const

async function isQueued(tx: Tx, order: SendOrder): Promise<boolean> {
  const row = await tx
    .selectFrom('deliveries')
    .select('state')
    .where('id', '=', order.deliveryId)
    .executeTakeFirstOrThrow()
  return row.state === 'queued'
}

async function callsOfUnknownOutcome(tx: Tx, order: SendOrder): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from delivery_attempts a join deliveries d on d.id = a.delivery_id
    where d.id = ${order.deliveryId} and a.outcome = 'unknown' and a.started_at >= d.queued_at`.execute(tx)
  return rows[0]?.count ?? 0
}

/** Certainly not sent, and worth another try: back in the queue. */
export async function recordTryAgain(
  database: Database,
  order: SendOrder,
  attempt: number,
  failure: ProviderFailure,
): Promise<void> {
  await backToQueue(database, order, attempt, failure, null)
}

/** Certainly not sent, because its channel cannot send: it waits until the channel is resumed, and loses nothing. */
export async function recordParked(
  database: Database,
  order: SendOrder,
  attempt: number | null,
  failure: ProviderFailure | null,
): Promise<void> {
  await backToQueue(database, order, attempt, failure, 'channel_down')
}

async function backToQueue(
  database: Database,
  order: SendOrder,
  attempt: number | null,
  failure: ProviderFailure | null,
  parked: string | null,
): Promise<void> {
  await inTransaction(database.db, async (tx) => {
    if (attempt !== null && failure) {
      await endAttempt(tx, order, attempt, { outcome: 'rejected', code: failure.code, detail: failure.detail })
    }
    const moved = await tx
      .updateTable('deliveries')
      .set({
        state: 'queued',
        rank: deliveryRank('queued'),
        parked,
        slot_at: null,
        error_code: failure?.code ?? null,
        error_detail: failure?.detail ?? null,
      })
      .where('id', '=', order.deliveryId)
      .where(isAt(attempt))
      .returning('id')
      .executeTakeFirst()
    if (moved) await recordDelivery(tx, order, 'queued')
  })
}

/**
 * Only this attempt, while its call is under way; without one, only what still waits for its first. Another process may
 * have taken the delivery up since: its call must neither be queued again nor be declared failed.
 */
const isAt = (attempt: number | null) =>
  attempt === null ? sql<boolean>`state = 'queued'` : sql<boolean>`state = 'sending' and attempt = ${attempt}`

async function newestEvent(tx: Tx, order: SendOrder): Promise<number> {
  const row = await tx
    .selectFrom('conversations')
    .select('last_seq')
    .where('id', '=', order.conversationId)
    .executeTakeFirstOrThrow()
  return row.last_seq
}

/**
 * It ended badly: the reason is shown, and what waits for it learns of it. Where an earlier call of it may have reached
 * the client, it is unknown: nobody can say that the message did not arrive.
 * @returns the number of the event that says so; null where it had ended before, or is unknown
 */
export async function recordFailed(
  database: Database,
  order: SendOrder,
  attempt: number | null,
  failure: Pick<ProviderFailure, 'code' | 'detail'>,
): Promise<number | null> {
  return inTransaction(database.db, async (tx) => {
    await lockConversation(tx, order.conversationId)
    if (attempt !== null)
      await endAttempt(tx, order, attempt, { outcome: 'rejected', code: failure.code, detail: failure.detail })
    const state = (await callsOfUnknownOutcome(tx, order)) > 0 ? 'unknown' : 'failed'
    const moved = await tx
      .updateTable('deliveries')
      .set({
        state,
        rank: deliveryRank(state),
        error_code: failure.code,
        error_detail: failure.detail,
        ...(state === 'failed' && { failed_at: new Date() }),
      })
      .where('id', '=', order.deliveryId)
      .where(attempt === null ? isAt(null) : sql<boolean>`state in ('sending', 'unknown') and attempt = ${attempt}`)
      .returning('id')
      .executeTakeFirst()
    if (!moved) return null
    await recordDelivery(tx, order, state)
    if (state === 'unknown') return null
    return appendEvent(
      tx,
      order.conversationId,
      { kind: 'delivery.failed', delivery: order.deliveryId, code: failure.code },
      { at: new Date() },
    )
  })
}

async function endAttempt(
  tx: Tx,
  order: SendOrder,
  attempt: number,
  end: {
    outcome: 'accepted' | 'rejected' | 'unknown'
    code?: string
    detail?: string
    providerMessageId?: ProviderMessageId
  },
): Promise<void> {
  await tx
    .updateTable('delivery_attempts')
    .set({
      outcome: end.outcome,
      code: end.code ?? null,
      detail: end.detail?.slice(0, 500) ?? null,
      provider_message_id: end.providerMessageId ?? null,
      ended_at: new Date(),
    })
    .where('delivery_id', '=', order.deliveryId)
    .where('attempt', '=', attempt)
    .execute()
}

/** What the answer calls the recipient besides (Brazil, Mexico): another name of the same conversation. */
async function addAliases(tx: Tx, order: SendOrder, identities: IdentityValue[]): Promise<void> {
  if (identities.length === 0) return
  await tx
    .insertInto('identities')
    .values(
      identities.map(({ kind, value }) => ({
        id: newId<IdentityId>(),
        channel_id: order.channelId,
        kind,
        value,
        conversation_id: order.conversationId,
      })),
    )
    .onConflict((oc) => oc.columns(['channel_id', 'kind', 'value']).doNothing())
    .execute()
}

/** Tells the screens. */
async function recordDelivery(tx: Tx, order: SendOrder, state: string): Promise<void> {
  await recordLive(tx, [
    {
      event: 'delivery',
      data: {
        deliveryId: order.deliveryId,
        commentId: order.commentId,
        taskId: order.taskId,
        conversationId: order.conversationId,
        channelId: order.channelId,
        state,
      },
    },
  ])
}
