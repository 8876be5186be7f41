import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CommentId, ConversationId, DeliveryId, TaskId } from '../../src/domain/ids.ts'
import type { ProviderFailure } from '../../src/domain/provider-failure.ts'
import { newId } from '../../src/store/new-id.ts'
import {
  claimAttempt,
  recordAccepted,
  recordFailed,
  recordParked,
  recordTryAgain,
  recordUnknown,
} from '../../src/store/sends/ledger.ts'
import { loadSendOrder, rememberSlot, type SendOrder } from '../../src/store/sends/send-order.ts'
import { workEvents } from '../../src/store/steps/work-events.ts'
import { addConversation, type House, openHouse, receive, wamid } from '../kit/house.ts'

let house: House
let conversation: ConversationId
let task: TaskId
beforeAll(async () => {
  house = await openHouse()
  conversation = await addConversation(house)
  await receive(house.database, conversation)
  await workEvents(house.database, { conversationId: conversation, after: null, upTo: 1 })
  task = (await house.database.db.selectFrom('tasks').select('id').executeTakeFirstOrThrow()).id
})
afterAll(() => house.close())

const refusal: ProviderFailure = {
  class: 'retry',
  code: '131016',
  detail: 'Service unavailable',
  retryAfterSeconds: null,
  limit: null,
}

/** A delivery in the queue, as a worker reads it. */
async function queued(): Promise<SendOrder> {
  const { db } = house.database
  const comment = newId<CommentId>()
  await db
    .insertInto('comments')
    .values({
      id: comment,
      task_id: task,
      conversation_id: conversation,
      channel_id: house.channel,
      author_kind: 'employee',
      author_name: 'Anna',
      kind: 'text',
      text: 'Hi',
    })
    .execute()
  const id = newId<DeliveryId>()
  await db
    .insertInto('deliveries')
    .values({
      id,
      comment_id: comment,
      conversation_id: conversation,
      channel_id: house.channel,
      body: JSON.stringify({ kind: 'text', text: 'Hi' }),
    })
    .execute()
  return read(id)
}

async function read(id: DeliveryId): Promise<SendOrder> {
  const order = await loadSendOrder(house.database.db, id)
  if (!order) throw new Error('no such delivery')
  return order
}

const claim = async (order: SendOrder) => {
  const made = await claimAttempt(house.database, order, 'w')
  if (made.claim === 'refused') throw new Error('the claim was refused')
  return made.attempt
}

const set = (id: DeliveryId, values: Record<string, unknown>) =>
  house.database.db.updateTable('deliveries').set(values).where('id', '=', id).execute()

const row = (id: DeliveryId) =>
  house.database.db.selectFrom('deliveries').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

describe('two processes at one delivery (P3)', () => {
  it('whoever finds the channel paused does not queue the other one’s call again', async () => {
    const order = await queued()
    await claim(order)
    await recordParked(house.database, order, null, null)
    expect(await row(order.deliveryId)).toMatchObject({ state: 'sending', parked: null })
  })

  it('whoever finds the window closed does not fail the other one’s call', async () => {
    const order = await queued()
    const attempt = await claim(order)
    await recordFailed(house.database, order, null, { code: 'window_closed', detail: '' })
    expect((await row(order.deliveryId)).state).toBe('sending')
    await recordAccepted(house.database, order, attempt, { providerMessageId: wamid('wamid.two'), identities: [] })
    expect(await row(order.deliveryId)).toMatchObject({ state: 'accepted', provider_message_id: 'wamid.two' })
  })

  it('a late refusal of an earlier attempt leaves the call of a newer one alone', async () => {
    const order = await queued()
    const first = await claim(order)
    await set(order.deliveryId, { state: 'queued', rank: 0 })
    const second = await claim(await read(order.deliveryId))
    await recordTryAgain(house.database, order, first, refusal)
    expect(await row(order.deliveryId)).toMatchObject({ state: 'sending', attempt: second })
    await recordFailed(house.database, order, first, refusal)
    expect(await row(order.deliveryId)).toMatchObject({ state: 'sending', attempt: second })
  })

  it('a late answer to an earlier attempt does not take the place of the newer one’s', async () => {
    const order = await queued()
    const first = await claim(order)
    await set(order.deliveryId, { state: 'queued', rank: 0 })
    const second = await claim(await read(order.deliveryId))
    await recordAccepted(house.database, order, second, { providerMessageId: wamid('wamid.b'), identities: [] })
    await recordAccepted(house.database, order, first, { providerMessageId: wamid('wamid.a'), identities: [] })
    expect(await row(order.deliveryId)).toMatchObject({ state: 'accepted', provider_message_id: 'wamid.b' })
  })

  it('a late answer is believed where a person had said that the message never arrived', async () => {
    const order = await queued()
    const attempt = await claim(order)
    await set(order.deliveryId, { state: 'failed', rank: 8, error_code: 'settled_by_person', failed_at: new Date() })
    await recordAccepted(house.database, order, attempt, { providerMessageId: wamid('wamid.late'), identities: [] })
    expect(await row(order.deliveryId)).toMatchObject({
      state: 'accepted',
      rank: 3,
      provider_message_id: 'wamid.late',
      error_code: null,
      failed_at: null,
    })
  })

  it('what the provider reported as failed stays failed when the answer comes late', async () => {
    const order = await queued()
    const attempt = await claim(order)
    await set(order.deliveryId, { state: 'failed', rank: 8, error_code: '131026', provider_message_id: 'wamid.f' })
    await recordAccepted(house.database, order, attempt, { providerMessageId: wamid('wamid.f'), identities: [] })
    expect(await row(order.deliveryId)).toMatchObject({ state: 'failed', error_code: '131026' })
  })
})

