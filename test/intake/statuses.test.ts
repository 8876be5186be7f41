import fc from 'fast-check'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  advanceDelivery,
  type DeliveryState,
  deliveryRank,
  type ReportedState,
} from '../../src/domain/delivery-state.ts'
import type { CommentId, ConversationId, DeliveryId, ProviderMessageId } from '../../src/domain/ids.ts'
import { Dispatcher } from '../../src/intake/dispatcher.ts'
import { Sweeper } from '../../src/intake/sweeper.ts'
import { lockConversation } from '../../src/store/conversation-events.ts'
import { inTransaction } from '../../src/store/index.ts'
import { applyParkedStatuses } from '../../src/store/intake/statuses.ts'
import { newId } from '../../src/store/new-id.ts'
import { workEvents } from '../../src/store/steps/work-events.ts'
import { addConversation, type House, openHouse, receive } from '../kit/house.ts'
import {
  bodyOf,
  count,
  fixture,
  sequenceGaps,
  startWebhookServer,
  statusOf,
  type WebhookServer,
} from './webhook-server.ts'

let house: House
let server: WebhookServer
let conversation: ConversationId
let comment: CommentId

beforeAll(async () => {
  house = await openHouse()
  const { rows } = await house.database.pool.query<{ url: string }>(`select current_database() as url`)
  server = await startWebhookServer(databaseUrlOf(house, rows[0]?.url ?? ''))
  conversation = await addConversation(house)
  await receive(house.database, conversation)
  await workEvents(house.database, { conversationId: conversation, after: null, upTo: 1 })
  comment = (await house.database.db.selectFrom('comments').select('id').executeTakeFirstOrThrow()).id
})
afterAll(async () => {
  await server.close()
  await house.close()
})
beforeEach(async () => {
  await house.database.pool.query('truncate status_reports, live_events, deliveries cascade')
})

function databaseUrlOf({ database }: House, name: string): string {
  const { connectionString } = database.pool.options
  const url = new URL(connectionString ?? '')
  url.pathname = `/${name}`
  return url.href
}

async function addDelivery(state: DeliveryState, message: string | null): Promise<DeliveryId> {
  const id = newId<DeliveryId>()
  await house.database.db
    .insertInto('deliveries')
    .values({
      id,
      comment_id: comment,
      conversation_id: conversation,
      channel_id: house.channel,
      state,
      rank: deliveryRank(state),
      body: JSON.stringify({ kind: 'text', text: 'hello' }),
      provider_message_id: message as ProviderMessageId | null,
    })
    .execute()
  return id
}

const load = (id: DeliveryId) =>
  house.database.db.selectFrom('deliveries').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const report = (...statuses: ReturnType<typeof statusOf>[]) => server.post(house.channel, bodyOf({ statuses }))
const lastEvents = async (after: number) =>
  (
    await house.database.db
      .selectFrom('conversation_events')
      .select('payload')
      .where('conversation_id', '=', conversation)
      .where('seq', '>', after)
      .orderBy('seq')
      .execute()
  ).map(({ payload }) => payload)
const lastSeq = async () =>
  (await house.database.db.selectFrom('conversations').select('last_seq').executeTakeFirstOrThrow()).last_seq
const parked = () => count(house.database, 'status_reports where not applied')

