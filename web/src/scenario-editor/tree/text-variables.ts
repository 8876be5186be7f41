/** A value that a text fills in. */
export interface TextVariable {
  path: string
  /** What stands there where it is missing. */
  fallback: string | null
}

/** The values that a text fills in, each once, in the order of the text. */
export function variablesIn(text: string): TextVariable[] {
  const found = new Map<string, TextVariable>()
  for (const [, inside = ''] of text.matchAll(/\{\{-?\s*([\s\S]*?)\s*-?\}\}/g)) {
    const path = /^[a-z]+(?:\.[^\s.|[\]{}]+)+/i.exec(inside)?.[0]
    const fallback = /\|\s*default:\s*(["'])(.*?)\1/.exec(inside)?.[2] ?? null
    if (path && !found.has(path)) found.set(path, { path, fallback })
  }
  return [...found.values()]
}

/** Values that may be missing get something to stand in for them: a missing one is an error. */
export function variableText(path: string): string {
  const isCertain = /^(event\.(name|now|at)|channel\.|conversation\.id|calendar\.|inputs\.|vars\.)/.test(path)
  return isCertain ? `{{ ${path} }}` : `{{ ${path} | default: "" }}`
}

/** A text with something put in at a place, or instead of what is chosen. */
export const inserted = (text: string, put: string, from: number, to: number): string =>
  text.slice(0, from) + put + text.slice(to)
