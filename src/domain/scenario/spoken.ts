import { sameWords, type Words } from '../words.ts'

/** A schema keeps a message as one text: what its English one says in the other languages. Filled as schemas are made. */
const SPOKEN = new Map<string, Words>()

/** The message of a schema. */
export function spoken(words: Words): string {
  SPOKEN.set(words.en, words)
  return words.en
}

/** The words of a schema's message; where it never was `spoken`, the text as it is. */
export const spokenWords = (message: string): Words => SPOKEN.get(message) ?? sameWords(message)

export const isSpoken = (message: string): boolean => SPOKEN.has(message)
