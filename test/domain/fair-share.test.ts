import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SharedRoom, TurnQueue } from '../../src/domain/fair-share.ts'

/** Takes one at a time until it is refused. @returns how many */
function fill(room: SharedRoom<string>, owner: string): number {
  let taken = 0
  while (room.take(owner)) taken += 1
  return taken
}

describe('room that owners share', () => {
  it('gives one alone three quarters, and whoever comes then three quarters of what is left', () => {
    const room = new SharedRoom<string>(160)
    expect([fill(room, 'flooded'), fill(room, 'second'), fill(room, 'third')]).toEqual([120, 30, 7])
  })

  it('is evenly shared by two that want all of it for long', () => {
    const room = new SharedRoom<string>(700)
    fill(room, 'a')
    for (let turn = 0; turn < 2_000; turn++) {
      const larger = room.of('a') >= room.of('b') ? 'a' : 'b'
      room.giveBack(larger)
      room.take('a')
      room.take('b')
    }
    expect([room.of('a'), room.of('b')].map((n) => Math.abs(n - 300) <= 2)).toEqual([true, true])
  })

  it('gives nobody anything while it was made smaller than what is taken', () => {
    const room = new SharedRoom<string>(160)
    fill(room, 'flooded')
    room.resize(16)
    expect(room.fits('newcomer')).toBe(false)
    room.giveBack('flooded', 112)
    expect([fill(room, 'newcomer'), fill(room, 'flooded')]).toEqual([6, 0])
    room.resize(160)
    expect(room.fits('flooded')).toBe(true)
  })

  it('never gives more than there is, always leaves some, and takes back what it gave', () => {
    const owner = fc.constantFrom('a', 'b', 'c', 'd')
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 500 }),
        fc.array(fc.tuple(owner, fc.integer({ min: 1, max: 40 }), fc.boolean()), { maxLength: 200 }),
        (most, orders) => {
          const room = new SharedRoom<string>(most)
          const held: [string, number][] = []
          for (const [who, amount, gives] of orders) {
            if (gives) {
              const last = held.pop()
              if (last) room.giveBack(...last)
            } else if (room.take(who, amount)) held.push([who, amount])
            const total = held.reduce((sum, [, n]) => sum + n, 0)
            expect(total).toBeLessThanOrEqual(most)
            // Somebody without anything gets a place whenever a third of their wish is left free.
            if (most - total >= 2) expect(room.fits('newcomer')).toBe(true)
          }
          for (const one of held) room.giveBack(...one)
          expect(room.fits('a', Math.floor((most * 3) / 4))).toBe(true)
        },
      ),
    )
  })
})

describe('a queue in turns', () => {
  const drain = (queue: TurnQueue<string, string>) => {
    const order: string[] = []
    for (let next = queue.next(); next; next = queue.next()) {
      queue.take(next.owner, next.item)
      order.push(next.item)
    }
    return order
  }

  it('serves one of each owner in a round, and each in its own order', () => {
    const queue = new TurnQueue<string, string>()
    for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) queue.add(item.charAt(0), item)
    expect(drain(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
    expect(queue.size).toBe(0)
  })

  it('passes over an owner that may not go on, who keeps the place', () => {
    const queue = new TurnQueue<string, string>()
    for (const item of ['a1', 'a2', 'b1']) queue.add(item.charAt(0), item)
    expect(queue.next((owner) => owner !== 'a')).toEqual({ owner: 'b', item: 'b1' })
    queue.take('b', 'b1')
    expect(queue.next((owner) => owner !== 'a')).toBeNull()
    expect(drain(queue)).toEqual(['a1', 'a2'])
  })

  it('loses nothing, doubles nothing, and lets nobody wait longer than a round', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 80 }), (owners) => {
        const queue = new TurnQueue<string, string>()
        const items = owners.map((owner, n) => `${owner}${n}`)
        for (const item of items) queue.add(item.charAt(0), item)
        const order = drain(queue)
        expect(order.toSorted()).toEqual(items.toSorted())
        for (const owner of new Set(owners)) {
          const own = items.filter((item) => item.startsWith(owner))
          expect(order.filter((item) => item.startsWith(owner))).toEqual(own)
          // The nth item of an owner comes before anybody's item of a later round.
          for (const [n, item] of own.entries())
            expect(order.indexOf(item)).toBeLessThan((n + 1) * new Set(owners).size)
        }
      }),
    )
  })
})
