import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeParameters } from '../../../src/domain/campaign/parameters.ts'
import type { TemplateParameters } from '../../../src/domain/template/template.ts'

const words = fc.string({ maxLength: 5 })
const parameters: fc.Arbitrary<TemplateParameters> = fc.record(
  {
    header: fc.array(words, { maxLength: 1 }),
    body: fc.oneof(fc.array(words, { maxLength: 3 }), fc.dictionary(words, words, { maxKeys: 3 })),
    buttons: fc.array(words, { maxLength: 2 }),
  },
  { requiredKeys: [] },
)

describe("a recipient's parameters over the campaign's", () => {
  it.each<[string, TemplateParameters | undefined, TemplateParameters | null, TemplateParameters]>([
    ['nothing at all', undefined, null, {}],
    ["the campaign's alone", { body: ['a'] }, null, { body: ['a'] }],
    ["the recipient's alone", undefined, { buttons: ['x'] }, { buttons: ['x'] }],
    ['a list as a whole', { body: ['a', 'b'] }, { body: ['c'] }, { body: ['c'] }],
    ['names one by one', { body: { a: '1', b: '2' } }, { body: { b: '3' } }, { body: { a: '1', b: '3' } }],
    ['a list in place of names', { body: { a: '1' } }, { body: ['x'] }, { body: ['x'] }],
    ['names in place of a list', { body: ['x'] }, { body: { a: '1' } }, { body: { a: '1' } }],
    [
      'header and buttons as a whole',
      { header: ['h'], buttons: ['x', 'y'] },
      { buttons: ['z'] },
      { header: ['h'], buttons: ['z'] },
    ],
  ])('takes %s', (_, base, own, merged) => {
    expect(mergeParameters(base, own)).toEqual(merged)
  })

  it('is the same merged twice, and changes nothing that it was given', () => {
    fc.assert(
      fc.property(parameters, parameters, (base, own) => {
        const before = structuredClone([base, own])
        const merged = mergeParameters(base, own)
        expect(mergeParameters(merged, own)).toEqual(merged)
        expect([base, own]).toEqual(before)
        expect(mergeParameters(base, undefined)).toEqual(base)
        expect(mergeParameters(undefined, own)).toEqual(own)
      }),
    )
  })

  it('keeps a value called __proto__ a value', () => {
    const own = JSON.parse('{ "body": { "__proto__": "x" } }') as TemplateParameters
    expect(JSON.stringify(mergeParameters({ body: { a: '1' } }, own))).toBe('{"body":{"a":"1","__proto__":"x"}}')
  })
})
