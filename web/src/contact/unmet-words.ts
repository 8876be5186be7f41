import { type ConditionResult, type Unmet, unmet } from './unmet.ts'
import type { ContactWords } from './words.ts'

type Words = ContactWords['unmet']

/** What keeps a button from being pressed, in words; null: nothing that can be named. */
export function unmetWords(condition: ConditionResult | null, words: Words): string | null {
  const parts = condition ? unmet(condition) : []
  const sentences = parts.map((anyOf) => [...new Set(anyOf.map((one) => sentence(one, words)))].join(words.or))
  return [...new Set(sentences)].join('; ') || null
}

function sentence({ field, operator, expected, actual, not }: Unmet, words: Words): string {
  if (field === null) return words.expression
  const state = words.fields[field]
  if (state !== undefined && operator === 'is' && typeof expected === 'boolean') {
    return expected !== not ? words.mustBe(state) : words.mustNot(state)
  }
  const say = words.operators[operator]
  if (!say) return words.expression
  const rule = say(nameOf(field, words), shown(expected, words))
  const known = actual === undefined || actual === null ? words.missing : words.now(shown(actual, words))
  return `${not ? words.not(rule) : rule} (${known})`
}

function nameOf(field: string, words: Words): string {
  const plain = field.replace(/^current\./, '')
  const own = /^(?:task|contact)\.fields\.(.+)$/.exec(plain)?.[1]
  if (own !== undefined) return words.ownField(own)
  return words.names[plain] ?? plain
}

function shown(value: unknown, words: Words): string {
  if (typeof value === 'boolean') return value ? words.yes : words.no
  if (Array.isArray(value)) return value.map((one) => shown(one, words)).join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
