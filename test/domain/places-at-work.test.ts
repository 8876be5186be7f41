import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { placesAtWork } from '../../src/domain/places-at-work.ts'

describe('places at work', () => {
  it.each([
    [0, 160],
    [16, 160],
    [28, 123],
    [40, 86],
    [64, 12],
    [6_000, 12],
  ])('%i webhooks that wait leave %i', (unstored, places) => {
    expect(placesAtWork(unstored, 160, 12)).toBe(places)
  })

  it('become fewer the more wait, and never none', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000), (a, b) => {
        const [few, many] = a < b ? [a, b] : [b, a]
        expect(placesAtWork(many, 160, 12)).toBeLessThanOrEqual(placesAtWork(few, 160, 12))
        expect(placesAtWork(many, 160, 12)).toBeGreaterThanOrEqual(12)
      }),
    )
  })
})