describe('the moment that pacing gave', () => {
  it('is counted by the database’s clock, and void where it was missed', async () => {
    const order = await queued()
    expect(order.slotInMs).toBeNull()
    await rememberSlot(house.database.db, order.deliveryId, 60_000)
    const { slotInMs } = await read(order.deliveryId)
    expect(slotInMs).toBeGreaterThan(50_000)
    expect(slotInMs).toBeLessThanOrEqual(60_000)
    await rememberSlot(house.database.db, order.deliveryId, -60_000)
    expect((await read(order.deliveryId)).slotInMs).toBeNull()
  })

  it('does not outlive a pause of the channel', async () => {
    const order = await queued()
    await rememberSlot(house.database.db, order.deliveryId, 60_000)
    await recordParked(house.database, order, null, null)
    expect(await row(order.deliveryId)).toMatchObject({ parked: 'channel_down', slot_at: null })
  })
})

describe('a message that its author would rather have twice than not at all', () => {
  const wished = async () => {
    const order = await queued()
    await set(order.deliveryId, { at_least_once: true })
    return read(order.deliveryId)
  }

  it('is queued again after a call of unknown outcome, twice; then it is unknown', async () => {
    const order = await wished()
    for (const afterMs of [5_000, 15_000]) {
      const attempt = await claim(order)
      expect(await recordUnknown(house.database, order, attempt, 'timeout')).toEqual({ next: 'again', afterMs })
      expect((await row(order.deliveryId)).state).toBe('queued')
    }
    const attempt = await claim(order)
    expect(await row(order.deliveryId)).toMatchObject({ attempt: 3, maybe_twice: true })
    expect(await recordUnknown(house.database, order, attempt, 'timeout')).toEqual({ next: 'unknown' })
    expect((await row(order.deliveryId)).state).toBe('unknown')
  })

  it('whose process ended during the call is queued again, by whoever finds it first', async () => {
    const order = await wished()
    await claim(order)
    const lost = () => recordUnknown(house.database, order, null, 'the process ended')
    expect(await lost()).toEqual({ next: 'again', afterMs: 5_000 })
    expect(await lost()).toEqual({ next: 'again', afterMs: 0 })
    expect(await row(order.deliveryId)).toMatchObject({ state: 'queued', attempt: 1, maybe_twice: false })
  })

  it('is not queued by the late word of an earlier call while a newer one is under way', async () => {
    const order = await wished()
    const first = await claim(order)
    await set(order.deliveryId, { state: 'queued', rank: 0 })
    await claim(order)
    expect(await recordUnknown(house.database, order, first, 'timeout')).toEqual({ next: 'unknown' })
    expect(await row(order.deliveryId)).toMatchObject({ state: 'sending', attempt: 2 })
  })

  it('has not failed where an earlier call may have reached the client; a person’s retry counts anew', async () => {
    const order = await wished()
    await recordUnknown(house.database, order, await claim(order), 'timeout')
    const second = await claim(order)
    expect(await recordFailed(house.database, order, second, refusal)).toBeNull()
    expect(await row(order.deliveryId)).toMatchObject({ state: 'unknown', error_code: refusal.code, failed_at: null })

    await set(order.deliveryId, { state: 'queued', rank: 0, queued_at: new Date() })
    expect(await recordFailed(house.database, order, await claim(order), refusal)).not.toBeNull()
    expect((await row(order.deliveryId)).state).toBe('failed')
  })

  it('other messages are never queued again', async () => {
    const order = await queued()
    expect(await recordUnknown(house.database, order, await claim(order), 'timeout')).toEqual({ next: 'unknown' })
    expect(await row(order.deliveryId)).toMatchObject({ state: 'unknown', maybe_twice: false })
  })
})

describe('a message of a provider that knows a repeated call by its delivery id', () => {
  const unknown = (order: SendOrder, attempt: number | null) =>
    recordUnknown(house.database, order, attempt, 'timeout', true)

  it('is called again after an unknown outcome without its author’s wish, and never counts as sent twice', async () => {
    const order = await queued()
    for (const afterMs of [5_000, 15_000]) {
      expect(await unknown(order, await claim(order))).toEqual({ next: 'again', afterMs })
      expect((await row(order.deliveryId)).state).toBe('queued')
    }
    expect(await unknown(order, await claim(order))).toEqual({ next: 'unknown' })
    expect(await row(order.deliveryId)).toMatchObject({ state: 'unknown', attempt: 3, maybe_twice: false })
  })

  it('whose process ended during the call is called again', async () => {
    const order = await queued()
    await claim(order)
    expect(await unknown(order, null)).toEqual({ next: 'again', afterMs: 5_000 })
    expect(await row(order.deliveryId)).toMatchObject({ state: 'queued', attempt: 1 })
  })

  it('has not failed where the call was refused only when it was repeated: the first one may have arrived', async () => {
    const order = await queued()
    await unknown(order, await claim(order))
    expect(await recordFailed(house.database, order, await claim(order), refusal)).toBeNull()
    expect((await row(order.deliveryId)).state).toBe('unknown')
  })
})
