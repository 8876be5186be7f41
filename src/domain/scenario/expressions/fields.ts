import type { Words } from '../../words.ts'
import { EXPRESSION_WORDS as say } from './expression-words.ts'
import { isRoot, type Json, ROOTS, type Scope } from './scope.ts'

/** Longest path of a field, and most names in it. */
const MAX_PATH = 300
const MAX_SEGMENTS = 16

export type ParsedField = { ok: true; segments: readonly string[] } | { ok: false; message: string; words: Words }

/**
 * A field as a condition names it: `task.fields.amount`, `event.items.0.name`. A name with a dot in it cannot be
 * written so; a CEL leaf can: `task.fields["a.b"]`.
 */
export function parseField(field: string): ParsedField {
  if (field.length > MAX_PATH) return refused(say.fieldTooLong(MAX_PATH))
  const segments = field.split('.')
  const [root = ''] = segments
  if (!isRoot(root)) return refused(say.fieldBegins(ROOTS))
  if (segments.some((name) => name === '' || name.trim() !== name || /\p{Cc}/u.test(name))) {
    return refused(say.fieldBlank())
  }
  if (segments.length > MAX_SEGMENTS) return refused(say.fieldNames(MAX_SEGMENTS))
  return { ok: true, segments }
}

const refused = (words: Words): ParsedField => ({ ok: false, message: words.en, words })

/**
 * The value of a field, `undefined` where it is missing. Only what the values hold themselves counts (no prototype, no
 * methods, no `length`), and null counts as missing.
 */
export function readField(scope: Scope, segments: readonly string[]): Json | undefined {
  let value: Json | undefined = scope as unknown as Json
  for (const name of segments) {
    if (value === undefined || value === null) return undefined
    value = ownValue(value, name)
  }
  return value ?? undefined
}

/** One step into a value: a field of an object, an element of a list by its number. */
export function ownValue(value: Json, name: string): Json | undefined {
  if (Array.isArray(value)) return /^(0|[1-9]\d{0,8})$/.test(name) ? value[Number(name)] : undefined
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return (value as { readonly [name: string]: Json })[name]
}