describe('statuses', () => {
  it('end as the pure rule says, in any order, with any repetition and grouping, and never go back (P4)', async () => {
    const reported = fc.constantFrom<ReportedState>('sent', 'delivered', 'read', 'played', 'failed')
    const start = fc.constantFrom<DeliveryState>('accepted', 'sent', 'sending', 'unknown')
    await fc.assert(
      fc.asyncProperty(
        start,
        fc.array(fc.array(reported, { minLength: 1, maxLength: 3 }), { maxLength: 6 }),
        async (state, groups) => {
          const message = `wamid.${newId()}`
          const id = await addDelivery(state, message)
          let expected = state
          const seen = new Set<string>()
          for (const group of groups) {
            await report(...group.map((word) => statusOf(message, word)))
            for (const word of group) {
              // A word that was reported before is a redelivery.
              if (seen.has(word)) continue
              seen.add(word)
              expected = advanceDelivery(expected, word)
            }
            const now = await load(id)
            expect(now.state).toBe(expected)
            expect(now.rank).toBe(deliveryRank(expected))
          }
        },
      ),
      { numRuns: 40 },
    )
    expect(await sequenceGaps(house.database)).toEqual([])
  })

  it('change nothing when they come again', async () => {
    const id = await addDelivery('accepted', 'wamid.a')
    await report(statusOf('wamid.a', 'delivered', { at: 1760000005 }))
    const first = await load(id)
    const live = await count(house.database, 'live_events')
    await report(statusOf('wamid.a', 'delivered', { at: 1760000009 }))
    expect(await load(id)).toEqual(first)
    expect(await count(house.database, 'live_events')).toBe(live)
  })

  it('tell the screens by ids', async () => {
    const id = await addDelivery('accepted', 'wamid.a')
    await report(statusOf('wamid.a', 'read'))
    const { task_id } = await house.database.db.selectFrom('comments').select('task_id').executeTakeFirstOrThrow()
    const live = await house.database.db.selectFrom('live_events').select(['event', 'data']).execute()
    expect(live).toEqual([
      {
        event: 'delivery',
        data: {
          deliveryId: id,
          commentId: comment,
          taskId: task_id,
          conversationId: conversation,
          channelId: house.channel,
          state: 'read',
        },
      },
    ])
  })

  it("that fail a delivery become an event of its conversation, with the provider's code", async () => {
    const id = await addDelivery('accepted', 'wamid.a')
    const before = await lastSeq()
    await report(statusOf('wamid.a', 'failed', { code: 131026 }), statusOf('wamid.a', 'sent'))
    expect(await load(id)).toMatchObject({ state: 'failed', error_code: '131026' })
    expect(await lastEvents(before)).toEqual([{ kind: 'delivery.failed', delivery: id, code: '131026' }])
    expect(server.stored).toContain(conversation)
  })

  it('settle an unknown send by our own id (P3)', async () => {
    const id = await addDelivery('unknown', null)
    const before = await lastSeq()
    await report(statusOf('wamid.new', 'sent', { deliveryId: id }))
    expect(await load(id)).toMatchObject({ state: 'sent', provider_message_id: 'wamid.new' })
    expect(await lastEvents(before)).toEqual([{ kind: 'delivery.settled', delivery: id, outcome: 'sent', by: null }])
    await report(statusOf('wamid.new', 'delivered'))
    expect((await load(id)).state).toBe('delivered')
  })

  it('a late "sent" of an attempt that failed does not stop the next one, in one body or in two', async () => {
    const id = await addDelivery('accepted', 'wamid.first')
    await report(statusOf('wamid.first', 'failed', { deliveryId: id, code: 131026 }))
    expect((await load(id)).state).toBe('failed')
    await house.database.pool.query(
      `update deliveries set state = 'queued', rank = 0, provider_message_id = null where id = $1`,
      [id],
    )
    await report(statusOf('wamid.first', 'sent', { deliveryId: id }))
    expect((await load(id)).state).toBe('queued')
    await report(
      statusOf('wamid.second', 'failed', { deliveryId: id, code: 131026 }),
      statusOf('wamid.second', 'sent', { deliveryId: id }),
    )
    expect((await load(id)).state).toBe('queued')
    await report(statusOf('wamid.first', 'delivered', { deliveryId: id }))
    expect((await load(id)).state).toBe('delivered')
  })

  it('do not reach the delivery of another channel', async () => {
    const id = await addDelivery('unknown', null)
    await house.database.pool.query('update deliveries set channel_id = $1', [
      (
        await house.database.pool.query(`
          insert into channels (id, provider, name, account_id, config, secrets, app_secret_hash)
          values (gen_random_uuid(), 'whatsapp-cloud', 'x', gen_random_uuid(), '{}', '', '') returning id`)
      ).rows[0].id,
    ])
    await report(statusOf('wamid.new', 'sent', { deliveryId: id }))
    expect((await load(id)).state).toBe('unknown')
    expect(await parked()).toBe(1)
  })

  it('reveal other names of the client', async () => {
    await addDelivery('accepted', 'wamid.a')
    await report(
      statusOf('wamid.a', 'sent', { recipient: { recipient_id: '16505551234', recipient_user_id: 'US.99' } }),
    )
    const { rows } = await house.database.pool.query(`select conversation_id from identities where value = 'US.99'`)
    expect(rows).toEqual([{ conversation_id: conversation }])
  })

  it('of strangers open no conversation', async () => {
    const before = await count(house.database, 'conversations')
    await server.post(house.channel, fixture('st_delivered_marketing'))
    expect(await count(house.database, 'conversations')).toBe(before)
    expect(await parked()).toBe(1)
  })
})

