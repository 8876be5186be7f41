import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { IdentityValue } from '../../src/domain/conversation-event.ts'
import type { ChannelId, ConversationId } from '../../src/domain/ids.ts'
import { workEvents } from '../../src/store/steps/work-events.ts'
import { addChannel, bodyOf, startWebhookServer, textFrom, type WebhookServer } from '../intake/webhook-server.ts'
import { type FreshDatabase, freshDatabase } from '../services/database.ts'

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
  await server.database.pool.query(
    'truncate channels, conversations, contacts, raw_bodies, dead_letters, audit_log, users cascade',
  )
  channel = await addChannel(server.database)
  await server.database.pool.query(
    `insert into users (id, name, email, role) values (gen_random_uuid(), 'O', 'o@example.test', 'owner')`,
  )
})

const OLD = '16505551234'
const NEW = '16505554321'
const CHANGED_AT = 1760001000

const receive = (...messages: object[]) => server.post(channel, bodyOf({ messages }))
const text = (from: string, timestamp: number, options: Parameters<typeof textFrom>[1] = {}) => ({
  ...textFrom(from, options),
  timestamp: String(timestamp),
})
const changed = (from: string, to: string, timestamp: number) => ({
  from,
  id: `wamid.change.${from}.${to}.${timestamp}`,
  timestamp: String(timestamp),
  type: 'system',
  system: { body: 'changed', wa_id: to, type: 'user_changed_number' },
})

async function conversations(): Promise<ConversationId[]> {
  const rows = await server.database.db
    .selectFrom('conversations')
    .select('id')
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** Works everything off that has arrived. */
async function work(): Promise<ConversationId[]> {
  const ids = await conversations()
  for (const conversationId of ids) {
    const { last_seq, worked_seq } = await server.database.db
      .selectFrom('conversations')
      .select(['last_seq', 'worked_seq'])
      .where('id', '=', conversationId)
      .executeTakeFirstOrThrow()
    if (worked_seq < last_seq) await workEvents(server.database, { conversationId, after: worked_seq, upTo: last_seq })
  }
  return ids
}

/** Where a message of ours would go: names that are written to. */
const addresses = async (id: ConversationId): Promise<IdentityValue['value'][]> =>
  (
    await server.database.db
      .selectFrom('identities')
      .select('value')
      .where('conversation_id', '=', id)
      .where('retired_at', 'is', null)
      .orderBy('created_at', 'desc')
      .execute()
  ).map(({ value }) => value)

const events = async (id: ConversationId) =>
  (
    await server.database.db
      .selectFrom('conversation_events')
      .select('kind')
      .where('conversation_id', '=', id)
      .orderBy('seq')
      .execute()
  ).map(({ kind }) => kind)

describe('a number that its owner gave up', () => {
  it('opens a conversation of its own for whoever has it next', async () => {
    await receive(text(OLD, 1760000000), changed(OLD, NEW, CHANGED_AT))
    await work()
    await receive(text(OLD, CHANGED_AT + 86_400 * 90, { text: 'Hi, I am new here' }))
    const [first, second] = await work()
    if (!first || !second) throw new Error('there is one conversation')
    expect(await events(first)).toEqual(['message.received', 'contact.number_changed'])
    expect(await events(second)).toEqual(['message.received'])
    expect([await addresses(first), await addresses(second)]).toEqual([[NEW], [OLD]])

    await receive(text(OLD, CHANGED_AT + 86_400 * 91), text(NEW, CHANGED_AT + 86_400 * 91))
    expect(await conversations()).toHaveLength(2)
    expect([await events(first), await events(second)].map(({ length }) => length)).toEqual([3, 2])
  })

  it('still finds its conversation for what was written before the change', async () => {
    await receive(text(OLD, 1760000000), changed(OLD, NEW, CHANGED_AT))
    await work()
    await receive(text(OLD, CHANGED_AT - 1))
    const [first, ...others] = await work()
    expect(others).toEqual([])
    expect(await addresses(first as ConversationId)).toEqual([NEW])
  })

  it('belongs to the same client again where a user id says so, and is written to again', async () => {
    await receive(text(OLD, 1760000000, { bsuid: 'US.1' }), changed(OLD, NEW, CHANGED_AT))
    await work()
    await receive(text(OLD, CHANGED_AT + 1000, { bsuid: 'US.1' }))
    const [first, ...others] = await work()
    expect(others).toEqual([])
    expect((await addresses(first as ConversationId))[0]).toBe(OLD)
  })

  it('is not found under what a person had typed for it', async () => {
    await receive(text(OLD, 1760000000))
    const [first] = await work()
    await server.database.pool.query(
      `insert into identities (id, channel_id, kind, value, conversation_id) values (gen_random_uuid(), $1, 'phone', $2, $3)`,
      [channel, `+${OLD}`, first],
    )
    await receive(changed(OLD, NEW, CHANGED_AT))
    await work()
    await receive(text(OLD, CHANGED_AT + 1000))
    expect(await conversations()).toHaveLength(2)
  })

  it('goes to the client who changes to it, and is not written to by the one who had it', async () => {
    const THIRD = '16505550003'
    await receive(text(OLD, 1760000000), changed(OLD, NEW, CHANGED_AT))
    await receive(text(THIRD, 1760000000))
    const [first, second] = await work()
    await receive(changed(THIRD, OLD, CHANGED_AT + 5000))
    await work()
    expect([await addresses(first as ConversationId), await addresses(second as ConversationId)]).toEqual([
      [NEW],
      [OLD],
    ])
    await receive(text(OLD, CHANGED_AT + 6000))
    expect(await events(second as ConversationId)).toEqual([
      'message.received',
      'contact.number_changed',
      'message.received',
    ])
  })

  it('is not written to any more where the client wrote from the new one before the change was told', async () => {
    await receive(text(OLD, 1760000000))
    await receive(text(NEW, CHANGED_AT + 1))
    const [first, second] = await work()
    await receive(changed(OLD, NEW, CHANGED_AT))
    await work()
    expect([await addresses(first as ConversationId), await addresses(second as ConversationId)]).toEqual([[], [NEW]])
    const { rows } = await server.database.pool.query(
      `select data from comments where conversation_id = $1 and kind = 'system'`,
      [first],
    )
    expect(rows).toEqual([{ data: { change: 'number', otherConversationId: second } }])
  })
})
