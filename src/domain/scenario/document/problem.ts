/** Keys and indexes from the top of the document. */
export type Path = readonly (string | number)[]

/** Where in the text, from 1; null for a document that was no text. Columns count UTF-16 units. */
export interface Place {
  line: number | null
  column: number | null
}

/** Something that is wrong with a document, in words for its author. */
export interface Problem extends Place {
  message: string
  /** `steps[2].wait.timeout`; empty: the whole document */
  path: string
}

/** What of a path is meant: its key, its value, or a place inside the value's text. */
export type Target = 'key' | 'value' | { line: number; column: number }

/** Finds the place of a path in the text that a document was read from; the nearest part above where it is not there. */
export type PlaceOf = (path: Path, target?: Target) => Place

export const NOWHERE: Place = { line: null, column: null }

/** `steps[2].wait.timeout`; keys that are no plain words stand in brackets and quotes. */
export const pathText = (path: Path): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    if (!/^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(part)) return `${text}[${JSON.stringify(part)}]`
    return text ? `${text}.${part}` : part
  }, '')
