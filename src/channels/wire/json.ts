export type JsonObject = { readonly [key: string]: unknown }
export type WireJson = { ok: true; value: unknown } | { ok: false; detail: string }

/** Meta's deepest documented body has about 15 levels; a flat limit keeps every later walk over the value cheap. */
const MAX_DEPTH = 200
const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Bytes off the wire → a value that can be stored and walked without harm: bounded depth, no NUL, no lone surrogates
 * (PostgreSQL takes neither in jsonb), no `__proto__` key, and whole numbers beyond 2^53 as strings with all their
 * digits (reference §4.1: ids arrive as JSON numbers). Of repeated keys the last stands.
 * @returns the value, or why there is none; the reason never quotes the body.
 */
export function readJson(bytes: Uint8Array): WireJson {
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    return { ok: false, detail: 'the body is not UTF-8' }
  }
  return readJsonText(text)
}

/** The same for text inside a body, such as a flow's `response_json`. */
export function readJsonText(text: string): WireJson {
  const scanned = scan(text)
  if (scanned === null) return { ok: false, detail: `the body is nested deeper than ${MAX_DEPTH} levels` }
  let value: unknown
  try {
    value = JSON.parse(scanned)
  } catch {
    // V8's own message quotes the body, and bodies hold what clients wrote.
    return { ok: false, detail: 'the body is not JSON' }
  }
  return { ok: true, value: makeStorable(value) }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const isDigit = (char: number): boolean => char >= 0x30 && char <= 0x39

/** One pass before `JSON.parse`: refuses depth, quotes integers that a double cannot hold. Null: too deep. */
function scan(text: string): string | null {
  const pieces: string[] = []
  let copied = 0
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === QUOTE) {
      at = endOfString(text, at)
    } else if (char === 0x5b || char === 0x7b) {
      depth += 1
      if (depth > MAX_DEPTH) return null
    } else if (char === 0x5d || char === 0x7d) {
      depth -= 1
    } else if (isDigit(char)) {
      const end = endOfNumber(text, at)
      if (end - at >= 16 && /^\d+$/.test(text.slice(at, end))) {
        const start = text[at - 1] === '-' ? at - 1 : at
        const number = text.slice(start, end)
        if (!Number.isSafeInteger(Number(number))) {
          pieces.push(text.slice(copied, start), `"${number}"`)
          copied = end
        }
      }
      at = end - 1
    }
  }
  return pieces.length === 0 ? text : pieces.join('') + text.slice(copied)
}

/** Behind the digits and whatever makes a number no whole one: `.`, `e`, `E`, `+`, `-`. */
function endOfNumber(text: string, start: number): number {
  let at = start + 1
  for (let char = text.charCodeAt(at); isDigit(char) || '.eE+-'.includes(text.charAt(at) || ' '); ) {
    at += 1
    char = text.charCodeAt(at)
  }
  return at
}

/** The closing quote: the first one with an even number of backslashes before it. Found natively: texts may be long. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let before = at - 1
    while (before > start && text.charCodeAt(before) === BACKSLASH) before -= 1
    if ((at - before - 1) % 2 === 0) return at
  }
  return text.length
}

/** Natively, and only where it is needed: texts may be long. */
function storable(text: string): string {
  const withoutNul = text.includes('\u0000') ? text.split('\u0000').join('\uFFFD') : text
  return withoutNul.isWellFormed() ? withoutNul : withoutNul.toWellFormed()
}

/** In place: copying by assignment would give `__proto__` its meaning. */
function makeStorable(root: unknown): unknown {
  if (typeof root === 'string') return storable(root)
  const open: object[] = []
  const visit = (value: unknown): unknown => {
    if (typeof value === 'string') return storable(value)
    if (typeof value === 'object' && value !== null) open.push(value)
    return value
  }
  visit(root)
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (Array.isArray(node)) {
      for (let index = 0; index < node.length; index++) node[index] = visit(node[index])
    } else {
      storeFields(node as Record<string, unknown>, visit)
    }
  }
  return root
}

function storeFields(fields: Record<string, unknown>, visit: (value: unknown) => unknown): void {
  for (const key of Object.keys(fields)) {
    const value = fields[key]
    const name = storable(key)
    if (name !== key || key === '__proto__') delete fields[key]
    if (name !== '__proto__') fields[name] = visit(value)
  }
}
