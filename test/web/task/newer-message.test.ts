import { expect, it } from 'vitest'
import { isNewer } from '../../../web/src/task/newer-message.ts'

const at = (second: number) => `2026-11-30T10:00:0${second}.000Z`

it.each([
  ['the first of all', { id: 'a', at: at(1) }, null, true],
  ['a later one', { id: 'b', at: at(2) }, { id: 'a', at: at(1) }, true],
  ['another of the same second', { id: 'b', at: at(1) }, { id: 'a', at: at(1) }, true],
  ['the same one again', { id: 'a', at: at(1) }, { id: 'a', at: at(1) }, false],
  ['an older one, where the last has gone', { id: 'a', at: at(1) }, { id: 'b', at: at(2) }, false],
])('is newer, or not: %s', (_, last, before, newer) => {
  expect(isNewer(last, before)).toBe(newer)
})
