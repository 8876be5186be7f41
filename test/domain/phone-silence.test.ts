import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ENDED_AFTER_DAYS, phoneSilence, SILENT_AFTER_DAYS } from '../../src/domain/phone-silence.ts'

const day = (number: number) => new Date(Date.UTC(2026, 0, 1 + number))

describe('a silence of the phone app', () => {
  it.each([
    ['nobody was told of', { heardAt: day(3), connectedAt: day(0), warnedAt: null }, null],
    [
      'people were told of',
      { heardAt: day(3), connectedAt: day(0), warnedAt: day(14) },
      { since: day(3), endsAt: day(17) },
    ],
    ['that is over', { heardAt: day(15), connectedAt: day(0), warnedAt: day(14) }, null],
    [
      'since the connection',
      { heardAt: null, connectedAt: day(0), warnedAt: day(11) },
      { since: day(0), endsAt: day(14) },
    ],
  ])('%s', (_, of, expected) => {
    expect(phoneSilence(of)).toEqual(expected)
  })
  it('is told while there is time left, whenever it began', () => {
    expect(SILENT_AFTER_DAYS).toBeLessThan(ENDED_AFTER_DAYS)
    fc.assert(
      fc.property(
        fc.date({ min: day(0), max: day(3650), noInvalidDate: true }),
        fc.integer({ min: 1, max: 1e9 }),
        (heardAt, ms) => {
          const warnedAt = new Date(heardAt.getTime() + ms)
          const silence = phoneSilence({ heardAt, connectedAt: day(0), warnedAt })
          expect(silence?.since).toEqual(heardAt)
          expect(silence && silence.endsAt > silence.since).toBe(true)
        },
      ),
    )
  })
})
