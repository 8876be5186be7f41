import { expect, it } from 'vitest'
import { providerErrorRule } from '../../src/domain/provider-errors.ts'
import { providerWorks } from '../../src/domain/provider-works.ts'

const rejected = (code: string) => {
  const { class: kind, limit } = providerErrorRule(code)
  return providerWorks({ outcome: 'rejected', failure: { class: kind, code, limit } })
}

it.each([
  ['accepted', true],
  ['unknown', false],
] as const)('a call that is %s', (outcome, works) => expect(providerWorks({ outcome })).toBe(works))

it.each([
  ['131000', 'something went wrong there', false],
  ['131016', 'a service of theirs is away', false],
  ['network', 'no connection', false],
  ['130429', 'too many messages', true],
  ['131056', 'too many messages to one person', true],
  ['131047', 'the window is closed', true],
  ['131026', 'nobody can be reached there', true],
  ['190', 'the token is revoked', true],
  ['not_started', 'this worker had no time', null],
])('a refusal with %s (%s)', (code, _, works) => expect(rejected(code)).toBe(works))
