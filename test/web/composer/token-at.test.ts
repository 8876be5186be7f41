import { describe, expect, it } from 'vitest'
import { isMentioned, tokenAt, withToken } from '../../../web/src/composer/token-at.ts'

describe('what is being chosen at the cursor', () => {
  it.each<[string, '/' | '@', { start: number; query: string } | null]>([
    ['/', '/', { start: 0, query: '' }],
    ['/del', '/', { start: 0, query: 'del' }],
    ['Hello /opening hours', '/', { start: 6, query: 'opening hours' }],
    ['line\n/x', '/', { start: 5, query: 'x' }],
    ['1/2', '/', null],
    ['https://shop', '/', null],
    ['/etc/hosts', '/', null],
    ['/ then', '/', null],
    ['/a  b', '/', null],
    ['/a\nb', '/', null],
    [`/${'x'.repeat(60)}`, '/', null],
    ['ask @ol', '@', { start: 4, query: 'ol' }],
    ['a@b.c', '@', null],
  ])('%j', (text, mark, expected) => {
    expect(tokenAt(text, text.length, mark)).toEqual(expected)
  })

  it('looks no further than the cursor, and puts in its place what was chosen', () => {
    const text = 'Hi /del and more'
    const token = tokenAt(text, 7, '/')
    expect(token).toEqual({ start: 3, query: 'del' })
    expect(token && withToken(text, token, 'tomorrow')).toEqual({ text: 'Hi tomorrow and more', cursor: 11 })
  })
})

describe('a name in a text', () => {
  it.each([
    ['@Olga, look', 'Olga', true],
    ['@Olgas', 'Olga', false],
    ['@Olgas and @Olga', 'Olga', true],
    ['Olga', 'Olga', false],
    ['@Ольга!', 'Ольга', true],
  ])('%j mentions %s: %s', (text, name, expected) => {
    expect(isMentioned(text, name)).toBe(expected)
  })
})
