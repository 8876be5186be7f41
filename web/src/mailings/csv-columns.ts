import { readColumns } from '../../../src/domain/campaign/csv-columns.ts'
import type { Template } from '../templates/api.ts'
import { domainTemplate } from '../templates/domain-template.ts'
import type { FieldName, TemplateValues } from '../templates/template-values.ts'
import type { CsvTable } from './csv-table.ts'

/** Which column of a list holds what; places from 0. */
export interface ColumnChoice {
  to: number | null
  name: number | null
  /** fields of the template's form that each line fills itself */
  fields: Readonly<Record<FieldName, number>>
}

const BARE = { components: [{ type: 'BODY', text: '' }], parameterFormat: 'positional' as const }

/** What the headings say by themselves, by the server's own reading. */
export function columnsByHeading(header: readonly string[], template: Template | null): ColumnChoice {
  const read = readColumns(
    header,
    domainTemplate({ name: '', language: '', category: '', status: '', quality: null, ...BARE, ...template }),
  )
  if (!read.ok) return { to: null, name: null, fields: {} }
  const { to, name, header: heading, body, buttons } = read.columns
  const fields: Record<FieldName, number> = {}
  if (heading !== null && template?.parameters.header?.kind === 'text') fields.header = heading
  if (body?.format === 'positional') {
    for (const [place, at] of body.columns.entries()) if (at !== null) fields[`body.${place}`] = at
  }
  if (body?.format === 'named') {
    for (const { name: key, at } of body.columns) {
      const place = template?.parameters.body.findIndex((one) => one.name === key) ?? -1
      if (place >= 0) fields[`body.${place}`] = at
    }
  }
  for (const { index, at } of buttons) {
    if (template?.parameters.buttons.some((button) => button.index === index)) fields[`button.${index}`] = at
  }
  return { to, name, fields }
}

/** Fields that can come from a column: texts, not files and places. */
export const fieldsForColumns = ({ parameters }: Template): FieldName[] => [
  ...(parameters.header?.kind === 'text' ? ['header'] : []),
  ...parameters.body.map((_, place) => `body.${place}`),
  ...parameters.buttons.filter(({ required }) => required).map(({ index }) => `button.${index}`),
]

/** Headings of columns that nothing is taken from. */
export function unusedHeadings({ header }: CsvTable, choice: ColumnChoice): string[] {
  const used = new Set([choice.to, choice.name, ...Object.values(choice.fields)])
  return header.filter((heading, at) => !used.has(at) && heading.trim() !== '').map((heading) => heading.trim())
}

/** What the form would hold for one line of the list. */
export function valuesOfRow(values: TemplateValues, choice: ColumnChoice, cells: readonly string[]): TemplateValues {
  const filled: TemplateValues = { ...values, body: [...values.body], buttons: { ...values.buttons } }
  for (const [field, at] of Object.entries(choice.fields)) {
    const cell = (cells[at] ?? '').trim()
    if (cell === '') continue
    const [group, part] = field.split('.')
    if (group === 'header') filled.header = cell
    if (group === 'body') filled.body[Number(part)] = cell
    if (group === 'button') filled.buttons[Number(part)] = cell
  }
  return filled
}

/**
 * The list with headings that say to the server what a person chose here. Lines keep their numbers, so that what is
 * wrong is named as in the file. Columns of no use stay, unless their heading would now mean something else.
 */
export function withChosenHeadings(
  table: CsvTable,
  choice: ColumnChoice,
  template: Template,
  values: TemplateValues,
): string {
  const { parameters } = template
  const names = new Set(parameters.body.flatMap(({ name }) => name ?? []))
  const columns: { heading: string; cell: (cells: readonly string[]) => string }[] = []
  const taken = new Set<number>()
  // A cell with line breaks that stood there twice would move the lines below it.
  const from = (heading: string, at: number) => {
    const again = taken.has(at)
    taken.add(at)
    columns.push({ heading, cell: (cells) => (again ? inOneLine(cells[at] ?? '') : (cells[at] ?? '')) })
  }
  const numbers = ['to', 'phone', 'number', 'whatsapp', 'msisdn'].find((heading) => !names.has(heading)) ?? 'to'
  if (choice.to !== null) from(numbers, choice.to)
  const someButton = Object.keys(choice.fields).some((field) => field.startsWith('button.'))
  for (const field of fieldsForColumns(template)) {
    const [group, part] = field.split('.')
    const place = Number(part)
    const at = choice.fields[field]
    const heading =
      group === 'header'
        ? 'header'
        : group === 'button'
          ? `button${place}`
          : (parameters.body[place]?.name ?? `${place + 1}`)
    if (at !== undefined) from(heading, at)
    // A line's own buttons stand in place of all that everybody has.
    else if (group === 'button' && someButton) columns.push({ heading, cell: () => values.buttons[place] ?? '' })
  }
  if (choice.name !== null && !names.has('name')) from('name', choice.name)
  const used = new Set([choice.to, choice.name, ...Object.values(choice.fields)])
  for (const [at, heading] of table.header.entries()) {
    if (!used.has(at) && meansNothing(heading, template)) from(heading, at)
  }

  const lines: string[] = []
  let line = 1
  const write = (at: number, cells: readonly string[]) => {
    for (; line < at; line++) lines.push('')
    lines.push(cells.map(quoted).join(','))
    line += 1 + cells.reduce((breaks, cell) => breaks + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0)
  }
  write(
    1,
    columns.map(({ heading }) => heading),
  )
  for (const row of table.rows) {
    const cells = columns.map(({ cell }) => cell(row.cells))
    // What stands behind the last column has no heading, and the server says so.
    write(row.line, [...cells, ...row.cells.slice(table.header.length)])
  }
  return lines.join('\n')
}

function meansNothing(heading: string, template: Template): boolean {
  const read = readColumns(['to', heading], domainTemplate(template))
  return read.ok && read.columns.ignored.includes(heading.trim())
}

const inOneLine = (cell: string): string => cell.replace(/[\r\n]+/g, ' ')

const quoted = (cell: string): string => (/[",;\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
