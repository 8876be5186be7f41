import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { digitsOf, digitsToWrite, parsePhone, phoneVariants } from '../../src/domain/phone-variants.ts'

describe('candidates for a lookup', () => {
  test.each<[string, string, string[]]>([
    ['Brazil with the ninth digit', '5511987654321', ['5511987654321', '551187654321']],
    ['Brazil without it', '551187654321', ['551187654321', '5511987654321']],
    ['Brazil, a landline', '551134567890', ['551134567890']],
    ['Brazil, no such area', '5520987654321', ['5520987654321']],
    ['Brazil, a mobile that begins with 9 behind the ninth digit', '5531998765432', ['5531998765432', '553198765432']],
    ['Argentina, Buenos Aires, mobile', '5491123456789', ['5491123456789', '541123456789', '54111523456789']],
    ['Argentina without the 9', '541123456789', ['541123456789', '5491123456789', '54111523456789']],
    ['Argentina with 15', '54111523456789', ['54111523456789', '5491123456789', '541123456789']],
    ['Argentina, area of three digits', '5493514567890', ['5493514567890', '543514567890', '54351154567890']],
    ['Argentina, area of four digits', '5492901456789', ['5492901456789', '542901456789', '54290115456789']],
    ['Argentina, no such area', '549912345678', ['549912345678']],
    ['Mexico with 1', '5215512345678', ['5215512345678', '525512345678']],
    ['Mexico without', '525512345678', ['525512345678', '5215512345678']],
    ['United States', '16505551234', ['16505551234']],
    ['Kazakhstan', '77011234567', ['77011234567']],
    ['too short for Mexico', '5255123456', ['5255123456']],
    ['not a number', 'US.134', ['US.134']],
    ['nothing', '', ['']],
  ])('%s', (_name, digits, variants) => {
    expect(phoneVariants(digits)).toEqual(variants)
  })

  const digits = fc.oneof(
    fc.stringMatching(/^(55|54|549|52|521|1|7)\d{8,12}$/),
    fc.stringMatching(/^55(11|21|31|99)9?[6-9]\d{7}$/),
    fc.stringMatching(/^549?(11|221|351|2901|3541)\d{6,8}$/),
    fc.stringMatching(/^54(1115|22115|35115|290115)\d{6,8}$/),
    fc.stringMatching(/^521?[2-9]\d{9}$/),
  )
  test('few, digits only, without repetition, the number itself first, and symmetric', () => {
    fc.assert(
      fc.property(digits, (number) => {
        const variants = phoneVariants(number)
        expect(variants[0]).toBe(number)
        expect(variants.length).toBeLessThanOrEqual(3)
        expect(new Set(variants).size).toBe(variants.length)
        for (const variant of variants) {
          expect(variant).toMatch(/^\d+$/)
          expect([...phoneVariants(variant)].sort()).toEqual([...variants].sort())
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('what a person types', () => {
  test.each<[string, object]>([
    ['+1 (650) 555-1234', { ok: true, digits: '16505551234' }],
    ['16505551234', { ok: true, digits: '16505551234' }],
    ['00 49 30/123456', { ok: true, digits: '4930123456' }],
    ['+55\u00a011\u201198765.4321', { ok: true, digits: '5511987654321' }],
    ['＋７ ７０１ １２３ ４５ ６７', { ok: true, digits: '77011234567' }],
    ['  ', { ok: false, reason: 'empty' }],
    ['+', { ok: false, reason: 'not_a_number' }],
    ['call me', { ok: false, reason: 'not_a_number' }],
    ['+1 650 555 1234 ext. 5', { ok: false, reason: 'not_a_number' }],
    ['1+1', { ok: false, reason: 'not_a_number' }],
    ['US.13491208655302741918', { ok: false, reason: 'not_a_number' }],
    ['030 123456', { ok: false, reason: 'no_country_code' }],
    ['+0 123456789', { ok: false, reason: 'no_country_code' }],
    ['+123', { ok: false, reason: 'too_short' }],
    ['+1234567890123456', { ok: false, reason: 'too_long' }],
  ])('%s', (text, expected) => {
    expect(digitsOf(text)).toEqual(expected)
  })

  test.each<[string, object]>([
    ['+1 650 555 1234', { ok: true, digits: '16505551234' }],
    ['＋1 650 555 1234', { ok: true, digits: '16505551234' }],
    ['16505551234', { ok: true, digits: '16505551234' }],
    ['7 (701) 123-45-67', { ok: true, digits: '77011234567' }],
    ['00 49 151 23456789', { ok: true, digits: '4915123456789' }],
    [' 0049 151 23456789', { ok: true, digits: '4915123456789' }],
    // Whoever says that it has its country code is believed: plans change faster than libraries.
    ['+1 111 111 1111', { ok: true, digits: '11111111111' }],
    ['1 111 111 1111', { ok: false, reason: 'no_country_code' }],
    ['650 555 1234', { ok: false, reason: 'no_country_code' }],
    ['555 123 0002', { ok: false, reason: 'no_country_code' }],
    ['0151 23456789', { ok: false, reason: 'no_country_code' }],
    ['', { ok: false, reason: 'empty' }],
    ['Anna', { ok: false, reason: 'not_a_number' }],
    ['12345', { ok: false, reason: 'too_short' }],
  ])('to write to %s', (text, expected) => {
    expect(digitsToWrite(text)).toEqual(expected)
  })

  test('digits are what they were: nothing is guessed or rewritten', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[1-9]\d{6,14}$/), (number) => {
        expect(digitsOf(`+${number}`)).toEqual({ ok: true, digits: number })
      }),
    )
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(digitsOf(text)).toHaveProperty('ok')
      }),
    )
  })

  test.each<[string, string | undefined, object]>([
    [
      '+1 650-253-0000',
      undefined,
      { ok: true, phone: { digits: '16502530000', country: 'US', valid: true, display: '+1 650 253 0000' } },
    ],
    ['(650) 253-0000', 'US', { ok: true, phone: { digits: '16502530000', country: 'US', valid: true } }],
    ['030 123456', 'DE', { ok: true, phone: { digits: '4930123456', country: 'DE' } }],
    ['+44 20 7946 0958', 'US', { ok: true, phone: { digits: '442079460958', country: 'GB' } }],
    ['+52 1 55 1234 5678', undefined, { ok: true, phone: { digits: '5215512345678' } }],
    ['+1 111 111 1111', undefined, { ok: true, phone: { digits: '11111111111', valid: false } }],
    ['030 123456', undefined, { ok: false, reason: 'no_country_code' }],
    ['rubbish', 'US', { ok: false, reason: 'not_a_number' }],
    ['', 'US', { ok: false, reason: 'empty' }],
  ])('%s in %s', (text, country, expected) => {
    expect(parsePhone(text, country)).toMatchObject(expected)
  })
})
