import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { IdentityKind } from '../../src/domain/conversation-event.ts'
import type { ChannelId, ConversationId, IdentityId } from '../../src/domain/ids.ts'
import { newId } from '../../src/store/new-id.ts'
import { type FreshDatabase, freshDatabase } from '../services/database.ts'
import {
  addChannel,
  bodyOf,
  count,
  fixture,
  startWebhookServer,
  textFrom,
  type WebhookServer,
} from './webhook-server.ts'

let fresh: FreshDatabase
let server: WebhookServer
let channel: ChannelId

beforeAll(async () => {
  fresh = await freshDatabase()
  server = await startWebhookServer(fresh.url)
})
afterAll(async () => {
  await server.close()
  await fresh.drop()
})
beforeEach(async () => {
  await server.database.pool.query('truncate channels, conversations, raw_bodies, dead_letters, audit_log cascade')
  channel = await addChannel(server.database)
})

async function conversationNamed(kind: IdentityKind, value: string): Promise<ConversationId> {
  const { db } = server.database
  const id = newId<ConversationId>()
  await db.insertInto('conversations').values({ id, channel_id: channel }).execute()
  await db
    .insertInto('identities')
    .values({ id: newId<IdentityId>(), channel_id: channel, kind, value, conversation_id: id })
    .execute()
  return id
}

const names = async (id: ConversationId) =>
  (
    await server.database.db
      .selectFrom('identities')
      .select(['kind', 'value'])
      .where('conversation_id', '=', id)
      .orderBy('kind')
      .orderBy('value')
      .execute()
  ).map(({ kind, value }) => `${kind} ${value}`)

const eventsOf = (id: ConversationId) => count(server.database, `conversation_events where conversation_id = '${id}'`)
const receive = (...messages: ReturnType<typeof textFrom>[]) => server.post(channel, bodyOf({ messages }))

describe('a message finds its conversation', () => {
  it.each([
    ['the number that a person typed, with plus', 'phone', '+16505551234', '16505551234'],
    ['the number that a person typed, without', 'phone', '16505551234', '16505551234'],
    ["Brazil's number without the ninth digit", 'wa_id', '551187654321', '5511987654321'],
    ["Argentina's number as it is dialled", 'phone', '+541123456789', '5491123456789'],
  ] as const)('by %s', async (_, kind, value, from) => {
    const id = await conversationNamed(kind, value)
    await receive(textFrom(from))
    expect(await eventsOf(id)).toBe(1)
    expect(await count(server.database, 'conversations')).toBe(1)
    expect(await names(id)).toEqual([`${kind} ${value}`, `wa_id ${from}`].sort())
  })

  it('by the exact number before its variants', async () => {
    const variant = await conversationNamed('wa_id', '551187654321')
    const exact = await conversationNamed('wa_id', '5511987654321')
    await receive(textFrom('5511987654321'))
    expect([await eventsOf(variant), await eventsOf(exact)]).toEqual([0, 1])
  })

  it('under two forms of one number in one body', async () => {
    await receive(textFrom('551187654321'), textFrom('5511987654321'))
    expect(await count(server.database, 'conversations')).toBe(1)
    expect(await count(server.database, 'identities')).toBe(2)
  })

  it('by a user id alone, once it was seen beside the number', async () => {
    const bsuid = 'US.13491208655302741918'
    await receive(textFrom('16505551234', { bsuid }))
    const { from: _, ...withoutNumber } = textFrom('', { bsuid })
    await server.post(channel, bodyOf({ messages: [withoutNumber] }))
    expect(await count(server.database, 'conversations')).toBe(1)
    expect(await count(server.database, 'conversation_events')).toBe(2)
  })

  it('under the new number at once, in the very body that announces it', async () => {
    await receive(textFrom('16505551234'))
    const change = JSON.parse(fixture('in_system_user_changed_number').toString())
    const { value } = change.entry[0].changes[0]
    value.messages.push(textFrom(value.messages[0].system.wa_id))
    await server.post(channel, JSON.stringify(change))
    expect(await count(server.database, 'conversations')).toBe(1)
    expect(await count(server.database, 'conversation_events')).toBe(3)
  })
})

describe('names that disagree', () => {
  it('go by the stronger one, are not moved, and are told once', async () => {
    const byNumber = await conversationNamed('wa_id', '16505551234')
    const byUserId = await conversationNamed('bsuid', 'US.1')
    for (let time = 0; time < 3; time++) await receive(textFrom('16505551234', { bsuid: 'US.1' }))
    expect([await eventsOf(byNumber), await eventsOf(byUserId)]).toEqual([3, 0])
    expect(await names(byUserId)).toEqual(['bsuid US.1'])
    expect(
      await server.database.db.selectFrom('audit_log').select(['action', 'subject_id', 'detail']).execute(),
    ).toEqual([{ action: 'identity.conflict', subject_id: byNumber, detail: { otherConversationId: byUserId } }])
  })
})
