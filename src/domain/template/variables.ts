/** `{{1}}`, `{{first_name}}`; spaces beside the name are none of it. */
const VARIABLE = /\{\{\s*([^{}\s]+)\s*\}\}/g

/** The variables of a template's text, each once, as they stand in it. */
export const variablesOf = (text: string): string[] => [
  ...new Set([...text.matchAll(VARIABLE)].map((found) => String(found[1]))),
]

/** Puts values in their places, in one pass: a value that looks like a variable stays as it is. */
export const substitute = (text: string, values: ReadonlyMap<string, string>): string =>
  text.replace(VARIABLE, (place, key: string) => values.get(key) ?? place)
