/** What makes a spreadsheet take a cell for a formula (ASVS 1.2.10), in its full-width forms too. */
const FORMULA = /^[=+\-@\t\r\n\uff0b\uff0d\uff1d\uff20]/

/**
 * A line of a CSV (RFC 4180) that is safe to open in a spreadsheet: a cell that would be a formula gets an apostrophe
 * before it. Null is an empty cell. The line's end is part of it.
 */
export const csvLine = (cells: readonly (string | number | null)[]): string =>
  `${cells.map((cell) => (cell === null ? '' : csvCell(String(cell)))).join(',')}\r\n`

function csvCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text
  return /[",;\t\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe
}
