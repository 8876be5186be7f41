import { describe, expect, it } from 'vitest'
import { createBudget } from '../../../../src/domain/scenario/expressions/budget.ts'
import {
  type Compared,
  compare,
  isoTime,
  MAX_LIST,
  type Operands,
  type RowOperator,
  spelledNumber,
} from '../../../../src/domain/scenario/expressions/operators.ts'
import type { Json } from '../../../../src/domain/scenario/expressions/scope.ts'

type Case = { [Operator in RowOperator]: [Operator, Json | undefined, Operands[Operator], Compared] }[RowOperator]

const cases: Case[] = [
  ['is', 'Yes', 'Yes', true],
  ['is', 'Yes', 'yes', false],
  ['is', 5, 5, true],
  ['is', '5', 5, true],
  ['is', 5, '5', true],
  ['is', '5.0', 5, true],
  ['is', 7, '007', false],
  ['is', '007', 7, false],
  ['is', '1e3', 1000, false],
  ['is', '', 0, false],
  ['is', true, true, true],
  ['is', 'true', true, false],
  ['is', 1, true, false],
  ['is', ['a'], 'a', false],
  ['is', {}, 'a', false],
  ['is', null, '', false],
  ['is', undefined, false, false],

  ['isNot', 'a', 'b', true],
  ['isNot', 'a', 'a', false],
  ['isNot', '5', 5, false],
  ['isNot', ['a'], 'a', true],
  ['isNot', undefined, 'a', true],
  ['isNot', null, 'a', true],

  ['in', 'a', ['a', 'b'], true],
  ['in', 'A', ['a', 'b'], false],
  ['in', '2', [1, 2], true],
  ['in', ['x', 'b'], ['a', 'b'], true],
  ['in', [], ['a'], false],
  ['in', {}, ['a'], false],
  ['in', undefined, ['a'], false],
  ['in', Array.from({ length: MAX_LIST + 1 }, () => 'x'), ['a'], 'too_large'],

  ['contains', 'Где мой ЗАКАЗ?', 'заказ', true],
  ['contains', 'cafe\u0301', 'CAFÉ', true],
  ['contains', 'abc', 'd', false],
  ['contains', ['red', 'blue'], 'red', true],
  ['contains', ['red', 'blue'], 'RED', false],
  ['contains', [1, 2], '2', true],
  ['contains', 12, '2', 'wrong_type'],
  ['contains', '12', 2, 'wrong_type'],
  ['contains', { a: 1 }, 'a', 'wrong_type'],
  ['contains', undefined, 'a', false],
  ['contains', null, 'a', false],

  ['startsWith', 'Hello there', 'hello', true],
  ['startsWith', 'Oh, hello', 'hello', false],
  ['startsWith', 'İstanbul', 'i̇s', true],
  ['startsWith', 5, '5', 'wrong_type'],
  ['startsWith', ['a'], 'a', 'wrong_type'],
  ['startsWith', undefined, 'a', false],

  ['matches', 'order 12', '\\d+', true],
  ['matches', 'Да', '(?i)^да$', true],
  ['matches', 'order', '^\\d+$', false],
  ['matches', 12, '\\d+', 'wrong_type'],
  ['matches', undefined, '.*', false],

  ['gt', 5, 4, true],
  ['gt', 5, 5, false],
  ['gt', '10', 9, true],
  ['gt', '10', '9', true],
  ['gt', 'ten', 9, 'wrong_type'],
  ['gt', '2026-05-02', '2026-05-01', true],
  ['gt', '2026-05-01T00:00:00+02:00', '2026-05-01', false],
  ['gt', '2026-05-01T12:00:00Z', '2026-05-01', true],
  ['gt', '2026-05-01', 5, 'wrong_type'],
  ['gt', 'b', 'a', 'wrong_type'],
  ['gt', true, 0, 'wrong_type'],
  ['gt', [5], 4, 'wrong_type'],
  ['gt', undefined, -1, false],
  ['gt', null, -1, false],
  ['gte', 5, 5, true],
  ['gte', 4.99, 5, false],
  ['lt', -1, 0, true],
  ['lt', 0, 0, false],
  ['lt', undefined, 5, false],
  ['lte', 0, 0, true],
  ['lte', '2026-05-01', '2026-05-01T00:00:00Z', true],

  ['between', 5, [1, 5], true],
  ['between', 1, [1, 5], true],
  ['between', 0, [1, 5], false],
  ['between', 6, [1, 5], false],
  ['between', '2026-05-15', ['2026-05-01', '2026-05-31'], true],
  ['between', 'x', [1, 5], 'wrong_type'],
  ['between', undefined, [1, 5], false],

  ['exists', 0, true, true],
  ['exists', '', true, true],
  ['exists', false, true, true],
  ['exists', [], true, true],
  ['exists', null, true, false],
  ['exists', undefined, true, false],
  ['exists', null, false, true],
  ['exists', 'x', false, false],
]

describe('compare', () => {
  it.each(cases)('%s: %j, %j → %s', (operator, actual, expected, result) => {
    expect(compare(operator, actual, expected as never, createBudget())).toBe(result)
  })

  it.each([
    ['contains', 'x'.repeat(10_000), 'y'],
    ['startsWith', 'xyz', 'x'],
    ['matches', 'x'.repeat(1_000), 'y'],
    ['in', Array.from({ length: 500 }, () => 'a'), ['b']],
  ] as const)('%s stops when nothing is left to pay with', (operator, actual, expected) => {
    expect(compare(operator, actual, expected as never, createBudget(1))).toBe('too_much_work')
  })
})

describe('spelledNumber', () => {
  it.each([
    ['0', 0],
    ['-3.50', -3.5],
    ['12', 12],
  ])('%j is %d', (text, number) => expect(spelledNumber(text)).toBe(number))
  it.each(['', ' 1', '1 ', '01', '+1', '1.', '.5', '1e5', '0x10', 'NaN', 'Infinity', '1,5', '9'.repeat(50)])(
    '%j is none',
    (text) => expect(spelledNumber(text)).toBeNull(),
  )
})

describe('isoTime', () => {
  it.each([
    ['2026-05-01', Date.UTC(2026, 4, 1)],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['2026-05-01T09:30Z', Date.UTC(2026, 4, 1, 9, 30)],
    ['2026-05-01T09:30:15.250+02:00', Date.UTC(2026, 4, 1, 7, 30, 15, 250)],
  ])('%s', (text, time) => expect(isoTime(text)).toBe(time))
  it.each([
    '2026-5-1',
    '2026-02-30',
    '2025-02-29',
    '2026-13-01',
    '2026-05-01T09:30',
    '2026-05-01T25:00Z',
    '01.05.2026',
    'now',
    'today',
    '2026',
  ])('%s is no time', (text) => expect(isoTime(text)).toBeNull())
})
