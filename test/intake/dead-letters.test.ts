import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { adapterFor } from '../../src/channels/registry.ts'
import type { ChannelId, ConversationId, DeadLetterId } from '../../src/domain/ids.ts'
import { replayDeadLetter } from '../../src/intake/replay-dead-letter.ts'
import { channelCache } from '../../src/store/channels/channel-cache.ts'
import { loadDeadLetter, rawPart } from '../../src/store/dead-letters.ts'
import { newId } from '../../src/store/new-id.ts'
import { secrets } from '../kit/house.ts'
import { type FreshDatabase, freshDatabase } from '../services/database.ts'
import {
  addChannel,
  bodyOf,
  count,
  sequenceGaps,
  startWebhookServer,
  textFrom,
  type WebhookServer,
} from './webhook-server.ts'

let fresh: FreshDatabase
let server: WebhookServer
let channel: ChannelId
const signalled: ConversationId[] = []

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
  signalled.length = 0
})

const replay = (id: DeadLetterId) => {
  const channels = channelCache(server.database, secrets)
  channels.forget()
  const eventsStored = (ids: Iterable<ConversationId>) => void signalled.push(...ids)
  return replayDeadLetter({ database: server.database, channels, adapterFor, eventsStored }, id, {
    kind: 'system',
    id: null,
  })
}
const onlyLetter = async () =>
  (await server.database.db.selectFrom('dead_letters').select('id').executeTakeFirstOrThrow()).id

describe('replay', () => {
  it('gives an item to the channel that was made since, once', async () => {
    const messages = [textFrom('16505551234', { text: 'for a number to come' })]
    await server.post(channel, bodyOf({ messages }, { number: '777' }))
    const id = await onlyLetter()
    expect(await replay(id)).toMatchObject({ replay: 'still_dead', reason: 'unknown_channel' })

    const made = await addChannel(server.database, { number: '777' })
    expect(await Promise.all([replay(id), replay(id)])).toEqual(
      expect.arrayContaining([{ replay: 'done' }, { replay: 'resolved_before' }]),
    )
    expect(await replay(id)).toEqual({ replay: 'resolved_before' })
    const events = await server.database.db
      .selectFrom('conversation_events')
      .select(['channel_id', 'raw_path'])
      .execute()
    expect(events).toEqual([{ channel_id: made, raw_path: '/entry/0/changes/0/value/messages/0' }])
    expect(signalled).toHaveLength(1)
    expect(await count(server.database, 'raw_bodies')).toBe(1)
  })

  it('stores nothing twice when the provider sent the item again meanwhile', async () => {
    const body = bodyOf({ messages: [textFrom('16505551234')] }, { number: '777' })
    await server.post(channel, body)
    const id = await onlyLetter()
    const made = await addChannel(server.database, { number: '777' })
    channelCache(server.database, secrets).forget()
    await server.post(made, body)
    expect(await replay(id)).toEqual({ replay: 'done' })
    expect(await count(server.database, 'conversation_events')).toBe(1)
  })

  it('appends the event of a failed step anew', async () => {
    await server.post(channel, bodyOf({ messages: [textFrom('16505551234'), textFrom('16505551234')] }))
    const { db } = server.database
    const conversation = await db.selectFrom('conversations').select('id').executeTakeFirstOrThrow()
    const id = newId<DeadLetterId>()
    await db
      .insertInto('dead_letters')
      .values({
        id,
        channel_id: channel,
        path: '',
        conversation_id: conversation.id,
        seq: 1,
        reason: 'step_failed',
        detail: '',
      })
      .execute()
    expect(await Promise.all([replay(id), replay(id)])).toEqual(
      expect.arrayContaining([{ replay: 'done' }, { replay: 'resolved_before' }]),
    )
    const events = await db
      .selectFrom('conversation_events')
      .select(['seq', 'payload', 'dedupe_key', 'opens_window'])
      .orderBy('seq')
      .execute()
    expect(events).toHaveLength(3)
    expect(events[2]).toEqual({ ...events[0], seq: 3, dedupe_key: null })
    expect(signalled).toEqual([conversation.id])
    expect(await sequenceGaps(server.database)).toEqual([])
  })

  it('says what it cannot do', async () => {
    expect(await replay(newId())).toEqual({ replay: 'missing' })
    await server.post(channel, 'no JSON')
    const id = await onlyLetter()
    expect(await replay(id)).toMatchObject({ replay: 'still_dead', reason: 'not_json' })
    await server.database.pool.query('update channels set deleted_at = now()')
    expect(await replay(id)).toEqual({ replay: 'nothing_left' })
  })
})

describe('the screens', () => {
  const told = async () =>
    (
      await server.database.db
        .selectFrom('live_events')
        .select('data')
        .where('event', '=', 'dead_letter')
        .orderBy('id')
        .execute()
    ).map(({ data }) => data)

  it('learn of a letter with its transaction, and once that it was settled', async () => {
    await server.database.pool.query('truncate live_events')
    await server.post(channel, bodyOf({ messages: [textFrom('16505551234')] }, { number: '778' }))
    const id = await onlyLetter()
    const { channel_id } = await server.database.db
      .selectFrom('dead_letters')
      .select('channel_id')
      .executeTakeFirstOrThrow()
    const news = { deadLetterId: id, channelId: channel_id }
    expect(await told()).toEqual([{ ...news, state: 'open' }])

    await replay(id)
    expect(await told()).toHaveLength(1)
    await addChannel(server.database, { number: '778' })
    await Promise.all([replay(id), replay(id)])
    expect(await told()).toEqual([
      { ...news, state: 'open' },
      { ...news, state: 'resolved' },
    ])
  })
})

describe('what a dead letter is about', () => {
  it('is shown out of its raw body', async () => {
    const message = { type: 'text', text: { body: 'nobody knows from whom' } }
    await server.post(channel, bodyOf({ messages: [textFrom('1'), message] }))
    const letter = await loadDeadLetter(server.database.db, await onlyLetter())
    expect(letter).toMatchObject({ channelId: channel, reason: 'malformed_item', event: null, resolvedAt: null })
    expect(rawPart(letter?.raw?.body ?? Buffer.of(), letter?.path ?? '')).toEqual(message)
  })
  it('is the whole text where it is no JSON, and nothing where the pointer leads nowhere', () => {
    expect(rawPart(Buffer.from('hello'), '')).toBe('hello')
    expect(rawPart(Buffer.from('{"a":{"b/c":[1,2]}}'), '/a/b~1c/1')).toBe(2)
    expect(rawPart(Buffer.from('{"a":1}'), '/a/b')).toBeUndefined()
    expect(rawPart(Buffer.from('{"a":1}'), '/constructor')).toBeUndefined()
  })
})
