import { describe, expect, it } from 'vitest'
import { ApiFailure } from '../../../web/src/api/request.ts'
import { en } from '../../../web/src/words/en.ts'
import { faultsText } from '../../../web/src/words/field-faults.ts'
import { rareRefusals } from '../../../web/src/words/rare-refusals.ts'
import { refusalWords } from '../../../web/src/words/refusal-words.ru.ts'
import { ru } from '../../../web/src/words/ru.ts'
import { errorText } from '../../../web/src/words/use-error-text.ts'

const fault = (path: string, message: string) => ({ in: 'json', path, message })

describe('what is wrong with fields', () => {
  it('is told by the names of the fields, the innermost where one is in another', () => {
    const names = { name: 'Name', hours: 'Hours' }
    expect(faultsText([fault('name', 'must not be empty')], names)).toBe('Name: must not be empty')
    expect(faultsText([fault('week.0.hours.1', 'must be in order')], names)).toBe('Hours: must be in order')
    expect(faultsText([fault('bulk.unheardOf', 'unknown key')], names)).toBe('unheardOf: unknown key')
    expect(faultsText([fault('constructor', 'unknown key')], names)).toBe('constructor: unknown key')
    expect(faultsText([fault('', 'must change something')], names)).toBe('must change something')
  })

  it('stays one line: each once, three at most', () => {
    const many = ['a', 'a', 'b', 'c', 'd'].map((path) => fault(path, 'is missing'))
    expect(faultsText(many, {})).toBe('a: is missing; b: is missing; c: is missing')
  })

  it.each([undefined, null, 'x', {}, [], [null], ['x'], [{ path: 'a' }], [{ message: 5 }]])(
    'is nothing where %j came',
    (details) => expect(faultsText(details, {})).toBe(''),
  )

  it("stands behind the refusal's own words, in the reader's language", () => {
    const refusal = new ApiFailure(400, 'invalid_request', 'name: must not be empty', [
      fault('name', 'не может быть пустым'),
    ])
    expect(errorText(refusal, en)).toBe('name: must not be empty')
    rareRefusals.set(refusalWords)
    expect(errorText(refusal, ru)).toBe('Что-то из введённого не принимается. Проверьте. Имя: не может быть пустым')
    expect(errorText(refusal, ru, { invalid_request: 'Это значение не принимается.' })).toBe(
      'Это значение не принимается. Имя: не может быть пустым',
    )
  })
})
