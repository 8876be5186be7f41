/** What a step asked for, as a person reads it: the words that go out, and what else matters. */
export interface DeedLines {
  text: string | null
  /** Who reads the words: they never look alike. */
  reader: 'client' | 'colleagues' | 'nobody'
  lines: { key: string; value: unknown }[]
}

/** Told elsewhere, or of no interest to a person. */
const HIDDEN = new Set(['do', 'id', 'chain', 'scope', 'ifWindowClosed', 'timeoutMs'])
/** Said only where they are not as usual. */
const USUAL: Record<string, unknown> = {
  delivery: 'at_most_once',
  holdMs: 0,
  mode: 'replace',
  retries: 0,
  ifActive: 'use',
}

export function deedLines(deed: Readonly<Record<string, unknown>>): DeedLines {
  const { text, caption, template, ...rest } = deed
  const words = [text, caption].find((value) => typeof value === 'string' && value !== '')
  const opened = isObject(template) ? { template: template.name, ...without(template, 'name') } : { template }
  const lines = Object.entries({ ...opened, ...rest })
    .filter(([key, value]) => !HIDDEN.has(key) && !isEmpty(value) && USUAL[key] !== value)
    .map(([key, value]) => ({ key, value: key === 'send' ? true : value }))
  return { text: typeof words === 'string' ? words : null, reader: readerOf(deed), lines }
}

function readerOf({ do: action, send }: Readonly<Record<string, unknown>>): DeedLines['reader'] {
  if (action === 'comment') return isEmpty(send) ? 'colleagues' : 'client'
  return typeof action === 'string' && action.startsWith('send') ? 'client' : 'nobody'
}

/** A value for people: lists of plain things with commas, `{ group: sales }` as its content, everything else as JSON. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every((entry) => !isObject(entry) || onlyText(entry) !== null))
    return value.map(shown).join(', ')
  if (isObject(value)) {
    const only = onlyText(value)
    if (only !== null) return only
  }
  return JSON.stringify(value) ?? ''
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function onlyText(value: Record<string, unknown>): string | null {
  const entries = Object.entries(value)
  const [first] = entries
  return entries.length === 1 && first && typeof first[1] === 'string' ? `${first[0]}: ${first[1]}` : null
}

const without = (value: Record<string, unknown>, key: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== key))

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false) return true
  return typeof value === 'object' && Object.keys(value).length === 0
}
