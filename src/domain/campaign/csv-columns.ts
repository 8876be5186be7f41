import { readParts } from '../template/components.ts'
import type { HeaderParameter, Template, TemplateParameters } from '../template/template.ts'
import type { CsvTable, GivenRecipient } from './recipient.ts'

/** Which column holds what; places from 0. */
export interface CsvColumns {
  width: number
  to: number
  name: number | null
  header: number | null
  body: BodyColumns
  buttons: { index: number; at: number }[]
  /** Headings that mean nothing for this template, for a person to see. */
  ignored: string[]
}

/** By name, or in the order of `{{1}}`, `{{2}}`, … where a place without a column is null; null: no column at all. */
export type BodyColumns =
  | { format: 'named'; columns: { name: string; at: number }[] }
  | { format: 'positional'; columns: (number | null)[] }
  | null

export type CsvRefusal = { code: 'csv_no_number_column' | 'csv_column_twice'; message: string }

const NUMBER = new Set(
  'to phone phonenumber number tel telephone mobile mobilephone cell whatsapp whatsappnumber waid msisdn телефон номер номертелефона моб мобильный тел'.split(
    ' ',
  ),
)
const NAME = new Set('name fullname contactname contact client имя фио клиент контакт'.split(' '))

/**
 * Reads the headings of a list for this template, whatever their case and spacing: a column for the number (`to`,
 * `phone`, `телефон`, …), `name`, `header`, `button0`, `button1`, …; for the body `1`, `2`, … or `body1`, `body2`, …,
 * and for named parameters a column of each one's name. A parameter called `name` is the name's column, too.
 */
export function readColumns(
  headings: readonly string[],
  template: Template,
): { ok: true; columns: CsvColumns } | ({ ok: false } & CsvRefusal) {
  const { bodyVariables } = readParts(template)
  const variables = new Map(bodyVariables.map(({ key }, place) => [compact(key), place]))
  const named = template.parameterFormat === 'named'
  const numbers: number[] = []
  const found = new Map<string, number[]>()
  const ignored: string[] = []
  const take = (what: string, at: number) => void found.set(what, [...(found.get(what) ?? []), at])

  for (const [at, heading] of headings.entries()) {
    const key = compact(heading)
    const place = variables.get(named ? key : key.replace(/^body(?=\d)/, ''))
    const button = /^button(\d{1,2})$/.exec(key)?.[1]
    if (place !== undefined) take(`body ${place}`, at)
    if (NAME.has(key)) take('name', at)
    else if (place !== undefined) continue
    else if (NUMBER.has(key)) numbers.push(at)
    else if (key === 'header') take('header', at)
    else if (button !== undefined) take(`button ${Number(button)}`, at)
    else if (heading.trim() !== '') ignored.push(heading.trim())
  }

  const to = numbers.find((at) => compact(headings[at] ?? '') === 'to') ?? numbers[0]
  if (to === undefined) {
    const message = 'The first line has to name the columns, and one of them has to be "to", "phone" or "number"'
    return { ok: false, code: 'csv_no_number_column', message }
  }
  const twice = [...(compact(headings[to] ?? '') === 'to' ? [] : [numbers]), ...found.values()].find(
    ({ length }) => length > 1,
  )
  if (twice) {
    const words = twice.map((at) => `"${(headings[at] ?? '').trim().slice(0, 60).toWellFormed()}"`).join(' and ')
    return { ok: false, code: 'csv_column_twice', message: `${words} mean the same: leave one of these columns` }
  }
  const only = (what: string) => found.get(what)?.[0] ?? null
  const buttons = [...found].flatMap(([what, [at]]) =>
    what.startsWith('button ') && at !== undefined ? [{ index: Number(what.slice('button '.length)), at }] : [],
  )
  return {
    ok: true,
    columns: {
      width: headings.length,
      to,
      name: only('name'),
      header: only('header'),
      body: bodyColumns(
        named,
        bodyVariables.map(({ key }, place) => ({ name: key, at: only(`body ${place}`) })),
      ),
      buttons,
      ignored: [...ignored, ...numbers.filter((at) => at !== to).map((at) => (headings[at] ?? '').trim())],
    },
  }
}

function bodyColumns(named: boolean, columns: { name: string; at: number | null }[]): BodyColumns {
  if (columns.every(({ at }) => at === null)) return null
  if (!named) return { format: 'positional', columns: columns.map(({ at }) => at) }
  return { format: 'named', columns: columns.flatMap(({ name, at }) => (at === null ? [] : [{ name, at }])) }
}

/** Case, spacing and braces are nobody's intention: `Phone number`, `phone_number`, `{{1}}`. */
const compact = (heading: string): string =>
  heading
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_\-.{}\ufeff]+/g, '')

/**
 * The lines of a list as recipients. An empty cell takes nothing away: what the campaign gives stands there.
 * @param base the campaign's parameters
 */
export function recipientsOf(
  { rows }: CsvTable,
  columns: CsvColumns,
  template: Template,
  base: TemplateParameters | undefined,
): GivenRecipient[] {
  const header = readParts(template).header
  const media = header !== null && header.kind !== 'text'
  return rows.map(({ line, cells }) => {
    const cell = (at: number | null) => (at === null ? '' : (cells[at] ?? '').trim())
    const surplus = cells.slice(columns.width).some((text) => text.trim() !== '')
    return {
      row: line,
      to: unquoted(cell(columns.to)),
      name: cell(columns.name) || null,
      parameters: parametersOf(columns, cell, media, base),
      problem: surplus ? { why: 'surplus', columns: columns.width } : null,
    }
  })
}

function parametersOf(
  columns: CsvColumns,
  cell: (at: number | null) => string,
  media: boolean,
  base: TemplateParameters | undefined,
): TemplateParameters | null {
  const value = cell(columns.header)
  const header: HeaderParameter[] | undefined = value === '' ? undefined : [media ? { link: value } : value]
  const body = bodyOf(columns.body, cell, base?.body)
  const buttons = columns.buttons.flatMap(({ index, at }) => (cell(at) === '' ? [] : [{ index, value: cell(at) }]))
  if (header === undefined && body === undefined && buttons.length === 0) return null
  return {
    ...(header && { header }),
    ...(body && { body }),
    ...(buttons.length > 0 && { buttons: buttons.toSorted((a, b) => a.index - b.index) }),
  }
}

function bodyOf(
  body: BodyColumns,
  cell: (at: number | null) => string,
  base: TemplateParameters['body'],
): TemplateParameters['body'] {
  if (body === null) return undefined
  if (body.format === 'named') {
    const values = body.columns.map(({ name, at }) => [name, cell(at)] as const).filter(([, value]) => value !== '')
    return values.length === 0 ? undefined : Object.fromEntries(values)
  }
  if (body.columns.every((at) => cell(at) === '')) return undefined
  return body.columns.map((at, place) => cell(at) || ((Array.isArray(base) ? base[place] : undefined) ?? ''))
}

/** Spreadsheets and our own export (src/domain/campaign/csv-cell.ts) keep a text from being a formula by an apostrophe. */
const unquoted = (text: string): string => text.replace(/^'(?=[+=\-@\d])/, '')
