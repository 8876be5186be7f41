import type { z } from 'zod'
import { nearest } from './nearest.ts'
import { type Path, pathText } from './problem.ts'

/** A fault of the form, where it is and in words. `at`: whether the key is wrong or what stands behind it. */
export interface Fault {
  message: string
  path: Path
  at: 'key' | 'value'
}

const KINDS: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a map',
  record: 'a map',
  null: 'null',
}

/** Words of an issue while zod still knows its schema; of several unknown keys one line each. Given to `safeParse`. */
export const issueWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return typeWords(issue.expected, issue.input)
    case 'unrecognized_keys': {
      const known = knownKeys(issue.inst)
      return issue.keys.map((key) => unknownKeyWords(key, known)).join('\n')
    }
    case 'invalid_value': {
      const values = issue.values.map(String)
      const meant = typeof issue.input === 'string' ? nearest(issue.input, values) : null
      if (issue.input === undefined) return 'is missing'
      if (meant) return `is none that there is: is it “${meant}”?`
      return values.length > 1 ? `must be one of: ${values.join(', ')}` : `must be ${values[0]}`
    }
    case 'too_small':
    case 'too_big':
      return sizeWords(issue)
    case 'invalid_format':
      return issue.format === 'date' ? 'must be a date: YYYY-MM-DD' : 'has the wrong form'
    case 'invalid_key':
      return 'is no name that can stand here'
    case 'not_multiple_of':
      return 'must be a whole number'
    default:
      return undefined
  }
}

const typeWords = (expected: string, input: unknown): string => {
  if (input === undefined) return 'is missing'
  const words = `must be ${KINDS[expected] ?? expected}`
  return expected === 'string' && ['number', 'boolean'].includes(typeof input) ? `${words}: put it in quotes` : words
}

const unknownKeyWords = (key: string, known: readonly string[]): string => {
  const meant = nearest(key, known)
  const name = key.slice(0, 60)
  return meant ? `unknown key “${name}”: is it “${meant}”?` : `unknown key “${name}”; there are ${known.join(', ')}`
}

function sizeWords(issue: z.core.$ZodRawIssue & { code: 'too_small' | 'too_big' }): string {
  const least = issue.code === 'too_small'
  const limit = String(least ? issue.minimum : issue.maximum)
  if (issue.origin === 'string') {
    return least && limit === '1' ? 'must not be empty' : `must have at ${least ? 'least' : 'most'} ${limit} characters`
  }
  if (issue.origin === 'array') {
    return least && limit === '1' ? 'must not be empty' : `must have at ${least ? 'least' : 'most'} ${limit} entries`
  }
  return `must be at ${least ? 'least' : 'most'} ${limit}`
}

const knownKeys = (schema: unknown): string[] => {
  const shape = (schema as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def?.shape
  return Object.keys(shape ?? {})
}

/**
 * The faults of a parse, one for each key or value. Of a union, only those of the option that was meant: the one that
 * the value fits furthest.
 */
export function faultsOf(issues: readonly z.core.$ZodIssue[], root: unknown): Fault[] {
  return issues.flatMap((issue) => faultsOfIssue(issue, [], root))
}

function faultsOfIssue(issue: z.core.$ZodIssue, above: Path, root: unknown): Fault[] {
  const path: Path = [...above, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))]
  if (issue.code === 'unrecognized_keys') {
    const lines = issue.message.split('\n')
    return issue.keys.map((key, index) => ({ message: lines[index] ?? '', path: [...path, key], at: 'key' }))
  }
  if (issue.code === 'invalid_key') {
    const message = issue.issues[0]?.message ?? issue.message
    return [{ message: labelled(path, message), path, at: 'key' }]
  }
  if (issue.code === 'invalid_union') {
    if (issue.errors.length === 0)
      return [{ message: labelled(path, optionWords(issue, root, path)), path, at: 'value' }]
    const value = valueAt(root, path)
    const meant = meantOption(issue.errors, typeof value === 'string')
    if (meant) return meant.flatMap((inner) => faultsOfIssue(inner, path, root))
    const words = issue.errors.map((option) => option[0]?.message.replace(/^must be /, '') ?? '')
    const message = value === undefined ? 'is missing' : `must be ${[...new Set(words)].join(', or ')}`
    return [{ message: labelled(path, message), path, at: 'value' }]
  }
  const at = issue.code === 'custom' && issue.params?.at === 'key' ? 'key' : 'value'
  return [{ message: labelled(path, issue.message), path, at }]
}

/** No option has this name in its deciding key. */
function optionWords(issue: z.core.$ZodIssueInvalidUnion, root: unknown, path: Path): string {
  const value = valueAt(root, path)
  const options = ('options' in issue && Array.isArray(issue.options) ? issue.options : []).map(String)
  if (value === undefined) return `is missing; there are ${options.join(', ')}`
  const meant = typeof value === 'string' ? nearest(value, options) : null
  return meant ? `is none that there is: is it “${meant}”?` : `must be one of: ${options.join(', ')}`
}

/** The option of the value's own kind, and of several the one with the fewest faults: for a text, the one of words. */
function meantOption(
  options: readonly (readonly z.core.$ZodIssue[])[],
  isText: boolean,
): readonly z.core.$ZodIssue[] | null {
  const sameKind = (issue: z.core.$ZodIssue) =>
    issue.path.length > 0 ||
    ['unrecognized_keys', 'custom', 'too_small', 'too_big', 'invalid_format'].includes(issue.code) ||
    (isText && issue.code === 'invalid_value')
  return options.filter((issues) => issues.every(sameKind)).toSorted((a, b) => a.length - b.length)[0] ?? null
}

/** Words that go on after a name get the name: "is missing" → "timeout is missing". Sentences stay as they are. */
function labelled(path: Path, words: string): string {
  if (/^\p{Lu}|^unknown key/u.test(words)) return words
  const lastKey = path.findLastIndex((part) => typeof part === 'string')
  return `${path.length === 0 ? 'the document' : pathText(path.slice(Math.max(lastKey, 0)))} ${words}`
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = (value as Record<string | number, unknown>)[part]
  }
  return value
}
