import type { ButtonInput, Trigger } from '../document/triggers.ts'
import type { Json } from '../expressions/scope.ts'
import { fitType } from './fill.ts'

export interface InputProblem {
  input: string
  code: 'missing' | 'wrong_type' | 'no_option' | 'unknown'
  message: string
}

export type ReadInputs = { ok: true; inputs: Record<string, Json> } | { ok: false; problems: InputProblem[] }

const MOST_TEXT = 1_000

/**
 * The inputs of a button as pressed: those of an absent one are its default, numbers and true/false may come as texts
 * from forms. Every problem is told at once. A scenario that is no button has no inputs.
 */
export function readInputs(trigger: Trigger, given: { readonly [name: string]: Json }): ReadInputs {
  const declared = 'button' in trigger ? trigger.button.inputs : []
  const problems: InputProblem[] = []
  const inputs: Record<string, Json> = {}
  const report = (input: string, code: InputProblem['code'], message: string) =>
    problems.push({ input, code, message: `“${input}” ${message}` })
  for (const name of Object.keys(given)) {
    if (!declared.some((input) => input.name === name)) report(name, 'unknown', 'is no input of it')
  }
  for (const input of declared) {
    const { name } = input
    const value = Object.hasOwn(given, name) ? (given[name] ?? null) : null
    const chosen = isEmpty(value) ? (input.default ?? null) : value
    if (chosen === null) {
      if (input.required) report(name, 'missing', 'has to be given')
      continue
    }
    const fitting = fitInput(input, chosen)
    if (fitting !== undefined) inputs[name] = fitting
    else if (input.type === 'choice') report(name, 'no_option', `must be one of ${input.options.join(', ')}`)
    else report(name, 'wrong_type', `must be a ${input.type}`)
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, inputs }
}

const isEmpty = (value: Json): boolean => value === null || value === ''

function fitInput(input: ButtonInput, value: Json): Json | undefined {
  switch (input.type) {
    case 'number':
    case 'boolean':
      return fitType(value, input.type)
    case 'date':
      return typeof value === 'string' && value.length === 10 ? fitType(value, 'date') : undefined
    case 'text':
      return typeof value === 'string' && value.length <= MOST_TEXT ? value : undefined
    case 'choice':
      return input.options.find((option) => option === value)
  }
}
