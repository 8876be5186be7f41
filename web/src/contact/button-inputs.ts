import { isDay, readNumber } from './field-value.ts'

/** What a button asks for before it is pressed (`inputs` of its document). */
export type ButtonInput = { name: string; label?: string; required: boolean } & (
  | { type: 'text'; default?: string }
  | { type: 'number'; default?: number }
  | { type: 'boolean'; default?: boolean }
  | { type: 'date'; default?: string }
  | { type: 'choice'; options: string[]; default?: string }
)

/** What stands in the form, by the input's name; true and false as words. */
export type TypedInputs = Record<string, string>

export type InputProblem = 'missing' | 'number' | 'date' | 'choice' | 'long'

const MOST_TEXT = 1_000

/** What an input is called: its label, or its name with spaces. */
export const labelOf = ({ label, name }: Pick<ButtonInput, 'label' | 'name'>): string =>
  label ?? name.replaceAll('_', ' ')

/** How the form begins: with the defaults. A choice without one is made by the person. */
export const initialInputs = (inputs: readonly ButtonInput[]): TypedInputs =>
  Object.fromEntries(
    inputs.map((input) => [input.name, String(input.default ?? (input.type === 'boolean' ? 'false' : ''))]),
  )

/** The inputs as the API takes them, or what is wrong with each. What is empty and may be is left out. */
export function readInputs(
  inputs: readonly ButtonInput[],
  typed: TypedInputs,
): { values: Record<string, string | number | boolean>; problems: Record<string, InputProblem> } {
  const values: Record<string, string | number | boolean> = {}
  const problems: Record<string, InputProblem> = {}
  for (const input of inputs) {
    const { name } = input
    const read = readInput(input, typed[name] ?? '')
    if ('problem' in read) problems[name] = read.problem
    else if (read.value !== null) values[name] = read.value
  }
  return { values, problems }
}

function readInput(
  input: ButtonInput,
  typed: string,
): { value: string | number | boolean | null } | { problem: InputProblem } {
  if (input.type === 'boolean') return { value: typed === 'true' }
  const text = typed.trim()
  if (text === '') return input.required ? { problem: 'missing' } : { value: null }
  switch (input.type) {
    case 'text':
      return typed.length > MOST_TEXT ? { problem: 'long' } : { value: typed }
    case 'number': {
      const number = readNumber(text)
      return number === null ? { problem: 'number' } : { value: number }
    }
    case 'date':
      return isDay(text) ? { value: text } : { problem: 'date' }
    case 'choice':
      return input.options.includes(typed) ? { value: typed } : { problem: 'choice' }
  }
}
