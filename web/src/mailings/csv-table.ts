/** A list as it was read. `line` counts from 1, as an editor does. */
export interface CsvTable {
  delimiter: ',' | ';' | '\t'
  header: string[]
  rows: { line: number; cells: string[] }[]
  /** where a quotation mark is opened and never closed; the server says the rest that may be wrong */
  openQuote: number | null
}

/**
 * Reads a list in the browser, to show it and to say which column is what; the server reads it again and decides.
 * The delimiter is the one of `,`, `;` and tab that the first line has most of; quotes as in RFC 4180.
 */
export function readCsvTable(text: string): CsvTable {
  const clean = text.replace(/^\ufeff/, '')
  const delimiter = delimiterOf(clean)
  const records: CsvTable['rows'] = []
  let cells: string[] = []
  let cell = ''
  let line = 1
  let begun = 1
  let quoted = false
  let openQuote: number | null = null
  const endCell = () => {
    cells.push(cell)
    cell = ''
  }
  const endRecord = () => {
    endCell()
    if (cells.some((one) => one.trim() !== '')) records.push({ line: begun, cells })
    cells = []
  }
  for (let at = 0; at < clean.length; at++) {
    const sign = clean.charAt(at)
    const isBreak = sign === '\n' || (sign === '\r' && clean.charAt(at + 1) !== '\n')
    if (isBreak) line++
    if (quoted) {
      if (sign !== '"') cell += sign
      else if (clean.charAt(at + 1) === '"') {
        cell += '"'
        at++
      } else quoted = false
    } else if (sign === '"' && cell === '') {
      quoted = true
      openQuote = line
    } else if (sign === delimiter) endCell()
    else if (isBreak) {
      endRecord()
      begun = line
    } else if (sign !== '\r') cell += sign
  }
  endRecord()
  const [header, ...rows] = records
  return { delimiter, header: header?.cells ?? [], rows, openQuote: quoted ? openQuote : null }
}

function delimiterOf(text: string): CsvTable['delimiter'] {
  const first =
    text
      .trimStart()
      .split(/[\r\n]/, 1)[0]
      ?.replace(/"[^"]*"/g, '') ?? ''
  const count = (delimiter: string) => first.split(delimiter).length
  return ([',', ';', '\t'] as const).reduce((best, one) => (count(one) > count(best) ? one : best))
}
