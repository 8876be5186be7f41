import type { Json } from '../domain/scenario/expressions/scope.ts'

/** So many values, lists and maps counted: what a scenario sees is copied many times. */
const MOST_VALUES = 20_000

const FORM = /^application\/x-www-form-urlencoded\b/i

export type HookBody = { ok: true; value: Json } | { ok: false; message: string }

/** The body of a webhook: JSON, whatever it is called, or the fields of a form: a field that comes twice is a list. */
export function readHookBody(contentType: string | null, raw: Uint8Array): HookBody {
  const text = decode(raw)
  if (text === null) return { ok: false, message: 'The body is no UTF-8' }
  if (FORM.test(contentType ?? '')) return bounded(readForm(text))
  try {
    return bounded(JSON.parse(text))
  } catch {
    return { ok: false, message: 'The body is no JSON' }
  }
}

function decode(raw: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(raw)
  } catch {
    return null
  }
}

function readForm(text: string): Json {
  const fields = new Map<string, string | string[]>()
  for (const [name, value] of new URLSearchParams(text)) {
    const before = fields.get(name)
    if (before === undefined) fields.set(name, value)
    else fields.set(name, [...(Array.isArray(before) ? before : [before]), value])
  }
  return Object.fromEntries(fields)
}

function bounded(value: Json): HookBody {
  let left = MOST_VALUES
  const open: Json[] = [value]
  while (open.length > 0) {
    const one = open.pop()
    if (--left < 0) return { ok: false, message: `The body has more than ${MOST_VALUES} values` }
    if (typeof one === 'string' && !isStorable(one)) return unstorable
    if (typeof one !== 'object' || one === null) continue
    if (!Array.isArray(one) && !Object.keys(one).every(isStorable)) return unstorable
    for (const inner of Object.values(one)) open.push(inner)
  }
  return { ok: true, value }
}

const unstorable: HookBody = { ok: false, message: 'The body holds characters that cannot be stored' }

/** PostgreSQL holds neither NUL nor half of a surrogate pair. */
const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()
