import { describe, expect, it } from 'vitest'
import { inOrderOf } from '../../../web/src/inbox/aimed-order.ts'
import { task } from './task.ts'

const tasks = (ids: string, title = 'before') => [...ids].map((id) => task(id, 0, { title }))

describe('a list under a moving pointer', () => {
  it.each([
    { what: 'what comes to the front waits', before: 'abc', now: 'cab', shown: 'abc' },
    { what: 'what is new comes to the end', before: 'abc', now: 'nabc', shown: 'abcn' },
    { what: 'what has left stays', before: 'abc', now: 'ac', shown: 'abc' },
    { what: 'another page follows', before: 'abc', now: 'abcde', shown: 'abcde' },
  ])('$what', ({ before, now, shown }) => {
    expect(inOrderOf(tasks(before), tasks(now)).map(({ id }) => id)).toEqual([...shown])
  })

  it('says what is true now', () => {
    expect(inOrderOf(tasks('ab'), tasks('ba', 'now')).map(({ title }) => title)).toEqual(['now', 'now'])
  })
})
