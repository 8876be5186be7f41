import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type MarketingChoice, sameChoice, stricterChoice } from '../../src/domain/marketing-choice.ts'

const at = (ms: number | null) => (ms === null ? null : new Date(ms))
const choice = (optedOut: number | null, consent: number | null): MarketingChoice => ({
  optedOutAt: at(optedOut),
  consentAt: at(consent),
})
const time = fc.option(fc.nat(1_000))
const any = fc.tuple(time, time).map(([out, consent]) => choice(out, consent))

describe('the stricter of two choices', () => {
  it.each([
    ['nobody said anything', choice(null, null), choice(null, null), choice(null, null)],
    ['one opted out', choice(null, null), choice(5, null), choice(5, null)],
    ['both opted out: since the first', choice(7, null), choice(5, null), choice(5, null)],
    ['one agreed: nobody knows of the other', choice(null, 5), choice(null, null), choice(null, null)],
    ['both agreed: since the last', choice(null, 5), choice(null, 7), choice(null, 7)],
    ['one agreed, the other is out', choice(null, 5), choice(6, 4), choice(6, 5)],
  ])('%s', (_, one, other, expected) => {
    expect(stricterChoice(one, other)).toEqual(expected)
    expect(stricterChoice(other, one)).toEqual(expected)
  })

  it('permits nothing that one of them forbids, in whatever order several are joined', () => {
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        const joined = stricterChoice(stricterChoice(a, b), c)
        expect(joined.optedOutAt !== null).toBe([a, b, c].some(({ optedOutAt }) => optedOutAt))
        expect(joined.consentAt !== null).toBe([a, b, c].every(({ consentAt }) => consentAt))
        expect(stricterChoice(a, stricterChoice(b, c))).toEqual(joined)
        expect(sameChoice(stricterChoice(a, a), a)).toBe(true)
      }),
    )
  })
})
