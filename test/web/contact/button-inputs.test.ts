import { describe, expect, it } from 'vitest'
import { type ButtonInput, initialInputs, labelOf, readInputs } from '../../../web/src/contact/button-inputs.ts'

const text: ButtonInput = { name: 'note', type: 'text', required: true }
const number: ButtonInput = { name: 'guests', type: 'number', required: true }
const date: ButtonInput = { name: 'day', type: 'date', required: true }
const choice: ButtonInput = { name: 'branch', type: 'choice', required: true, options: ['north', 'south'] }
const yes: ButtonInput = { name: 'gift', type: 'boolean', required: true }

it('begins with the defaults, and leaves a choice without one to the person', () => {
  const inputs: ButtonInput[] = [
    { ...text, default: 'Hi' },
    { ...number, default: 2 },
    date,
    choice,
    { ...yes, default: true },
  ]
  expect(initialInputs(inputs)).toEqual({ note: 'Hi', guests: '2', day: '', branch: '', gift: 'true' })
  expect(initialInputs([yes])).toEqual({ gift: 'false' })
})

describe('an input as it is sent', () => {
  it.each([
    [text, ' two words ', ' two words '],
    [number, '2,5', 2.5],
    [date, '2026-05-04', '2026-05-04'],
    [choice, 'south', 'south'],
    [yes, 'true', true],
    [yes, 'false', false],
  ] as [ButtonInput, string, unknown][])('%j typed as %j', (input, typed, value) => {
    expect(readInputs([input], { [input.name]: typed })).toEqual({ values: { [input.name]: value }, problems: {} })
  })

  it('is left out where it is empty and may be', () => {
    const optional = [text, number, date, choice].map((input) => ({ ...input, required: false }))
    expect(readInputs(optional, { note: '  ', guests: '' })).toEqual({ values: {}, problems: {} })
  })

  it.each([
    [text, '', 'missing'],
    [text, 'x'.repeat(1_001), 'long'],
    [number, 'two', 'number'],
    [date, '2026-02-30', 'date'],
    [choice, '', 'missing'],
    [choice, 'west', 'choice'],
  ] as [ButtonInput, string, string][])('%j typed as %j is refused', (input, typed, problem) => {
    expect(readInputs([input], { [input.name]: typed }).problems).toEqual({ [input.name]: problem })
  })

  it('tells every problem at once', () => {
    expect(Object.keys(readInputs([text, number, choice], {}).problems)).toEqual(['note', 'guests', 'branch'])
  })
})

it.each([
  [{ name: 'visit_day' }, 'visit day'],
  [{ name: 'x', label: 'Day of the visit' }, 'Day of the visit'],
])('%j is called %j', (input, label) => {
  expect(labelOf(input)).toBe(label)
})
