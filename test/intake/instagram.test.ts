import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { instagram } from '../../src/channels/instagram/adapter.ts'
import type {
  ChannelId,
  CommentId,
  ConversationId,
  DeliveryId,
  IdentityId,
  ProviderMessageId,
} from '../../src/domain/ids.ts'
import { signingKeyHash } from '../../src/store/channels/load-channel.ts'
import { lockConversation } from '../../src/store/conversation-events.ts'
import { inTransaction } from '../../src/store/index.ts'
import { applyParkedStatuses } from '../../src/store/intake/statuses.ts'
import { newId } from '../../src/store/new-id.ts'
import { addConversation, type House, openHouse, secrets } from '../kit/house.ts'
import { APP_SECRET, fixture, post, startWebhookServer, type WebhookServer } from './webhook-server.ts'

const ACCOUNT = '17841405822304914'
let house: House
let server: WebhookServer
let channel: ChannelId

beforeAll(async () => {
  house = await openHouse()
  const url = new URL(house.database.pool.options.connectionString ?? '')
  server = await startWebhookServer(url.href)
  channel = newId<ChannelId>()
  const { id, business, signedWith } = instagram.account
  await house.database.db
    .insertInto('channels')
    .values({
      id: channel,
      provider: 'instagram',
      messenger: 'instagram',
      name: 'Instagram',
      account_id: ACCOUNT,
      business_id: null,
      config: JSON.stringify({ login: 'instagram', keys: { id, business, signedWith } }),
      secrets: secrets.seal({ accessToken: 'x', appSecret: APP_SECRET, previousAppSecret: null, verifyToken: 'word' }),
      app_secret_hash: signingKeyHash(APP_SECRET),
      task_template_id: house.template,
      created_by: house.owner,
    })
    .execute()
})
afterAll(async () => {
  await server.close()
  await house.close()
})

const count = async (table: 'conversation_events' | 'dead_letters' | 'status_reports' | 'channel_events') =>
  Number(
    (
      await house.database.db
        .selectFrom(table)
        .select(({ fn }) => fn.countAll().as('n'))
        .where('channel_id', '=', channel)
        .executeTakeFirstOrThrow()
    ).n,
  )

const names = readdirSync(join(import.meta.dirname, '../fixtures/webhooks'))
  .filter((name) => name.startsWith('ig_'))
  .map((name) => name.replace('.json', ''))

it('every fixture is taken once, however often it comes; nothing of it is a dead letter', async () => {
  for (const round of [1, 2]) {
    for (const name of names)
      expect([round, name, (await server.post(channel, fixture(name))).status]).toEqual([round, name, 200])
  }
  // All but what was seen, and the redelivered text.
  expect(await count('conversation_events')).toBe(names.length - 2)
  expect(await count('status_reports')).toBe(1)
  expect(await count('dead_letters')).toBe(0)
  const clients = await house.database.db
    .selectFrom('identities')
    .select(['kind', 'value'])
    .where('channel_id', '=', channel)
    .execute()
  expect(clients).toEqual([{ kind: 'igsid', value: '6742819350127743' }])
})

it('a forged one is turned away, an unknown account and an unknown kind are dead letters', async () => {
  const before = await count('conversation_events')
  expect((await server.post(channel, fixture('ig_text'), { secret: 'another' })).status).toBe(401)
  expect((await server.post(channel, fixture('ig_text'), { signature: null })).status).toBe(401)
  const element = { sender: { id: '1' }, recipient: { id: '2' }, timestamp: 1760000001000 }
  const elsewhere = {
    object: 'instagram',
    entry: [{ id: '2', messaging: [{ ...element, message: { mid: 'm', text: 'x' } }] }],
  }
  expect((await post(`${server.url}/webhooks/${channel}`, JSON.stringify(elsewhere))).status).toBe(200)
  const strange = { object: 'instagram', entry: [{ id: ACCOUNT, messaging: [{ ...element, game_play: {} }] }] }
  expect((await post(`${server.url}/webhooks/${channel}`, JSON.stringify(strange))).status).toBe(200)
  const letters = await house.database.db
    .selectFrom('dead_letters')
    .select(['reason', 'path'])
    .where('channel_id', '=', channel)
    .orderBy('reason')
    .execute()
  expect(letters).toEqual([
    { reason: 'malformed_item', path: '/entry/0/messaging/0' },
    { reason: 'unknown_channel', path: '/entry/0/messaging/0' },
  ])
  expect(await count('conversation_events')).toBe(before)
})

