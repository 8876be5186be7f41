/** What is being typed at the cursor that something can be chosen for. */
export interface Token {
  /** where it begins: at its `/` or `@` */
  start: number
  /** what was typed behind that */
  query: string
}

const MOST = 40

/**
 * The `/` or `@` before the cursor, at the start of a text or after a space, and what was typed behind it.
 * @returns null where nothing is to be chosen
 */
export function tokenAt(text: string, cursor: number, mark: '/' | '@'): Token | null {
  const before = text.slice(Math.max(0, cursor - MOST - 1), cursor)
  const at = before.lastIndexOf(mark)
  if (at < 0) return null
  const start = cursor - before.length + at
  const previous = text[start - 1]
  if (previous !== undefined && !/\s/.test(previous)) return null
  const query = before.slice(at + 1)
  // A second slash is a path, and two spaces are a sentence.
  if (/[\n\r]/.test(query) || query.includes(mark) || /^\s|\s{2}/.test(query)) return null
  return { start, query }
}

/** The text with something in place of the token, and where the cursor stands then. */
export function withToken(text: string, token: Token, insert: string): { text: string; cursor: number } {
  const end = token.start + 1 + token.query.length
  return { text: text.slice(0, token.start) + insert + text.slice(end), cursor: token.start + insert.length }
}

/** Does somebody's name stand behind an @ in the text? */
export const isMentioned = (text: string, name: string): boolean => {
  for (let at = text.indexOf(`@${name}`); at >= 0; at = text.indexOf(`@${name}`, at + 1)) {
    const next = text[at + 1 + name.length]
    if (next === undefined || !/[\p{L}\p{N}]/u.test(next)) return true
  }
  return false
}