describe('statuses before the answer of the send', () => {
  it('are parked, and joined by the transaction that records the answer', async () => {
    const id = await addDelivery('sending', null)
    await report(
      statusOf('wamid.early', 'delivered', { at: 1760000003 }),
      statusOf('wamid.early', 'sent', { at: 1760000001 }),
    )
    expect([(await load(id)).state, await parked()]).toEqual(['sending', 2])
    await inTransaction(house.database.db, async (tx) => {
      await lockConversation(tx, conversation)
      const message = 'wamid.early' as ProviderMessageId
      await tx
        .updateTable('deliveries')
        .set({ state: 'accepted', rank: deliveryRank('accepted'), provider_message_id: message })
        .where('id', '=', id)
        .execute()
      expect(await applyParkedStatuses(tx, house.channel, message, id)).toBe(false)
    })
    expect(await load(id)).toMatchObject({
      state: 'delivered',
      sent_at: new Date(1760000001000),
      delivered_at: new Date(1760000003000),
    })
    expect(await parked()).toBe(0)
  })

  it('a failure by our own id waits for the end of the call, and is then joined by the sweep', async () => {
    const id = await addDelivery('sending', null)
    const before = await lastSeq()
    await report(statusOf('wamid.early', 'failed', { deliveryId: id, code: 131047 }))
    expect([(await load(id)).state, await parked()]).toEqual(['sending', 1])
    const dispatcher = new Dispatcher({
      db: house.database.db,
      signal: async () => undefined,
      log: pino({ level: 'silent' }),
    })
    const sweeper = new Sweeper({ database: house.database, dispatcher, log: pino({ level: 'silent' }) })
    await sweeper.sweep()
    expect((await load(id)).state).toBe('sending')
    await house.database.pool.query(`update deliveries set state = 'unknown', rank = 2 where id = $1`, [id])
    await sweeper.sweep()
    expect(await load(id)).toMatchObject({ state: 'failed', error_code: '131047', provider_message_id: 'wamid.early' })
    expect(await parked()).toBe(0)
    expect(await lastEvents(before)).toEqual([{ kind: 'delivery.settled', delivery: id, outcome: 'failed', by: null }])
    await dispatcher.stop()
  })

  it('that missed the answer by a moment are joined by the sweep', async () => {
    await report(statusOf('wamid.missed', 'read'))
    const id = await addDelivery('accepted', 'wamid.missed')
    const dispatcher = new Dispatcher({
      db: house.database.db,
      signal: async () => undefined,
      log: pino({ level: 'silent' }),
    })
    await new Sweeper({ database: house.database, dispatcher, log: pino({ level: 'silent' }) }).sweep()
    expect((await load(id)).state).toBe('read')
    await dispatcher.stop()
  })
})
