import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readJsonText } from '../../../src/channels/wire/json.ts'

const value = (text: string) => {
  const json = readJsonText(text)
  return json.ok ? json.value : json.detail
}

describe('JSON off the wire', () => {
  test.each<[string, unknown]>([
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', '9007199254740993'],
    ['[-9007199254740993,1]', ['-9007199254740993', 1]],
    ['{"a":12345678901234567890}', { a: '12345678901234567890' }],
    ['{"12345678901234567890":"12345678901234567890"}', { '12345678901234567890': '12345678901234567890' }],
    ['"\\"12345678901234567890"', '"12345678901234567890'],
    ['40.78291005977412345678', 40.782910059774125],
    ['12345678901234567890e3', Number('12345678901234567890e3')],
    ['"\\ud83d"', '\uFFFD'],
    ['{"\\u0000":"\\ud83d\\udc4b"}', { '\uFFFD': '👋' }],
    ['{"__proto__":{"x":1},"y":2}', { y: 2 }],
    ['{', 'the body is not JSON'],
    ['1-', 'the body is not JSON'],
  ])('%s', (text, expected) => {
    expect(value(text)).toEqual(expected)
  })

  test('depth has a limit, brackets inside strings do not count', () => {
    expect(value('['.repeat(201) + ']'.repeat(201))).toContain('nested deeper')
    expect(value(`"${'['.repeat(500)}"`)).toBe('['.repeat(500))
    expect(readJsonText('['.repeat(200) + ']'.repeat(200)).ok).toBe(true)
  })

  test('whatever JSON.stringify writes comes back as it was', () => {
    const plain = fc
      .jsonValue({ stringUnit: 'grapheme' })
      .filter((one) => !/__proto__|\\u0000|\d{16}/.test(JSON.stringify(one)))
    fc.assert(
      fc.property(plain, (one) => {
        expect(value(JSON.stringify(one))).toEqual(JSON.parse(JSON.stringify(one)))
      }),
    )
  })
})
