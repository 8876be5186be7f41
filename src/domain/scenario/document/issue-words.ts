import type { z } from 'zod'
import { sameWords, type Words } from '../../words.ts'
import { spokenWords } from '../spoken.ts'
import { FORM_WORDS as form } from './form-words.ts'
import { nearest } from './nearest.ts'
import { type Path, pathText } from './problem.ts'

/** A fault of the form, where it is and in words. `at`: whether the key is wrong or what stands behind it. */
export interface Fault {
  words: Words
  path: Path
  at: 'key' | 'value'
}

/**
 * Words of issues while zod still knows their schema. zod keeps a message as one text, so that its English stands for
 * both languages until `wordsOf` is asked; of several unknown keys one line each.
 */
export function issueWords(): { error: z.core.$ZodErrorMap; wordsOf: WordsOf } {
  const said = new Map<string, Words>()
  return {
    error(issue) {
      const words = rawWords(issue)
      if (words) said.set(words.en, words)
      return words?.en
    },
    wordsOf({ message, ...issue }) {
      if (issue.code === 'custom' && issue.params?.words) return issue.params.words as Words
      return said.get(message) ?? spokenWords(message)
    },
  }
}

type WordsOf = (issue: z.core.$ZodIssue) => Words

function rawWords(issue: z.core.$ZodRawIssue): Words | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return typeWords(issue.expected, issue.input)
    case 'unrecognized_keys': {
      const known = knownKeys(issue.inst)
      const each = issue.keys.map((key) => unknownKeyWords(key, known))
      return { en: each.map(({ en }) => en).join('\n'), ru: each.map(({ ru }) => ru).join('\n') }
    }
    case 'invalid_value': {
      const values = issue.values.map(String)
      const meant = typeof issue.input === 'string' ? nearest(issue.input, values) : null
      if (issue.input === undefined) return form.missing()
      if (meant) return form.meant(meant)
      return values.length > 1 ? form.oneOf(values) : form.exactly(values[0] ?? '')
    }
    case 'too_small':
    case 'too_big':
      return sizeWords(issue)
    case 'invalid_format':
      return issue.format === 'date' ? form.date() : form.wrongForm()
    case 'invalid_key':
      return form.wrongKey()
    case 'not_multiple_of':
      return form.wholeNumber()
    default:
      return undefined
  }
}

function typeWords(expected: string, input: unknown): Words {
  if (input === undefined) return form.missing()
  if (expected === 'string' && ['number', 'boolean'].includes(typeof input)) return form.mustBeQuoted()
  return form.mustBe(expected)
}

function unknownKeyWords(key: string, known: readonly string[]): Words {
  const meant = nearest(key, known)
  const name = key.slice(0, 60)
  return meant ? form.unknownKeyMeant(name, meant) : form.unknownKey(name, known)
}

function sizeWords(issue: z.core.$ZodRawIssue & { code: 'too_small' | 'too_big' }): Words {
  const least = issue.code === 'too_small'
  const limit = Number(least ? issue.minimum : issue.maximum)
  if (least && limit === 1 && (issue.origin === 'string' || issue.origin === 'array')) return form.empty()
  if (issue.origin === 'string') return least ? form.leastCharacters(limit) : form.mostCharacters(limit)
  if (issue.origin === 'array') return least ? form.leastEntries(limit) : form.mostEntries(limit)
  return least ? form.least(String(limit)) : form.most(String(limit))
}

const knownKeys = (schema: unknown): string[] => {
  const shape = (schema as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def?.shape
  return Object.keys(shape ?? {})
}

/**
 * The faults of a parse, one for each key or value. Of a union, only those of the option that was meant: the one that
 * the value fits furthest.
 */
export function faultsOf(issues: readonly z.core.$ZodIssue[], root: unknown, wordsOf: WordsOf): Fault[] {
  return issues.flatMap((issue) => faultsOfIssue(issue, [], root, wordsOf))
}

function faultsOfIssue(issue: z.core.$ZodIssue, above: Path, root: unknown, wordsOf: WordsOf): Fault[] {
  const path: Path = [...above, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))]
  if (issue.code === 'unrecognized_keys') {
    const { en, ru } = wordsOf(issue)
    const [english, russian] = [en.split('\n'), ru.split('\n')]
    return issue.keys.map((key, index) => ({
      words: { en: english[index] ?? '', ru: russian[index] ?? '' },
      path: [...path, key],
      at: 'key',
    }))
  }
  if (issue.code === 'invalid_key') {
    return [{ words: labelled(path, wordsOf(issue.issues[0] ?? issue)), path, at: 'key' }]
  }
  if (issue.code === 'invalid_union') {
    if (issue.errors.length === 0) return [{ words: labelled(path, optionWords(issue, root, path)), path, at: 'value' }]
    const value = valueAt(root, path)
    const meant = meantOption(issue.errors, typeof value === 'string')
    if (meant) return meant.flatMap((inner) => faultsOfIssue(inner, path, root, wordsOf))
    const each = issue.errors.map(([first]) => (first ? wordsOf(first) : sameWords('')))
    return [{ words: labelled(path, value === undefined ? form.missing() : form.mustBeAny(each)), path, at: 'value' }]
  }
  const at = issue.code === 'custom' && issue.params?.at === 'key' ? 'key' : 'value'
  return [{ words: labelled(path, wordsOf(issue)), path, at }]
}

/** No option has this name in its deciding key. */
function optionWords(issue: z.core.$ZodIssueInvalidUnion, root: unknown, path: Path): Words {
  const value = valueAt(root, path)
  const options = ('options' in issue && Array.isArray(issue.options) ? issue.options : []).map(String)
  if (value === undefined) return form.missingOf(options)
  const meant = typeof value === 'string' ? nearest(value, options) : null
  return meant ? form.meant(meant) : form.oneOf(options)
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
function labelled(path: Path, words: Words): Words {
  if (/^\p{Lu}|^unknown key/u.test(words.en)) return words
  const lastKey = path.findLastIndex((part) => typeof part === 'string')
  const label = path.length === 0 ? form.theDocument() : sameWords(pathText(path.slice(Math.max(lastKey, 0))))
  return form.labelled(label, words)
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = (value as Record<string | number, unknown>)[part]
  }
  return value
}
