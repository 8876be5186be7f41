import { sql } from 'kysely'
import type { IdentityValue } from '../../domain/conversation-event.ts'
import { deliveryRank } from '../../domain/delivery-state.ts'
import type { IdentityId, ProviderMessageId } from '../../domain/ids.ts'
import type { ProviderFailure } from '../../domain/provider-failure.ts'
import { appendEvent, lockConversation } from '../conversation-events.ts'
import { type Database, inTransaction, type Tx } from '../database.ts'
import { applyParkedStatuses } from '../intake/statuses.ts'
import { recordLive } from '../live-events.ts'
import { newId } from '../new-id.ts'
import type { SendOrder } from './send-order.ts'

/**
 * The send ledger (design.md, Sends; P3): an attempt is committed before the provider is called and its outcome after.
 * Whoever finds an attempt without an outcome knows only that the message may have left: it becomes `unknown`, and is
 * never called again by itself.
 */
export type Claim = { claim: 'made'; attempt: number; tries: number } | { claim: 'refused' }

/**
 * Claims the next attempt of a queued delivery.
 * @param worker names the process in the ledger
 * @returns `refused` where it is not queued (any more): another run claimed it, it failed, or it has left
 */
export async function claimAttempt(database: Database, order: SendOrder, worker: string): Promise<Claim> {
  return inTransaction(database.db, async (tx) => {
    const { rows } = await sql<{ attempt: number; tries: number }>`
      with claimed as (
        update deliveries set state = 'sending', rank = ${deliveryRank('sending')}, attempt = attempt + 1, slot_at = null
        where id = ${order.deliveryId} and state = 'queued' and parked is null
        returning id, attempt, queued_at
      ), entered as (
        insert into delivery_attempts (delivery_id, attempt, worker) select id, attempt, ${worker} from claimed
      )
      select attempt, 1 + (select count(*)::int from delivery_attempts a
        where a.delivery_id = claimed.id and a.started_at >= claimed.queued_at) as tries
      from claimed`.execute(tx)
    const row = rows[0]
    if (!row) return { claim: 'refused' }
    await recordDelivery(tx, order, 'sending')
    return { claim: 'made', attempt: row.attempt, tries: row.tries }
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
      with wrote as (update conversations set last_out_at = now() where id = ${order.conversationId})
      update channels set last_outbound_at = now()
      where id = ${order.channelId} and coalesce(last_outbound_at < now() - interval '1 second', true)`.execute(tx)
    await addAliases(tx, order, answer.identities)
    const appended = await applyParkedStatuses(tx, order.channelId, answer.providerMessageId, order.deliveryId)
    if (moved) await recordDelivery(tx, order, moved.state)
    if (order.run) {
      const { id: run, ...effect } = order.run
      return appendEvent(
        tx,
        order.conversationId,
        { kind: 'run.sent', run, ...effect, delivery: order.deliveryId },
        { at: new Date() },
      )
    }
    return appended ? newestEvent(tx, order) : null
  })
}

/** Nobody can say whether it left. A status that carries our id settles it later, or a person does. */
export async function recordUnknown(
  database: Database,
  order: SendOrder,
  attempt: number | null,
  detail: string,
): Promise<void> {
  await inTransaction(database.db, async (tx) => {
    if (attempt === null) {
      await sql`update delivery_attempts set outcome = 'unknown', detail = ${detail}, ended_at = now()
        where delivery_id = ${order.deliveryId} and outcome is null`.execute(tx)
    } else {
      await endAttempt(tx, order, attempt, { outcome: 'unknown', detail })
    }
    const moved = await tx
      .updateTable('deliveries')
      .set({ state: 'unknown', rank: deliveryRank('unknown') })
      .where('id', '=', order.deliveryId)
      .where('state', '=', 'sending')
      .returning('id')
      .executeTakeFirst()
    if (moved) await recordDelivery(tx, order, 'unknown')
  })
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
 * It ended badly: the reason is shown, and what waits for it learns of it.
 * @returns the number of the event that says so; null where it had ended before
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
    const moved = await tx
      .updateTable('deliveries')
      .set({
        state: 'failed',
        rank: deliveryRank('failed'),
        error_code: failure.code,
        error_detail: failure.detail,
        failed_at: new Date(),
      })
      .where('id', '=', order.deliveryId)
      .where(attempt === null ? isAt(null) : sql<boolean>`state in ('sending', 'unknown') and attempt = ${attempt}`)
      .returning('id')
      .executeTakeFirst()
    if (!moved) return null
    await recordDelivery(tx, order, 'failed')
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
