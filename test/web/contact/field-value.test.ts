import { describe, expect, it } from 'vitest'
import { isDay, kindOf, readField, readNumber, typedOf } from '../../../web/src/contact/field-value.ts'

describe('the kind of a field is that of its value', () => {
  it.each([
    ['Berlin', 'text'],
    ['', 'text'],
    [null, 'text'],
    [undefined, 'text'],
    [0, 'number'],
    [12.5, 'number'],
    [false, 'boolean'],
    ['2026-02-28', 'date'],
    ['2026-02-30', 'text'],
    ['2026-2-3', 'text'],
    [['a'], 'other'],
    [{ a: 1 }, 'other'],
  ])('%j is %s', (value, kind) => {
    expect(kindOf(value)).toBe(kind)
  })
})

describe('numbers are read as people write them', () => {
  it.each([
    ['1200', 1200],
    ['1 234,5', 1234.5],
    ['1\u202f234,5', 1234.5],
    ['-0.25', -0.25],
    ['+7', 7],
    ['.5', 0.5],
    ['5.', 5],
    ['1,234.5', null],
    ['0x10', null],
    ['1e400', null],
    ['12 apples', null],
    ['', null],
    [`1${'0'.repeat(400)}`, null],
  ])('%j is %j', (typed, number) => {
    expect(readNumber(typed)).toBe(number)
  })
})

describe('what was typed', () => {
  it.each([
    ['text', '  two  ', { ok: true, value: 'two' }],
    ['text', '12', { ok: true, value: '12' }],
    ['text', ' ', { ok: false, problem: 'empty' }],
    ['number', '1,5', { ok: true, value: 1.5 }],
    ['number', 'many', { ok: false, problem: 'number' }],
    ['date', '2026-12-31', { ok: true, value: '2026-12-31' }],
    ['date', '31.12.2026', { ok: false, problem: 'date' }],
    ['boolean', 'true', { ok: true, value: true }],
    ['boolean', '', { ok: true, value: false }],
  ] as const)('as %s: %j', (kind, typed, expected) => {
    expect(readField(kind, typed)).toEqual(expected)
  })

  it.each([['x'], [1.5], [true], ['2026-01-01']])('comes back as the value that it shows: %j', (value) => {
    const kind = kindOf(value)
    expect(kind !== 'other' && readField(kind, typedOf(value))).toEqual({ ok: true, value })
  })
})

it.each([
  ['2024-02-29', true],
  ['2025-02-29', false],
  ['2025-06-31', false],
  ['0000-00-00', false],
  ['2025-06-30T10:00', false],
])('%s is a day: %s', (text, day) => {
  expect(isDay(text)).toBe(day)
})
