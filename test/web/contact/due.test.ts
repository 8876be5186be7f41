import { describe, expect, it } from 'vitest'
import { dueSuggestions, fromLocalTyped, isOverdue, toLocalTyped } from '../../../web/src/contact/due.ts'

it.each([['2026-01-05T09:30:00.000Z'], ['2026-07-05T23:59:00.000Z'], ['2024-02-29T00:00:00.000Z']])(
  'a moment comes back from its input: %s',
  (iso) => {
    expect(toLocalTyped(iso)).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/)
    expect(fromLocalTyped(toLocalTyped(iso))).toBe(iso)
  },
)

it.each([[''], ['tomorrow'], ['2026-13-40T10:00']])('%j is no moment', (typed) => {
  expect(fromLocalTyped(typed)).toBeNull()
})

describe('overdue', () => {
  const now = new Date('2026-05-04T12:00:00Z')
  it.each([
    ['2026-05-04T11:59:59Z', true, true],
    ['2026-05-04T11:59:59Z', false, false],
    ['2026-05-04T12:00:01Z', true, false],
    [null, true, false],
  ])('%s, active: %s → %s', (dueAt, active, late) => {
    expect(isOverdue(dueAt, active, now)).toBe(late)
  })
})

it.each([
  [new Date(2026, 4, 4, 9), ['today', 'tomorrow', 'nextWeek']],
  [new Date(2026, 4, 4, 18, 1), ['tomorrow', 'nextWeek']],
])('at %s these times are offered', (now, names) => {
  const offered = dueSuggestions(now)
  expect(offered.map(({ name }) => name)).toEqual(names)
  for (const { at } of offered) expect(at.getTime()).toBeGreaterThan(now.getTime())
})
