import { shown, type TemplateParts, type Variable } from './components.ts'
import type { FilledText, TemplateParameters, TemplateProblem, TemplateProblemCode } from './template.ts'
import { checkText, values, wereGiven } from './values.ts'

/** The body with its values (reference §7.2). */
export const MAX_BODY = 1024

/** Unknown names that are told one by one; a list of thousands would help nobody. */
const MAX_UNEXPECTED = 20

/**
 * The body's values in the order of the template's variables: a list for numbered ones, a record for named ones.
 * Numbered values may also be given by number: `{ "1": "Anna" }`.
 */
export function fillBody(
  { bodyVariables: variables }: TemplateParts,
  given: TemplateParameters['body'],
  problems: TemplateProblem[],
): FilledText[] {
  const problem = (key: string | null, code: TemplateProblemCode, message: string) =>
    void problems.push({ where: 'body', key, code, message })
  const check = (variable: Variable, value: unknown): FilledText[] => {
    const fault = checkText(value, MAX_BODY)
    if (fault) problem(variable.key, fault.code, `${wordsFor(variable)} ${fault.words}`)
    return typeof value === 'string' ? [{ name: variable.name, text: value }] : []
  }

  if (given === undefined || given === null) return fromList([])
  if (Array.isArray(given)) return fromList(given)
  if (typeof given === 'object') return fromRecord(given)
  problem(null, 'wrong_kind', "The body's values must be a list, or a record of named values")
  return []

  function fromList(list: readonly unknown[]): FilledText[] {
    const [first] = variables
    if (first?.name != null) {
      if (list.length > 0) {
        const names = variables.map(({ name }) => shown(name ?? '')).join(', ')
        problem(null, 'wrong_kind', `The values of the body must be given by name: ${names}`)
        return []
      }
      return fromRecord({})
    }
    if (list.length !== variables.length) {
      const isShort = list.length < variables.length
      const key = isShort ? (variables[list.length]?.key ?? null) : String(variables.length + 1)
      const needs = variables.length === 0 ? 'takes no values' : `needs ${values(variables.length)}`
      problem(key, isShort ? 'missing' : 'unexpected', `The template's body ${needs}, ${wereGiven(list.length)}`)
    }
    return variables.slice(0, list.length).flatMap((variable, place) => check(variable, list[place]))
  }

  function fromRecord(record: Record<string, unknown>): FilledText[] {
    const wanted = new Set(variables.map(({ key }) => key))
    const unexpected = Object.keys(record).filter((name) => !wanted.has(name))
    for (const name of unexpected.slice(0, MAX_UNEXPECTED)) {
      problem(shown(name), 'unexpected', `The template's body has no value "${shown(name)}"`)
    }
    return variables.flatMap((variable) => {
      if (Object.hasOwn(record, variable.key)) return check(variable, record[variable.key])
      problem(variable.key, 'missing', `${wordsFor(variable)} is missing`)
      return []
    })
  }
}

/** "Value 2 of the body", 'The value "first_name" of the body' */
const wordsFor = ({ key, name }: Variable): string =>
  name === null ? `Value ${key} of the body` : `The value "${shown(name)}" of the body`
