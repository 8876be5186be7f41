import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Command } from '../domain/bulk/reference-model.ts'
import { type House, openHouse } from '../kit/house.ts'
import { BulkChannel } from './bulk-channel.ts'
import { tell } from './story.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const CLIENTS = ['anna', 'boris', 'clara', 'dan', 'eve', 'fred']
const START = Date.parse('2026-01-31T10:00:00.000Z')
const at = (seconds: number) => START + seconds * 1000
const DAY = 86_400
/** 31 January, 10:00 → 28 February, 10:00. */
const MONTH = 28 * DAY

/** To the first client, the second, … at these seconds. */
const mailing = (seconds: readonly number[], type = 'sale', does: 'echo' | 'send' = 'echo'): Command[] =>
  seconds.map((second, index) => ({
    do: does,
    id: `${type}${index}`,
    type,
    conversation: CLIENTS[index % CLIENTS.length] ?? '',
    at: at(second),
  }))
const reply = (conversation: string, second: number, quoting?: string): Command => ({
  do: 'reply',
  id: `${conversation} ${second}`,
  conversation,
  at: at(second),
  ...(quoting === undefined ? {} : { quoting }),
})

const states = async (channel: BulkChannel) => (await channel.seen()).messages
const feedOf = async (channel: BulkChannel, conversation: string) =>
  (await channel.seen()).tasks.find((of) => of.conversation === conversation)?.tasks.map(({ feed }) => feed)

describe('more than three within five minutes (M17)', () => {
  test.each<[string, number[], 'shown' | 'held']>([
    ['three', [0, 1, 2], 'shown'],
    ['four', [0, 1, 2, 3], 'held'],
    ['four in the same second', [0, 0, 0, 0], 'held'],
    ['four within 4:59', [0, 1, 2, 299], 'held'],
    ['four within 5:00', [0, 1, 2, 300], 'held'],
    ['four within 5:01', [0, 1, 2, 301], 'shown'],
    ['a late one between the others', [0, 10, 300, 5], 'held'],
    ['a late one before the others', [10, 20, 310, 11], 'held'],
  ])('%s', async (_name, seconds, state) => {
    for (const does of ['echo', 'send'] as const) {
      const { channel } = await tell(house, CLIENTS, mailing(seconds, 'sale', does))
      expect(Object.values(await states(channel))).toEqual(seconds.map(() => state))
      expect((await channel.seen()).tasks.filter(({ tasks }) => tasks.length > 0)).toHaveLength(
        state === 'shown' ? seconds.length : 0,
      )
    }
  })

  test('an API send and an echo of the same words are one mailing', async () => {
    const [one, two] = mailing([0, 1], 'sale', 'send')
    const [, , three, four] = mailing([0, 1, 2, 3])
    const { channel } = await tell(house, CLIENTS, [one, two, three, four] as Command[])
    expect(Object.values(await states(channel))).toEqual(['held', 'held', 'held', 'held'])
  })

  test('a duplicate is no fourth message', async () => {
    const three = mailing([0, 1, 2])
    const again: Command = { do: 'duplicate', of: 'sale1' }
    const { channel } = await tell(house, CLIENTS, [...three, again, again])
    expect(Object.values(await states(channel))).toEqual(['shown', 'shown', 'shown'])
  })

  test('the echo of what we sent ourselves is no second message', async () => {
    const { channel } = await tell(house, CLIENTS, [
      ...mailing([0, 1], 'sale', 'send'),
      { do: 'duplicate', of: 'sale0' },
      { do: 'duplicate', of: 'sale1' },
    ])
    expect(await states(channel)).toEqual({ sale0: 'shown', sale1: 'shown' })
  })

  test('interleaved mailings are told apart', async () => {
    const sale = mailing([0, 2, 4, 6], 'sale')
    const news = mailing([1, 3, 5], 'news')
    const story = sale.flatMap((one, index) => [one, ...news.slice(index, index + 1)])
    const { channel } = await tell(house, CLIENTS, story)
    const seen = await states(channel)
    expect(Object.entries(seen).map(([id, state]) => id.startsWith('sale') === (state === 'held'))).not.toContain(false)
    expect(Object.keys(seen)).toHaveLength(7)
  })
})

test('a message that another step finds while its own step is deciding is held', async () => {
  const channel = await BulkChannel.open(house, CLIENTS)
  await channel.store(mailing([0], 'sale', 'send')[0] as Command)
  await channel.workBeside('anna', 'sale0')
  expect(await states(channel)).toEqual({ sale0: 'held' })
  expect(await feedOf(channel, 'anna')).toEqual([])
})

