import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fieldChanges, tagChanges, valueChange } from '../../src/domain/field-change.ts'

const fields = fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 6 })
/** As PostgreSQL gives it back: no `undefined`, no -0. */
const asStored = <T>(value: T): T => JSON.parse(JSON.stringify(value))

describe('what is different between two sets of fields', () => {
  it('makes the one the other, and names nothing that is the same', () => {
    fc.assert(
      fc.property(fields.map(asStored), fields.map(asStored), (before, after) => {
        const changes = fieldChanges('task.fields', before, after)
        const made = new Map<string, unknown>(Object.entries(before).filter(([, value]) => value !== null))
        for (const { field, from, to } of changes) {
          const name = field.slice('task.fields.'.length)
          expect(from).toEqual(made.get(name) ?? null)
          if (to === null) made.delete(name)
          else made.set(name, to)
        }
        expect(made).toEqual(new Map(Object.entries(after).filter(([, value]) => value !== null)))
        expect(new Set(changes.map(({ field }) => field)).size).toBe(changes.length)
        expect(fieldChanges('task.fields', after, structuredClone(after))).toEqual([])
      }),
    )
  })

  it.each<[string, unknown, unknown, unknown]>([
    ['another order of keys is the same', { a: 1, b: [{ c: 1, d: 2 }] }, { b: [{ d: 2, c: 1 }], a: 1 }, []],
    ['another order of a list is not', [1, 2], [2, 1], [{ field: 'x', from: [1, 2], to: [2, 1] }]],
    ['0 is not nothing', 0, null, [{ field: 'x', from: 0, to: null }]],
    ['what is too long is told as null', 'short', 'x'.repeat(20_000), [{ field: 'x', from: 'short', to: null }]],
    ['and so is what is nested too deep', nested(40), 1, [{ field: 'x', from: null, to: 1 }]],
    ['also where conditions could just read it alone', nested(30), 1, [{ field: 'x', from: null, to: 1 }]],
  ])('%s', (_what, from, to, expected) => {
    expect(valueChange('x', from, to)).toEqual(expected)
  })

  it('takes a field called like a property of every object for a field', () => {
    const before = JSON.parse('{"__proto__": 1}')
    expect(fieldChanges('f', before, {})).toEqual([{ field: 'f.__proto__', from: 1, to: null }])
    expect(fieldChanges('f', {}, { constructor: 2 })).toEqual([{ field: 'f.constructor', from: null, to: 2 }])
  })
})

it('tags that came and went are named once', () => {
  const tags = fc.array(fc.constantFrom('a', 'b', 'c', 'd'))
  fc.assert(
    fc.property(tags, tags, (before, after) => {
      const { added, removed } = tagChanges(before, after)
      const made = new Set<string>(before)
      for (const tag of removed) expect(made.delete(tag)).toBe(true)
      for (const tag of added) expect(made.has(tag) || !made.add(tag)).toBe(false)
      expect(made).toEqual(new Set(after))
    }),
  )
})

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)]
}
