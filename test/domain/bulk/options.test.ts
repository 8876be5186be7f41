import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bulkRule, oneMonthAfter } from '../../../src/domain/bulk/options.ts'

describe("a channel's rule", () => {
  test('more than 3 within 5 minutes, by content, for a month', () => {
    const rule = bulkRule({})
    expect(rule).toMatchObject({ threshold: 3, windowMs: 300_000, by: 'content' })
    expect(rule.holdUntil(new Date('2026-01-31T10:20:30.456Z')).toISOString()).toBe('2026-02-28T10:20:30.456Z')
  })

  test('as the channel says', () => {
    const rule = bulkRule({ threshold: 10, windowSeconds: 60, holdDays: 2, by: 'kind' })
    expect(rule).toMatchObject({ threshold: 10, windowMs: 60_000, by: 'kind' })
    expect(rule.holdUntil(new Date('2026-02-28T23:59:59.999Z')).toISOString()).toBe('2026-03-02T23:59:59.999Z')
  })
})

describe('one calendar month', () => {
  test.each([
    ['2026-01-15T12:00:00.000Z', '2026-02-15T12:00:00.000Z'],
    ['2026-01-28T12:00:00.000Z', '2026-02-28T12:00:00.000Z'],
    ['2026-01-29T12:00:00.000Z', '2026-02-28T12:00:00.000Z'],
    ['2026-01-31T23:59:59.999Z', '2026-02-28T23:59:59.999Z'],
    ['2028-01-31T00:00:00.000Z', '2028-02-29T00:00:00.000Z'],
    ['2026-02-28T12:00:00.000Z', '2026-03-28T12:00:00.000Z'],
    ['2026-03-31T12:00:00.000Z', '2026-04-30T12:00:00.000Z'],
    ['2026-12-31T12:00:00.000Z', '2027-01-31T12:00:00.000Z'],
  ])('%s → %s', (at, after) => {
    expect(oneMonthAfter(new Date(at)).toISOString()).toBe(after)
  })

  const moment = fc.date({
    min: new Date('1971-01-01T00:00:00Z'),
    max: new Date('2200-01-01T00:00:00Z'),
    noInvalidDate: true,
  })
  test('the next month, the same time of day, the same day or the last', () => {
    fc.assert(
      fc.property(moment, (at) => {
        const given = at.getTime()
        const after = oneMonthAfter(at)
        expect(at.getTime()).toBe(given)
        expect(after.toISOString().slice(10)).toBe(at.toISOString().slice(10))
        expect(after.getUTCMonth()).toBe((at.getUTCMonth() + 1) % 12)
        if (after.getUTCDate() !== at.getUTCDate()) {
          const nextDay = new Date(after.getTime() + 86_400_000)
          expect([nextDay.getUTCDate(), after.getUTCDate() < at.getUTCDate()]).toEqual([1, true])
        }
        const days = (after.getTime() - given) / 86_400_000
        expect(days >= 28 && days <= 31).toBe(true)
      }),
      { numRuns: 3000 },
    )
  })

  test('who sends later is not held shorter', () => {
    fc.assert(
      fc.property(moment, fc.nat(40 * 86_400_000), fc.option(fc.integer({ min: 1, max: 366 })), (at, later, days) => {
        const rule = bulkRule(days === null ? {} : { holdDays: days })
        const second = rule.holdUntil(new Date(at.getTime() + later)).getTime()
        // The last days of a long month end with the short one: they may share a day, in the order of their times there.
        if (days !== null || later >= 4 * 86_400_000)
          expect(second).toBeGreaterThanOrEqual(rule.holdUntil(at).getTime())
        else expect(second).toBeGreaterThan(rule.holdUntil(at).getTime() - 86_400_000)
      }),
      { numRuns: 3000 },
    )
  })
})