describe('fold-back', () => {
  test('a reply inside the window keeps its message in the task', async () => {
    const [one, two, three, four] = mailing([0, 1, 2, 3])
    const { channel } = await tell(house, CLIENTS, [one, two, reply('boris', 2), three, four] as Command[])
    expect(await states(channel)).toEqual({ sale0: 'held', sale1: 'replied', sale2: 'held', sale3: 'held' })
    expect(await feedOf(channel, 'boris')).toEqual([['sale1', 'boris 2']])
    expect(await channel.withdrawn()).toBe(2)
  })

  test('a task that somebody touched stays, without the message', async () => {
    const [one, two, three, four] = mailing([0, 1, 2, 3])
    const touch: Command = { do: 'touch', conversation: 'boris' }
    const { channel } = await tell(house, CLIENTS, [one, two, touch, three, four] as Command[])
    expect(await feedOf(channel, 'boris')).toEqual([[]])
    expect(await channel.withdrawn()).toBe(2)
  })

  test('a task in which something else stands stays until that is folded back, too', async () => {
    const news = mailing([0, 1, 2], 'news')
    const sale = mailing([3, 4, 5, 6])
    const more: Command = { do: 'echo', id: 'news3', type: 'news', conversation: 'dan', at: at(7) }
    const { channel } = await tell(house, CLIENTS, [...news, ...sale])
    expect(await feedOf(channel, 'anna')).toEqual([['news0']])
    await channel.store(more)
    await channel.settle()
    expect(await feedOf(channel, 'anna')).toEqual([])
  })

  test("the client's own task is never withdrawn, and a second mailing does not disturb it", async () => {
    const { channel } = await tell(house, CLIENTS, [reply('anna', -9), ...mailing([0, 1, 2, 3]), reply('anna', 9)])
    expect(await feedOf(channel, 'anna')).toEqual([['anna -9', 'sale0', 'anna 9']])
  })

  test('a campaign counts: the third message of a type and two of a campaign are one mailing more than allowed', async () => {
    const messages = ['dan', 'eve'].map((conversation) => ({ id: `to-${conversation}`, conversation }))
    const { channel } = await tell(house, CLIENTS, [
      { do: 'campaign', type: 'sale', at: at(0), messages },
      ...mailing([1, 2]),
    ])
    expect(await states(channel)).toEqual({ 'to-dan': 'held', 'to-eve': 'held', sale0: 'held', sale1: 'held' })
  })

  test('a campaign folds back what was shown before it', async () => {
    const messages = ['dan', 'eve'].map((conversation) => ({ id: `to-${conversation}`, conversation }))
    await tell(house, CLIENTS, [...mailing([0, 1]), { do: 'campaign', type: 'sale', at: at(2), messages }])
  })
})

describe('the reply (M18)', () => {
  test('releases everything that was held for the client, in the order of time, directly before it', async () => {
    const sale = mailing([0, 1, 2, 3])
    const news = mailing([10, 11, 12, 13], 'news')
    const { channel } = await tell(house, CLIENTS, [...news, ...sale, reply('anna', 60), reply('anna', 61)])
    expect(await feedOf(channel, 'anna')).toEqual([['sale0', 'news0', 'anna 60', 'anna 61']])
    expect((await channel.seen()).repliesTo).toEqual({ 'anna 60': 'news0', 'anna 61': null })
  })

  test('names the message that it quotes, of an echo and of an API send', async () => {
    for (const does of ['echo', 'send'] as const) {
      const story = [...mailing([0, 1, 2, 3], 'sale', does), ...mailing([10, 11, 12, 13], 'news', does)]
      const { channel } = await tell(house, CLIENTS, [...story, reply('anna', 60, 'sale0')])
      expect((await channel.seen()).repliesTo).toEqual({ 'anna 60': 'sale0' })
      expect(await channel.quoted('anna 60')).toBe('sale0')
    }
  })

  test('does not bring back a message that never left', async () => {
    const failed: Command = { do: 'fail', of: 'sale0' }
    const { channel } = await tell(house, CLIENTS, [...mailing([0, 1, 2, 3], 'sale', 'send'), failed, reply('anna', 9)])
    expect(await feedOf(channel, 'anna')).toEqual([['anna 9']])
  })

  test('that is worked off before the fold-back reached its message answers that message', async () => {
    const channel = await BulkChannel.open(house, CLIENTS)
    for (const command of mailing([0, 1, 2])) await channel.store(command)
    await channel.settle()
    // The fourth is counted; anna's conversation has not heard of it yet when she writes.
    await channel.store(mailing([0, 1, 2, 3])[3] as Command)
    await channel.work('dan')
    await channel.store(reply('anna', 9))
    await channel.work('anna')
    await channel.settle()
    expect(await feedOf(channel, 'anna')).toEqual([['sale0', 'anna 9']])
    expect((await states(channel)).sale0).toBe('replied')
    expect((await channel.seen()).repliesTo).toEqual({ 'anna 9': 'sale0' })
  })
})

describe('one calendar month (M18, M19)', () => {
  const held = mailing([0, 0, 0, 0])
  const expire = (second: number): Command => ({ do: 'expire', now: at(second) })
  test.each<[string, Command[], string[]]>([
    ['a reply one second before', [reply('anna', MONTH - 1)], ['sale0', 'reply']],
    ['a reply at the moment', [reply('anna', MONTH)], ['reply']],
    ['a reply one second after, before the timer', [reply('anna', MONTH + 1)], ['reply']],
    ['the timer one second before', [expire(MONTH - 1), reply('anna', MONTH - 1)], ['sale0', 'reply']],
    ['the timer at the moment', [expire(MONTH), reply('anna', MONTH)], ['reply']],
    ['the timer twice', [expire(MONTH + 1), expire(MONTH + 1), reply('anna', MONTH + 2)], ['reply']],
  ])('%s', async (_name, story, feed) => {
    const { channel } = await tell(house, CLIENTS, [...held, ...story])
    expect(await feedOf(channel, 'anna')).toEqual([
      feed.map((entry) => (entry === 'reply' ? expect.anything() : entry)),
    ])
  })

  test('a reply in time whose webhook comes after the timer finds the hold gone', async () => {
    const channel = await BulkChannel.open(house, CLIENTS)
    for (const command of [...held, expire(MONTH + 60), reply('anna', MONTH - 1)]) {
      await channel.store(command)
      await channel.settle()
    }
    expect(await feedOf(channel, 'anna')).toEqual([[expect.stringContaining('anna')]])
  })

  test('a hold of days', async () => {
    const { channel } = await tell(house, CLIENTS, [...held, reply('anna', 2 * DAY - 1), reply('boris', 2 * DAY)], {
      holdDays: 2,
    })
    expect(await states(channel)).toMatchObject({ sale0: 'replied', sale1: 'held' })
  })
})
