import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRowKeys } from '../../../web/src/inbox/row-keys.ts'

/** Rows whose keys are other ones after the list has changed. */
function madeAnew(before: string[], after: string[], keep: string | null = null): string[] {
  const keysOf = createRowKeys()
  const first = keysOf(before, keep)
  const then = keysOf(after, keep)
  return after.filter((id) => first.has(id) && first.get(id) !== then.get(id))
}

describe('keys of rows', () => {
  it.each([
    { what: 'one comes to the front', before: 'abcdef', after: 'fabcde', anew: 'f' },
    { what: 'two do', before: 'abcdef', after: 'fdabce', anew: 'fd' },
    { what: 'one sinks: React moves it alone', before: 'abcdef', after: 'bcdefa', anew: '' },
    { what: 'a new one comes', before: 'abc', after: 'nabc', anew: '' },
    { what: 'one goes', before: 'abc', after: 'ac', anew: '' },
    { what: 'neighbours change places: either costs one', before: 'abc', after: 'bac', anew: '' },
  ])('$what', ({ before, after, anew }) => {
    expect(madeAnew([...before], [...after])).toEqual([...anew])
  })

  it('leave the row with the cursor as it is', () => {
    expect(madeAnew([...'abcdef'], [...'fabcde'], 'f')).toEqual([])
  })

  it('are one to a row, whatever happens', () => {
    const lists = fc.array(fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { maxLength: 8 }), { maxLength: 8 })
    fc.assert(
      fc.property(lists, (changes) => {
        const keysOf = createRowKeys()
        for (const ids of changes) {
          const keys = keysOf(ids, null)
          expect([...keys.keys()]).toEqual(ids)
          expect(new Set(keys.values()).size).toBe(ids.length)
        }
      }),
    )
  })
})
