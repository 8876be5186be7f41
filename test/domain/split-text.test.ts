import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitText, utf8Length } from '../../src/domain/split-text.ts'

const bare = (text: string) => text.replace(/\s+/g, '')

describe('a text in parts of so many bytes', () => {
  it('is one part where it fits, to the byte', () => {
    expect(splitText('ж'.repeat(500), 1000)).toEqual(['ж'.repeat(500)])
    expect(splitText(`${'ж'.repeat(500)}!`, 1000)).toHaveLength(2)
    expect(splitText('', 1000)).toEqual([])
  })

  it('is cut between words, and between lines where that is not too early', () => {
    expect(splitText('one two three', 9)).toEqual(['one two', 'three'])
    expect(splitText('one two three', 7)).toEqual(['one two', 'three'])
    expect(splitText('first line\nsecond line', 16)).toEqual(['first line', 'second line'])
    expect(splitText('a\nsecond line of it', 16)).toEqual(['a\nsecond line of', 'it'])
  })

  it('never cuts what is one character to people', () => {
    const family = '👨‍👩‍👧‍👦'
    const parts = splitText(family.repeat(5), utf8Length(family) * 2 + 3)
    expect(parts).toEqual([family.repeat(2), family.repeat(2), family])
  })

  it('gets through a single character that is larger than a part', () => {
    const heap = `a${'\u0301'.repeat(40)}`
    const parts = splitText(heap, 10)
    expect(parts.join('')).toBe(heap)
    expect(parts.every((part) => utf8Length(part) <= 10)).toBe(true)
  })

  it('loses nothing but blanks, and never exceeds the limit', () => {
    const texts = fc.string({ unit: 'grapheme', maxLength: 400 })
    const words = fc.array(fc.oneof(texts, fc.constantFrom(' ', '\n', '  ', 'слово', '🧡'))).map((all) => all.join(''))
    fc.assert(
      fc.property(words, fc.integer({ min: 4, max: 200 }), (text, max) => {
        const parts = splitText(text, max)
        expect(bare(parts.join(''))).toBe(bare(text))
        for (const part of parts) expect(utf8Length(part)).toBeLessThanOrEqual(max)
        expect(parts.every((part) => part !== '')).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
