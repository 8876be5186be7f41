import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { excludeRecipient, type RecipientFacts } from '../../../src/domain/campaign/exclusion.ts'
import { exclusionWords } from '../../../src/domain/campaign/exclusion-words.ts'
import { SeenPeople } from '../../../src/domain/campaign/seen-people.ts'
import type { ContactId } from '../../../src/domain/ids.ts'
import { digitsOf, phoneVariants } from '../../../src/domain/phone-variants.ts'

const fine: RecipientFacts = {
  number: { ok: true, digits: '16505551234' },
  lineProblem: null,
  problems: [],
  contact: null,
  sameAs: null,
}
const problem = { where: 'body', key: '1', code: 'missing', message: 'The body needs 1 value' } as const
const surplus = { why: 'surplus', columns: 2 } as const
const rules = { marketing: true, requireConsent: false }
const optedOut = { optedOut: true, consented: true }

describe('who gets nothing', () => {
  it.each<[string, Partial<RecipientFacts>, Partial<typeof rules>, string | null]>([
    ['a stranger', {}, {}, null],
    ['no number', { number: digitsOf('hello') }, {}, 'bad_number'],
    ['who opted out', { contact: optedOut }, {}, 'opted_out'],
    ['who opted out, and it is no marketing', { contact: optedOut }, { marketing: false }, null],
    ['a stranger where consent is needed', {}, { requireConsent: true }, 'no_consent'],
    [
      'a contact who never said',
      { contact: { optedOut: false, consented: false } },
      { requireConsent: true },
      'no_consent',
    ],
    ['a contact who agreed', { contact: { optedOut: false, consented: true } }, { requireConsent: true }, null],
    ['who agreed and opted out', { contact: optedOut }, { requireConsent: true }, 'opted_out'],
    ['wrong parameters', { problems: [problem] }, {}, 'bad_parameters'],
    ['a wrong line', { lineProblem: surplus }, {}, 'bad_parameters'],
    ['a duplicate', { sameAs: 3 }, {}, 'duplicate'],
    ['a duplicate with wrong parameters', { sameAs: 3, problems: [problem] }, {}, 'bad_parameters'],
  ])('%s', (_, facts, some, exclusion) => {
    expect(excludeRecipient({ ...fine, ...facts }, { ...rules, ...some })?.exclusion ?? null).toBe(exclusion)
  })

  it('says why by codes, and in words of both languages', () => {
    const why = (facts: Partial<RecipientFacts>) =>
      exclusionWords(excludeRecipient({ ...fine, ...facts }, rules)?.reasons ?? [])
    expect(why({ sameAs: 3 })).toEqual({
      en: 'The same person as in line 3',
      ru: 'Тот же человек, что и в строке 3',
    })
    expect(why({ lineProblem: surplus, problems: [problem] })).toEqual({
      en: 'The line has more values than there are columns (2). The body needs 1 value',
      ru: 'В строке больше значений, чем столбцов (2). Текст, значение «1»: значение не указано',
    })
    expect(why({ number: digitsOf('1.65056E+10') })).toEqual({
      en: expect.stringContaining('spreadsheet'),
      ru: expect.stringContaining('таблица'),
    })
  })

  it('keeps no more reasons than a person reads', () => {
    const problems = Array.from({ length: 100 }, () => problem)
    expect(excludeRecipient({ ...fine, problems, lineProblem: surplus }, rules)?.reasons).toHaveLength(10)
  })
})

describe('the same person', () => {
  it('is known by every form of the number, and as a contact', () => {
    const seen = new SeenPeople()
    seen.add(2, '5511987654321', null)
    seen.add(3, '16505551234', 'anna' as ContactId)
    expect(seen.rowOf('551187654321', null)).toBe(2)
    expect(seen.rowOf('16505559999', 'anna' as ContactId)).toBe(3)
    expect(seen.rowOf('16505559999', null)).toBeNull()
  })

  it('never stands twice among those who were new', () => {
    const number = fc.oneof(
      fc.constantFrom(
        '5511987654321',
        '551187654321',
        '5215512345678',
        '525512345678',
        '5491123456789',
        '541123456789',
      ),
      fc.integer({ min: 16505550000, max: 16505550009 }).map(String),
    )
    fc.assert(
      fc.property(fc.array(number, { maxLength: 40 }), (numbers) => {
        const seen = new SeenPeople()
        const taken = numbers.filter((digits, row) => {
          if (seen.rowOf(digits, null) !== null) return false
          seen.add(row, digits, null)
          return true
        })
        for (const [index, digits] of taken.entries()) {
          const before = taken.slice(0, index)
          expect(before.some((other) => phoneVariants(other).includes(digits))).toBe(false)
        }
        expect(numbers.every((digits) => taken.some((one) => phoneVariants(one).includes(digits)))).toBe(true)
      }),
    )
  })
})
