import { describe, expect, it } from 'vitest'
import { type ConditionResult, unmet } from '../../../web/src/contact/unmet.ts'
import { unmetWords } from '../../../web/src/contact/unmet-words.ts'
import { en } from '../../../web/src/contact/words.en.ts'
import { ru } from '../../../web/src/contact/words.ru.ts'

const row = (field: string, operator: string, expected: unknown, actual: unknown, ok = false): ConditionResult => ({
  ok,
  operator,
  field,
  expected,
  actual,
})
const group = (operator: string, conditions: ConditionResult[], ok = false): ConditionResult => ({
  ok,
  operator,
  conditions,
})
const amount = row('task.fields.amount', 'gt', 5000, 1200)
const active = row('task.status.active', 'is', true, false)
const vip = row('contact.tags', 'contains', 'vip', ['b2b'])

describe('why a button cannot be pressed', () => {
  it.each([
    [amount, 'field “amount” must be more than 5000 (now it is 1200)'],
    [active, 'only while the task is active'],
    [row('conversation.windowOpen', 'is', false, true), 'not while the reply window is open'],
    [row('contact.phone', 'exists', true, undefined), 'phone number must be filled in (now it is empty)'],
    [vip, 'tags must contain vip (now it is b2b)'],
    [group('all', [active, row('x', 'is', 1, 1, true)]), 'only while the task is active'],
    [group('any', [active, vip]), 'only while the task is active or tags must contain vip (now it is b2b)'],
    [group('none', [row('contact.optedOut', 'is', true, true, true)]), 'not while the client does not want marketing'],
    [
      group('all', [active, amount]),
      'only while the task is active; field “amount” must be more than 5000 (now it is 1200)',
    ],
    [{ ok: false, operator: 'cel', expected: 'a > b' }, 'a condition of its author does not hold'],
  ] as [ConditionResult, string][])('%j', (condition, words) => {
    expect(unmetWords(condition, en.unmet)).toBe(words)
  })

  it('is nothing where the condition holds, and says the same thing once', () => {
    expect(unmetWords(group('all', [], true), en.unmet)).toBeNull()
    expect(unmetWords(null, en.unmet)).toBeNull()
    expect(unmetWords(group('all', [active, group('all', [active])]), en.unmet)).toBe('only while the task is active')
  })

  it('reads in Russian, too', () => {
    expect(unmetWords(group('all', [active, amount]), ru.unmet)).toBe(
      'только пока задача активна; поле «amount»: нужно больше 5000 (сейчас 1200)',
    )
  })
})

it('what is inside `none` is what holds there, however deep', () => {
  const inner = row('task.title', 'is', 'x', 'x', true)
  expect(unmet(group('none', [group('any', [inner, active], true), vip]))).toEqual([
    [{ field: 'task.title', operator: 'is', expected: 'x', actual: 'x', not: true }],
  ])
})
