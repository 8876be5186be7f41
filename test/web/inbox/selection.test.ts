import { describe, expect, it } from 'vitest'
import { byReason } from '../../../web/src/inbox/change-many.ts'
import { extended, NOTHING, type Selection, toggled } from '../../../web/src/inbox/selection.ts'

const LISTED = ['a', 'b', 'c', 'd', 'e']
const of = (ids: string, anchor: string | null = null, allMatching = false): Selection => ({
  ids: new Set(ids.split('')),
  anchor,
  allMatching,
})
const ids = (selection: Selection) => [...selection.ids].sort().join('')

describe('picking tasks out', () => {
  it('takes one in and out again', () => {
    const one = toggled(NOTHING, 'b', LISTED)
    expect(ids(one)).toBe('b')
    expect(ids(toggled(one, 'b', LISTED))).toBe('')
  })

  it.each([
    [of('b', 'b'), 'd', 'bcd'],
    [of('d', 'd'), 'b', 'bcd'],
    [of('ae', 'a'), 'c', 'abce'],
    // Nothing to begin at: it is simply taken in.
    [of('', null), 'c', 'c'],
    [of('x', 'x'), 'c', 'cx'],
  ])('a range %#', (before, id, expected) => {
    expect(ids(extended(before, id, LISTED))).toBe(expected)
  })

  it('taking one out of all leaves the others that are loaded', () => {
    const rest = toggled(of('', null, true), 'c', LISTED)
    expect(rest.allMatching).toBe(false)
    expect(ids(rest)).toBe('abde')
  })
})

it('puts refusals with one reason together, the most frequent first', () => {
  const refused = (id: string, code: string) => ({ id, code, message: `because of ${code}` })
  expect(byReason([refused('a', 'x'), refused('b', 'y'), refused('c', 'y')])).toEqual([
    { count: 2, code: 'y', message: 'because of y' },
    { count: 1, code: 'x', message: 'because of x' },
  ])
})
