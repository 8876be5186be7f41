import { createHash } from 'node:crypto'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { fairTurns, SENDS_AT_ONCE } from '../../activities/fair-turns.ts'
import type { ChannelId, ConversationId } from '../../src/domain/ids.ts'
import { byteBudget } from '../../src/http/byte-budget.ts'
import { Dispatcher } from '../../src/intake/dispatcher.ts'
import type { RoutedWebhook } from '../../src/intake/store-webhooks.ts'
import { Unstored } from '../../src/intake/unstored.ts'
import { Overloaded, WebhookStore } from '../../src/intake/webhook-store.ts'
import { newId } from '../../src/store/new-id.ts'
import { addChannel, addConversation, type House, openHouse, receive, wamid } from '../kit/house.ts'

/** One channel is flooded; another one's message waits for a moment, not for the flood (F20, S19). */
const log = pino({ level: 'silent' })
let house: House
let quiet: ChannelId
beforeAll(async () => {
  house = await openHouse()
  quiet = await addChannel(house.database, { owner: house.owner, template: house.template, phoneNumberId: '777' })
})
afterAll(() => house.close())
beforeEach(async () => {
  await house.database.pool.query('truncate conversations, raw_bodies, dead_letters cascade')
})

/** A webhook with one client's message. */
function webhook(channelId: ChannelId, n: number): RoutedWebhook {
  const from = `1650${String(n).padStart(7, '0')}`
  return {
    raw: { channelId, contentType: 'application/json', body: Buffer.from(`{"n":${n}}`) },
    items: [
      {
        to: 'conversation',
        channelId,
        item: {
          to: 'conversation',
          account: '106540352242922',
          path: 'entry[0]',
          dedupeKey: createHash('sha256').update(`${channelId} ${n}`).digest('hex'),
          identities: [{ kind: 'wa_id', value: from }],
          at: new Date(),
          opensWindow: true,
          event: {
            kind: 'message.received',
            message: {
              id: wamid(`wamid.${n}`),
              content: { kind: 'text', text: 'hello', data: {}, media: null },
              context: { quoted: null, forwarded: 'no', referral: null, product: null },
            },
            profile: { name: null, username: null },
          },
        },
      },
    ],
  }
}

describe('webhooks', () => {
  it('of another channel are stored with the next group, however many wait', async () => {
    const store = new WebhookStore({ database: house.database, eventsStored: () => undefined, log })
    let stored = 0
    const flood = Array.from({ length: 4_000 }, (_, n) => store.store(webhook(house.channel, n)).then(() => stored++))
    await flood[0]
    await store.store(webhook(quiet, 1))
    // The group under way, and the one that it was in.
    expect(stored).toBeLessThanOrEqual(1_500)
    await Promise.all(flood)
    const { rows } = await house.database.pool.query('select count(*)::int as n from conversation_events')
    expect(rows[0]?.n).toBe(4_001)
  }, 60_000)

  it('find room while one channel has filled its own: that one alone is told to come again', async () => {
    const store = new WebhookStore({ database: house.database, eventsStored: () => undefined, log })
    // All in one turn of the loop: nothing is stored yet.
    const flood = Array.from({ length: 4_500 }, (_, n) => store.store(webhook(house.channel, n)))
    const tooMuch = store.store(webhook(house.channel, 4_500))
    const other = store.store(webhook(quiet, 1))
    await expect(tooMuch).rejects.toBeInstanceOf(Overloaded)
    await other
    await Promise.all(flood)
    await store.store(webhook(house.channel, 4_500))
    const { rows } = await house.database.pool.query('select count(*)::int as n from conversation_events')
    expect(rows[0]?.n).toBe(4_502)
  }, 60_000)

  it('are counted until they are stored', async () => {
    const unstored = new Unstored()
    const store = new WebhookStore({ database: house.database, eventsStored: () => undefined, unstored, log })
    const waiting = Array.from({ length: 300 }, (_, n) => store.store(webhook(house.channel, n)))
    expect(unstored.count).toBe(300)
    await Promise.all(waiting)
    expect(unstored.count).toBe(0)
  })

  it('with large bodies leave room for those of others', () => {
    const budget = byteBudget(32_000)
    const flood = Array.from({ length: 12 }, () => budget.hold('flooded')).filter((held) => held.add(3_000))
    expect(flood).toHaveLength(8)
    const other = budget.hold('quiet')
    expect(other.add(3_000)).toBe(true)
    for (const held of [...flood, other]) held.release()
    expect(budget.hold('flooded').add(24_000)).toBe(true)
  })
})

