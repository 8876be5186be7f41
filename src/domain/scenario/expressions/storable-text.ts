/**
 * A text as the database can hold it: expressions and cuts may leave half of a surrogate pair, or make a NUL, and
 * PostgreSQL's JSON takes neither. Each becomes U+FFFD, as in what comes in from outside.
 */
export function storableText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed()
  return whole.includes('\0') ? whole.replaceAll('\0', '\uFFFD') : whole
}
