import { describe, expect, it } from 'vitest'
import { remarkOf } from '../../src/dev/child-log.ts'

describe('what the terminal shows of a child', () => {
  it.each([
    ['an ordinary entry', '{"level":30,"msg":"listening"}', undefined],
    ['a warning', '{"level":40,"msg":"slow"}', 'warning: slow'],
    [
      'an error with its cause',
      '{"level":50,"msg":"send failed","err":{"message":"timeout"}}',
      'error: send failed (timeout)',
    ],
    ['a fatal error without words', '{"level":60,"err":{"message":"out of memory"}}', 'error: (out of memory)'],
    ['a line that is no log', 'TypeError: x is not a function', 'TypeError: x is not a function'],
    ['a brace that begins no entry', '{ code: 1 }', '{ code: 1 }'],
    ['JSON that is no entry', '{"hello":1}', '{"hello":1}'],
    ['an empty line', '  ', undefined],
  ])('%s', (_name, line, expected) => expect(remarkOf(line)).toBe(expected))
})
