import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { waitAfter } from '../../../src/domain/webhooks/retry.ts'

describe('waits between the attempts at a webhook', () => {
  it('are those of the specification, and then no more', () => {
    const hours = 3_600_000
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((attempts) => waitAfter(attempts, 0))
    expect(waits).toEqual([
      5_000,
      300_000,
      1_800_000,
      2 * hours,
      5 * hours,
      10 * hours,
      14 * hours,
      20 * hours,
      24 * hours,
      null,
    ])
  })

  it('are up to a tenth longer, so that what failed together comes apart, and never shorter', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempts, random) => {
        const least = waitAfter(attempts, 0) ?? 0
        const wait = waitAfter(attempts, random) ?? 0
        expect(wait).toBeGreaterThanOrEqual(least)
        expect(wait).toBeLessThanOrEqual(least * 1.1 + 1)
        expect(waitAfter(attempts + 10, random)).toBeNull()
      }),
    )
  })
})
