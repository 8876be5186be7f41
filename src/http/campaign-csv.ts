import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import { CsvError, parse } from 'csv-parse'
import { type CsvTable, MAX_RECIPIENTS } from '../domain/campaign/recipient.ts'
import { ApiError } from './errors.ts'

/** One line, a cell with line breaks included. A quote that is never closed ends here. */
const MAX_LINE_BYTES = 64 * 1024
const MAX_COLUMNS = 200
const PIECE_BYTES = 64 * 1024

/**
 * Reads a list of recipients. The delimiter is the one of `,`, `;` and tab that the first line has most of; quotes as in
 * RFC 4180; a byte order mark and empty lines are left out. Other work goes on meanwhile.
 * @throws ApiError 400 `csv_unreadable` with `details.line`, from 1; 422 `too_many_recipients`
 */
export async function readCsv(text: string): Promise<CsvTable> {
  const clean = text.replace(/^\ufeff/, '').toWellFormed()
  const binary = clean.search(/[^\P{Cc}\t\n\v\f\r\u0080-\u009f]/u)
  if (binary >= 0) throw unreadable(lineAt(clean, binary), 'there are characters that no text has')
  let header: string[] | null = null
  let lastLine = 0
  // Inside quotes the parser counts CR LF as two line breaks.
  let drift = 0
  const rows: CsvTable['rows'] = []
  const collect = (cells: string[], { lines }: { lines: number }) => {
    drift += breaksIn(cells, /\r\n/g)
    lastLine = lines - drift
    if (cells.every((cell) => cell.trim() === '')) return null
    // A line with breaks inside quotes is named by the line on which it begins.
    const line = lastLine - breaksIn(cells, /\r\n|\n|\r/g)
    if (header === null) header = headings(cells, line)
    else if (rows.length < MAX_RECIPIENTS) rows.push({ line, cells })
    else throw tooMany()
    return null
  }
  const parser = parse({
    delimiter: delimiterOf(clean),
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_LINE_BYTES,
    on_record: collect,
  })
  try {
    await pipeline(Readable.from(pieces(clean)), parser)
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = OPEN_ENDED.has(error.code) ? lastLine + 1 : Number(error.lines ?? lastLine + 1) - drift
    throw unreadable(line, WORDS[error.code] ?? 'it is no CSV')
  }
  if (header === null) throw unreadable(1, 'it is empty')
  return { header, rows }
}

/** They are noticed lines after the one that is wrong. */
const OPEN_ENDED = new Set<CsvError['code']>(['CSV_QUOTE_NOT_CLOSED', 'CSV_MAX_RECORD_SIZE'])

const WORDS: Partial<Record<CsvError['code'], string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quotation mark is opened and never closed',
  CSV_INVALID_CLOSING_QUOTE: 'a quotation mark is closed, and text follows; inside quotes it is written twice',
  INVALID_OPENING_QUOTE: 'a quotation mark stands in the middle of a value that is not in quotes',
  CSV_MAX_RECORD_SIZE: 'the line is too long; perhaps a quotation mark is not closed',
}

const unreadable = (line: number, why: string) =>
  new ApiError(400, 'csv_unreadable', `The list cannot be read: line ${line}: ${why}`, { line })

export const tooMany = () =>
  new ApiError(422, 'too_many_recipients', `A campaign has at most ${MAX_RECIPIENTS} recipients`, {
    limit: MAX_RECIPIENTS,
  })

function headings(cells: string[], line: number): string[] {
  if (cells.length > MAX_COLUMNS) throw unreadable(line, `there are more than ${MAX_COLUMNS} columns`)
  return cells
}

function delimiterOf(text: string): string {
  const first =
    text
      .slice(0, MAX_LINE_BYTES)
      .trimStart()
      .split(/[\r\n]/, 1)[0] ?? ''
  const unquoted = first.replace(/"[^"]*"/g, '')
  const count = (delimiter: string) => unquoted.split(delimiter).length
  return [',', ';', '\t'].reduce((best, one) => (count(one) > count(best) ? one : best))
}

async function* pieces(text: string) {
  // Bytes, since a piece of text could end inside a character.
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    await setImmediate()
    yield bytes.subarray(at, at + PIECE_BYTES)
  }
}

const breaksIn = (cells: readonly string[], breaks: RegExp): number =>
  cells.reduce((count, cell) => count + (cell.match(breaks)?.length ?? 0), 0)

const lineAt = (text: string, place: number): number => text.slice(0, place).split(/\r\n|\n|\r/).length