let clients = 0
async function conversationWith(...accepted: (string | null)[]) {
  const igsid = `90000000000000${++clients}`
  const conversation = newId<ConversationId>()
  await house.database.db.insertInto('conversations').values({ id: conversation, channel_id: channel }).execute()
  await house.database.db
    .insertInto('identities')
    .values({
      id: newId<IdentityId>(),
      channel_id: channel,
      kind: 'igsid',
      value: igsid,
      conversation_id: conversation,
    })
    .execute()
  const deliveries: DeliveryId[] = []
  for (const [index, mid] of accepted.entries()) deliveries.push(await addDelivery(conversation, mid, index))
  return { igsid, conversation, deliveries }
}

async function addDelivery(conversation: ConversationId, mid: string | null, index: number): Promise<DeliveryId> {
  const comment = newId<CommentId>()
  await house.database.db
    .insertInto('comments')
    .values({
      id: comment,
      task_id: null,
      conversation_id: conversation,
      channel_id: channel,
      author_kind: 'employee',
      author_id: null,
      author_name: 'Anna',
      kind: 'text',
      text: 'x',
      data: '{}',
    })
    .execute()
  const id = newId<DeliveryId>()
  await house.database.db
    .insertInto('deliveries')
    .values({
      id,
      comment_id: comment,
      ordinal: 0,
      conversation_id: conversation,
      channel_id: channel,
      body: JSON.stringify({ kind: 'text', text: 'x' }),
      state: mid === null ? 'sending' : 'accepted',
      rank: mid === null ? 1 : 3,
      provider_message_id: mid as ProviderMessageId | null,
      accepted_at: mid === null ? null : new Date(Date.UTC(2026, 0, 1, 0, index)),
    })
    .execute()
  return id
}

const statesOf = async (conversation: ConversationId) =>
  (
    await house.database.db
      .selectFrom('deliveries')
      .select('state')
      .where('conversation_id', '=', conversation)
      .orderBy('id')
      .execute()
  ).map(({ state }) => state)

const seen = (igsid: string, mid: string) =>
  server.post(
    channel,
    JSON.stringify({
      object: 'instagram',
      entry: [
        {
          id: ACCOUNT,
          messaging: [{ sender: { id: igsid }, recipient: { id: ACCOUNT }, timestamp: 1767225600000, read: { mid } }],
        },
      ],
    }),
  )

it('what is seen is read up to there, and no further; another conversation is not touched', async () => {
  const { igsid, conversation } = await conversationWith('a1', 'a2', 'a3', 'a4')
  const other = await conversationWith('b1')
  expect((await seen(igsid, 'a2')).status).toBe(200)
  expect(await statesOf(conversation)).toEqual(['read', 'read', 'accepted', 'accepted'])
  // An older report that comes late takes nothing back.
  await seen(igsid, 'a1')
  expect(await statesOf(conversation)).toEqual(['read', 'read', 'accepted', 'accepted'])
  await seen(igsid, 'a4')
  expect(await statesOf(conversation)).toEqual(['read', 'read', 'read', 'read'])
  expect(await statesOf(other.conversation)).toEqual(['accepted'])
})

it('waits where the message is not known yet, and counts from there when it is', async () => {
  const { igsid, conversation, deliveries } = await conversationWith('c1', 'c2', null)
  await seen(igsid, 'c3')
  expect(await statesOf(conversation)).toEqual(['accepted', 'accepted', 'sending'])
  // The answer to the call has come: as the ledger records it.
  await inTransaction(house.database.db, async (tx) => {
    await lockConversation(tx, conversation)
    await tx
      .updateTable('deliveries')
      .set({ state: 'accepted', rank: 3, provider_message_id: 'c3' as ProviderMessageId, accepted_at: new Date() })
      .where('id', '=', deliveries[2] as DeliveryId)
      .execute()
    await applyParkedStatuses(tx, channel, 'c3' as ProviderMessageId, deliveries[2] as DeliveryId)
  })
  expect(await statesOf(conversation)).toEqual(['read', 'read', 'read'])
})

it('a message of another app that nobody knows marks nothing', async () => {
  const { igsid, conversation } = await conversationWith('d1')
  await seen(igsid, 'never-heard-of')
  expect(await statesOf(conversation)).toEqual(['accepted'])
  expect(await addConversation(house)).toBeTruthy()
})
