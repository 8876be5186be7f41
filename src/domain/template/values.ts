/** What is wrong with a value, to be put behind its name: "Value 2 of the body" + " is empty". */
export interface ValueFault {
  code: 'wrong_kind' | 'empty' | 'too_long' | 'forbidden_characters'
  words: string
}

/** Line breaks, tabs and other control characters; more than four spaces in a row (reference §5.3, 132018). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it looks for
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]| {5,}/

/** Checks a text that fills a place. Lengths are in UTF-16 units: never fewer than code points, so the stricter. */
export function checkText(value: unknown, max: number): ValueFault | null {
  if (typeof value !== 'string') return { code: 'wrong_kind', words: 'must be a text' }
  if (value.trim() === '') return { code: 'empty', words: 'is empty' }
  if (FORBIDDEN.test(value)) {
    return {
      code: 'forbidden_characters',
      words: 'has line breaks, tabs or more than 4 spaces in a row, which WhatsApp does not allow in a template',
    }
  }
  if (!value.isWellFormed()) return { code: 'forbidden_characters', words: 'holds a broken character' }
  if (value.length > max) return { code: 'too_long', words: `is longer than ${max} characters` }
  return null
}

/** "1 was given", "3 were given", "none was given" */
export const wereGiven = (count: number): string =>
  count === 0 ? 'none was given' : count === 1 ? '1 was given' : `${count} were given`

export const values = (count: number): string => (count === 1 ? '1 value' : `${count} values`)
