import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBudget } from '../../../../src/domain/scenario/expressions/budget.ts'
import { repeatedSize } from '../../../../src/domain/scenario/expressions/pattern-size.ts'
import {
  compilePattern,
  MAX_PATTERN,
  MAX_PROGRAM,
  MAX_SEARCHED,
} from '../../../../src/domain/scenario/expressions/patterns.ts'

function found(source: string, text: string, budget = createBudget()): boolean | null {
  const compiled = compilePattern(source)
  if (!compiled.ok) throw new Error(compiled.message)
  return compiled.pattern.found(text, budget)
}

describe('compilePattern', () => {
  it.each([
    ['(?i)(^|\\P{L})(yes|ok|да)(\\P{L}|$)', 'Ну ДА!', true],
    ['(?i)(^|\\P{L})(yes|ok|да)(\\P{L}|$)', 'дача', false],
    ['^a+$', 'aaa', true],
    ['^a+$', 'aab', false],
    ['\\d{4}-\\d{2}', 'on 2026-05', true],
    ['(?s)a.b', 'a\nb', true],
    ['a.b', 'a\nb', false],
  ])('finds %s in %j: %s', (source, text, expected) => expect(found(source, text)).toBe(expected))

  it.each([
    ['', 0],
    ['a(b', undefined],
    ['x[', 1],
    ['a\\1', 1],
    ['a(?=b)', 1],
    ['a(?<=b)', 1],
    ['a**', 1],
    ['a{2000}', undefined],
  ])('refuses %j', (source, position) => {
    const compiled = compilePattern(source)
    expect(compiled).toMatchObject({ ok: false, message: expect.any(String) })
    if (position !== undefined) expect(compiled).toMatchObject({ position })
  })

  it.each([
    'a'.repeat(MAX_PATTERN + 1),
    '(a{30}){30}',
    '((((a{9}){9}){9}){9}){9}',
    '(?:a{1000}|b{1000}|c{1000})',
    '[a-z]{900}',
    '\\p{L}{900}',
    '('.repeat(900),
    `${'(?:'.repeat(200)}a${'){2}'.repeat(99)}${')'.repeat(101)}`,
  ])('refuses what would unroll to too much: %s', (source) => {
    expect(compilePattern(source)).toMatchObject({ ok: false })
  })

  it('never throws, and keeps every program small', () => {
    const part = fc.constantFrom(
      'a',
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '*',
      '+',
      '?',
      '|',
      '\\',
      '^',
      '$',
      '.',
      '{2,9}',
      '\\p{L}',
      '(?i)',
      '1',
      'я',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        const compiled = compilePattern(parts.join(''))
        if (compiled.ok) expect(compiled.pattern.size).toBeLessThanOrEqual(MAX_PROGRAM)
        else expect(compiled.message).not.toBe('')
      }),
    )
  })
})

describe('repeatedSize', () => {
  it.each([
    ['abc', 3],
    ['a{10}', 10],
    ['a{2,5}', 5],
    ['a{2,}', 2],
    ['[^]a-z\\]]{3}', 3],
    ['\\p{Lu}{4}', 4],
    ['(ab){10}', 40],
  ])('of %s is %i', (source, size) => expect(repeatedSize(source)).toBe(size))

  it('multiplies what is nested', () => expect(repeatedSize('((a{50}){50}){50}')).toBeGreaterThan(100_000))
})

describe('found', () => {
  it('pays for the text', () => {
    const budget = createBudget()
    found('abc', 'x'.repeat(1_000), budget)
    expect(budget.spent).toBeGreaterThan(100)
  })

  it('does not search what the budget does not pay, nor too long a text', () => {
    expect(found('abc', 'x'.repeat(1_000), createBudget(10))).toBeNull()
    expect(found('abc', 'x'.repeat(MAX_SEARCHED + 1))).toBeNull()
  })
})
