import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Pace, perPair, perSecond, takeSlot } from '../../src/domain/pacing.ts'
import { afterRejection, afterTrial } from '../../src/domain/send-retry.ts'

describe('takeSlot (pacing)', () => {
  const run = (pace: Pace, arrivals: number[]) => {
    let nextAt: number | null = null
    return arrivals.map((now) => {
      const slot = takeSlot(nextAt, now, pace)
      nextAt = slot.nextAt
      return slot.slotAt
    })
  }

  it('lets a pair have its burst of 45, then one each 6 s (reference §8)', () => {
    const slots = run(perPair({ burst: 45, secondsPerMessage: 6 }), Array(47).fill(0))
    expect(slots.slice(0, 45)).toEqual(Array(45).fill(0))
    expect(slots.slice(45)).toEqual([6_000, 12_000])
  })

  it('never gives more than the rate within any second, whatever arrives when', () => {
    const arrivals = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 300 })
    fc.assert(
      fc.property(arrivals, fc.constantFrom(1, 5, 20, 80, 1000), (times, rate) => {
        const pace = perSecond(rate)
        const slots = run(
          pace,
          times.toSorted((a, b) => a - b),
        )
        for (const start of slots) {
          const inOneSecond = slots.filter((slot) => slot >= start && slot < start + 1000 - 1e-6).length
          expect(inOneSecond).toBeLessThanOrEqual(rate)
        }
      }),
    )
  })

  it('gives no slot before its arrival, and keeps the order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1 }), (times) => {
        const sorted = times.toSorted((a, b) => a - b)
        const slots = run(perSecond(20), sorted)
        slots.forEach((slot, i) => {
          expect(slot).toBeGreaterThanOrEqual(sorted[i] ?? 0)
          if (i > 0) expect(slot).toBeGreaterThanOrEqual(slots[i - 1] ?? 0)
        })
      }),
    )
  })
})

describe('afterRejection (reference §9)', () => {
  const failure = (cls: 'retry' | 'wait' | 'fix' | 'channel_down' | 'final', over = {}) => ({
    class: cls,
    retryAfterSeconds: null,
    limit: null,
    ...over,
  })

  it.each([
    ['a passing error is tried again, later each time', failure('retry'), 1, { next: 'again', afterMs: 1_000 }],
    ['', failure('retry'), 3, { next: 'again', afterMs: 4_000 }],
    ['and not for ever', failure('retry'), 6, { next: 'fail' }],
    ['the pair limit asks for 4^n seconds', failure('wait', { limit: 'pair' }), 2, { next: 'again', afterMs: 16_000 }],
    ['the channel’s limit for less', failure('wait', { limit: 'channel' }), 2, { next: 'again', afterMs: 4_000 }],
    ['a hint is honoured', failure('wait', { retryAfterSeconds: 90 }), 1, { next: 'again', afterMs: 90_000 }],
    ['a wait ends too', failure('wait'), 8, { next: 'fail' }],
    ['an account that is down parks the message', failure('channel_down'), 1, { next: 'park' }],
    ['a wrong request fails at once', failure('fix'), 1, { next: 'fail' }],
    ['a final answer is final', failure('final'), 1, { next: 'fail' }],
  ] as const)('%s', (_, rejection, tries, expected) => {
    expect(afterRejection(rejection, tries, 0)).toEqual(expected)
  })

  it.each([
    ['costs the message none of its tries', failure('retry'), 60, { next: 'again', afterMs: 1_000 }],
    ['but for an hour at most', failure('retry'), 3_600, { next: 'fail' }],
    ['and only where the provider is in trouble', failure('final'), 60, { next: 'fail' }],
    ['a limit is the message’s own', failure('wait'), 60, { next: 'fail' }],
  ] as const)('a call that finds out whether the provider works again %s', (_, rejection, waitedSeconds, expected) => {
    expect(afterTrial(rejection, { tries: 20, waitedSeconds }, 0)).toEqual(expected)
    expect(afterTrial(failure('retry'), { tries: 2, waitedSeconds }, 0)).toEqual({ next: 'again', afterMs: 2_000 })
  })

  it('spreads by at most a quarter and never waits longer than about 20 minutes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.double({ min: 0, max: 1, noNaN: true }), (tries, jitter) => {
        const verdict = afterRejection(failure('wait', { retryAfterSeconds: 10 ** 6 }), tries, jitter)
        if (verdict.next === 'again') expect(verdict.afterMs).toBeLessThanOrEqual(15 * 60_000 * 1.25)
      }),
    )
  })
})
