import { describe, expect, test } from 'vitest'
import { CODE_RULES } from '../../src/domain/provider-error-table.ts'
import { providerErrorRule } from '../../src/domain/provider-errors.ts'

describe('what an error code means (reference §9)', () => {
  test.each<[string, number | null, string, 'channel' | 'pair' | null]>([
    ['131047', null, 'fix', null],
    ['131047', 500, 'fix', null],
    ['131026', null, 'final', null],
    ['131049', null, 'final', null],
    ['131050', null, 'final', null],
    ['130429', 400, 'retry', 'channel'],
    ['131056', 400, 'retry', 'pair'],
    ['131048', 400, 'wait', 'channel'],
    ['80007', 400, 'wait', 'channel'],
    ['132015', 400, 'wait', null],
    ['132001', 404, 'fix', null],
    ['0', 401, 'channel_down', null],
    ['190', 401, 'channel_down', null],
    ['200', 403, 'channel_down', null],
    ['299', 403, 'channel_down', null],
    ['network', null, 'retry', null],
    ['no_address', null, 'fix', null],
    ['777777', 400, 'fix', null],
    ['777777', 500, 'retry', null],
    ['777777', 429, 'wait', 'channel'],
    ['777777', null, 'final', null],
    ['http_404', 404, 'fix', null],
    ['constructor', 400, 'fix', null],
  ])('%s with HTTP %s: %s', (code, status, failureClass, limit) => {
    expect(providerErrorRule(code, status)).toMatchObject({ class: failureClass, limit })
  })

  test.each(Object.keys(CODE_RULES))('%s has words for a person in both languages', (code) => {
    const { en, ru } = providerErrorRule(code).words
    expect(en).toMatch(/^[A-Z].*\.$/)
    expect(ru).toMatch(/[а-я].*\.$/)
  })

  test('an unknown code is shown', () => {
    expect(providerErrorRule('777777').words.en).toContain('(code 777777)')
    expect(providerErrorRule('777777').words.ru).toContain('(код 777777)')
  })
})
