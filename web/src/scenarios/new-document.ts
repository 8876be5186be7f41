/** A small document that passes the check: it answers once, and a person sees what it did. */
export const emptyDocument = (key: string, name: string): string => `id: ${key}
name: ${quoted(name)}
trigger:
  event: message.received
  when: { field: event.text, contains: hello }
steps:
  - id: note
    comment: { text: 'The client said hello' }
`

export const emptyButton = (key: string, name: string): string => `id: ${key}
name: ${quoted(name)}
trigger:
  button: { label: ${quoted(name.slice(0, 60))} }
  when: { field: task.status.active, is: true }
steps:
  - id: note
    comment: { text: 'The button was pressed' }
`

/** As a YAML text on one line, whatever is in it. */
const quoted = (text: string): string => JSON.stringify(text)

const CYRILLIC: Record<string, string> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  д: 'd',
  е: 'e',
  ё: 'e',
  ж: 'zh',
  з: 'z',
  и: 'i',
  й: 'y',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'h',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'sch',
  ъ: '',
  ы: 'y',
  ь: '',
  э: 'e',
  ю: 'yu',
  я: 'ya',
}

const KEY_LENGTH = 64

/** An id from a name: lower-case letters, digits and hyphens. Empty where nothing of the name can stand in one. */
export function keyFrom(name: string): string {
  const latin = [...name.toLowerCase()].map((letter) => CYRILLIC[letter] ?? letter).join('')
  return latin
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, KEY_LENGTH)
    .replace(/^-+|-+$/g, '')
}

export const isKey = (text: string): boolean => /^[a-z0-9](?:[a-z0-9-]{0,63})$/.test(text)

/** The key itself, or the first `key-2`, `key-3` … that nobody has. */
export function freeKey(wanted: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '' : `-${number}`
    const key = wanted.slice(0, KEY_LENGTH - suffix.length) + suffix
    if (!taken.has(key)) return key
  }
}

/**
 * The same text with another id and, where it is given, another name; everything else stays as it was written.
 * @returns null where the text has no `id` at its top that could be found
 */
export function withKey(text: string, key: string, name?: string): string | null {
  const json = jsonObject(text)
  if (json) return JSON.stringify({ ...json, id: key, ...(name === undefined ? {} : { name }) }, null, 2)
  const id = /^(["']?)id\1[ \t]*:[ \t]*[^\n#]*/m
  if (!id.test(text)) return null
  const renamed = text.replace(id, (line) => `id: ${key}${/[ \t]+$/.exec(line)?.[0] ?? ''}`)
  return name === undefined
    ? renamed
    : renamed.replace(/^(["']?)name\1[ \t]*:[ \t]*[^\n]*/m, () => `name: ${quoted(name)}`)
}

/** The id of a document's text; null: it has none that could be found. */
export function keyIn(text: string): string | null {
  const json = jsonObject(text)
  if (json) return typeof json.id === 'string' ? json.id : null
  return /^(["']?)id\1[ \t]*:[ \t]*(["']?)([a-z0-9-]+)\2[ \t]*(?:#.*)?$/m.exec(text)?.[3] ?? null
}

function jsonObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

export const formatOf = (text: string): 'yaml' | 'json' => (jsonObject(text) ? 'json' : 'yaml')