describe('signals', () => {
  /** Conversations of a channel with something new in each. */
  async function behind(channel: ChannelId, count: number): Promise<ConversationId[]> {
    const ids: ConversationId[] = []
    for (let n = 0; n < count; n++) {
      const id = await addConversation({ database: house.database, channel }, [{ kind: 'wa_id', value: newId() }])
      await receive(house.database, id)
      ids.push(id)
    }
    return ids
  }
  const worked = (ids: readonly ConversationId[]) =>
    house.database.pool.query('update conversations set worked_seq = last_seq where id = any($1)', [ids])

  it('of another channel go out at once, and no more of the flood than workers are near to', async () => {
    const seen: ConversationId[] = []
    const dispatcher = new Dispatcher({
      db: house.database.db,
      signal: async ({ id }) => void seen.push(id),
      log,
    })
    const flood = await behind(house.channel, 300)
    dispatcher.stored(flood)
    await vi.waitFor(() => expect(seen).toHaveLength(120))
    const [other] = await behind(quiet, 1)
    if (!other) throw new Error('no conversation')
    dispatcher.stored([other])
    await vi.waitFor(() => expect(seen).toContain(other))
    expect(seen.length).toBeLessThanOrEqual(121)
    await worked(seen.slice(0, 50))
    // Fifty make way for fifty, but for the place that the other one has.
    await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(170))
    expect(seen.length).toBeLessThanOrEqual(171)
    // What is worked off makes way for the rest, each once.
    while (seen.length < 301) {
      await worked(seen)
      const before = seen.length
      await vi.waitFor(() => expect(seen.length).toBeGreaterThan(before))
    }
    expect(new Set(seen).size).toBe(301)
    expect(dispatcher.waiting).toBe(0)
    await dispatcher.stop()
  }, 60_000)

  it('make way for webhooks that wait to be stored, and come back when they are', async () => {
    const seen: ConversationId[] = []
    const unstored = { count: 2_000 }
    const dispatcher = new Dispatcher({
      db: house.database.db,
      signal: async ({ id }) => void seen.push(id),
      unstored,
      log,
    })
    dispatcher.stored(await behind(house.channel, 150))
    await vi.waitFor(() => expect(seen).toHaveLength(3))
    // Some are always worked off.
    await worked(seen)
    await vi.waitFor(() => expect(seen).toHaveLength(6))
    const [other] = await behind(quiet, 1)
    if (!other) throw new Error('no conversation')
    dispatcher.stored([other])
    await vi.waitFor(() => expect(seen).toContain(other))
    expect(seen).toHaveLength(7)
    unstored.count = 0
    await vi.waitFor(() => expect(seen.length).toBeGreaterThan(120))
    await dispatcher.stop()
  }, 60_000)

  it('of a conversation that is at work already need no place', async () => {
    const seen: { id: ConversationId; seq: number }[] = []
    const dispatcher = new Dispatcher({ db: house.database.db, signal: async (told) => void seen.push(told), log })
    const flood = await behind(house.channel, 121)
    dispatcher.stored(flood.slice(0, 120))
    await vi.waitFor(() => expect(seen).toHaveLength(120))
    const [first] = flood
    if (!first) throw new Error('no conversation')
    await receive(house.database, first)
    dispatcher.stored([first])
    await vi.waitFor(() => expect(seen.at(-1)).toEqual({ id: first, seq: 2 }))
    await dispatcher.stop()
  }, 60_000)
})

describe('sends', () => {
  it('of a channel whose provider is slow leave places to others, and come back one after the other', async () => {
    const inTurn = fairTurns()
    const ends: (() => void)[] = []
    const slow = () => new Promise<{ now: 'settled' }>((resolve) => ends.push(() => resolve({ now: 'settled' })))
    const calls = Array.from({ length: 200 }, () => inTurn(house.channel, slow))
    expect(ends).toHaveLength((SENDS_AT_ONCE * 3) / 4)
    const again = await Promise.all(calls.slice(75))
    const waits = again.map((result) => (result.now === 'again' ? result.afterMs : 0))
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(500)
    // 125 of them, twenty a second.
    expect(Math.max(...waits)).toBeGreaterThan(6_000)
    expect(await inTurn(quiet, async () => ({ now: 'settled' }))).toEqual({ now: 'settled' })
    for (const end of ends) end()
    await Promise.all(calls.slice(0, 75))
    expect(await inTurn(house.channel, async () => ({ now: 'settled' }))).toEqual({ now: 'settled' })
  })
})
