import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { perSecond, SlidingWindow, takeSlot } from '../../src/domain/pacing.ts'

describe('SlidingWindow', () => {
  /** Asks again after each wait, as the sender does. @returns when each began */
  const run = (limit: number, arrivals: readonly number[]) => {
    const window = new SlidingWindow(limit)
    let now = 0
    return arrivals.map((arrival) => {
      now = Math.max(now, arrival)
      for (let wait = window.begin(now); wait > 0; wait = window.begin(now)) now += wait
      return now
    })
  }

  it('lets no more begin in any second than the limit, however they bunch', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 400 }),
        fc.integer({ min: 1, max: 100 }),
        (arrivals, limit) => {
          const begun = run(
            limit,
            arrivals.toSorted((a, b) => a - b),
          )
          for (const from of begun) {
            expect(begun.filter((at) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(limit)
          }
        },
      ),
    )
  })

  it('holds nobody up who comes at the pace of the channel', () => {
    for (const rate of [1, 20, 80, 1000]) {
      let nextAt: number | null = null
      const slots = Array.from({ length: rate * 3 }, () => {
        const slot = takeSlot(nextAt, 0, perSecond(rate))
        nextAt = slot.nextAt
        return slot.slotAt
      })
      const begun = run(rate, slots)
      expect(Math.max(...begun.map((at, index) => at - (slots[index] ?? 0)))).toBeLessThan(1e-6)
    }
  })

  it('does not let the limit be missed by much: 80 a second are at least 76', () => {
    expect(1000 / perSecond(80).intervalMs).toBeGreaterThan(76)
    expect(1000 / perSecond(80).intervalMs).toBeLessThan(80)
  })
})
