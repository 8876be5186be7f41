import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readDocument } from '../../../src/domain/scenario/document/read-document.ts'
import {
  emptyButton,
  emptyDocument,
  formatOf,
  freeKey,
  isKey,
  keyFrom,
  keyIn,
  withKey,
} from '../../../web/src/scenarios/new-document.ts'

const GALLERY = join(import.meta.dirname, '../../../docs/gallery')

describe('an empty document', () => {
  it.each(['Hello', 'It’s: “#1”', '{{ name }}', "a 'b' \\ c", 'Привет!', '- x', 'null', '12'])('is one: %s', (name) => {
    for (const make of [emptyDocument, emptyButton]) {
      const read = readDocument(make('key-1', name))
      expect(read.ok ? read.document : read.problems).toMatchObject({ id: 'key-1', name })
    }
  })
})

describe('a key from a name', () => {
  it.each([
    ['Answer questions', 'answer-questions'],
    ['  Café & Bar!  ', 'cafe-bar'],
    ['Ответ клиенту', 'otvet-klientu'],
    ['Éclair', 'eclair'],
    ['日本', ''],
    ['x'.repeat(100), 'x'.repeat(64)],
  ])('%s', (name, key) => {
    expect(keyFrom(name)).toBe(key)
    if (key !== '') expect(isKey(keyFrom(name))).toBe(true)
  })

  it('is a free one', () => {
    expect(freeKey('a', new Set())).toBe('a')
    expect(freeKey('a', new Set(['a', 'a-2']))).toBe('a-3')
    const long = 'x'.repeat(64)
    expect(freeKey(long, new Set([long]))).toBe(`${'x'.repeat(62)}-2`)
  })
})

describe('another key', () => {
  it.each(readdirSync(GALLERY))('of %s, with everything else as it was', (file) => {
    const text = readFileSync(join(GALLERY, file), 'utf8')
    const key = file.replace('.yaml', '')
    expect(keyIn(text)).toBe(key)
    const changed = withKey(text, 'another', 'Another: name') ?? ''
    const read = readDocument(changed)
    const before = readDocument(text)
    if (!read.ok || !before.ok) throw new Error('it cannot be read')
    expect(read.document).toEqual({ ...before.document, id: 'another', name: 'Another: name' })
    expect(changed.split('\n').filter((line) => line.startsWith('#'))).toEqual(
      text.split('\n').filter((line) => line.startsWith('#')),
    )
  })

  it.each([
    ['id: a # for good', 'id: b # for good'],
    ['"id": a\nname: x', 'id: b\nname: x'],
    ['steps:\n  - id: a', null],
    ['nothing', null],
  ])('%s', (text, expected) => {
    expect(withKey(text, 'b')).toBe(expected)
  })

  it('of JSON', () => {
    expect(JSON.parse(withKey('{"id":"a","name":"n"}', 'b') ?? '')).toEqual({ id: 'b', name: 'n' })
    expect(keyIn('{"id":"a"}')).toBe('a')
    expect([formatOf('{"id":"a"}'), formatOf('id: a'), formatOf('[]')]).toEqual(['json', 'yaml', 'yaml'])
  })
})
