import type { Template } from '../templates/api.ts'
import {
  emptyValues,
  parametersOf,
  problemsOf,
  type TemplateParameters,
  type TemplateValues,
} from '../templates/template-values.ts'
import type { CampaignOrder } from './api.ts'
import {
  type ColumnChoice,
  columnsByHeading,
  fieldsForColumns,
  valuesOfRow,
  withChosenHeadings,
} from './csv-columns.ts'
import { type CsvTable, readCsvTable } from './csv-table.ts'

export type Source = 'csv' | 'contacts' | 'numbers'

/** What is entered on the page of a new campaign. */
export interface CampaignForm {
  channelId: string
  name: string
  source: Source
  csv: string
  fileName: string | null
  numbers: string
  filter: { tags: string; tagMatch: 'any' | 'all'; q: string; everybody: boolean }
  /** what a person chose in place of what the headings say */
  columns: Partial<ColumnChoice>
  template: { name: string; language: string } | null
  values: TemplateValues | null
  requireConsent: boolean
  when: 'now' | 'later'
  /** `2030-01-02T09:00`, by the clock of `timeZone` */
  at: string
  timeZone: string
}

export const emptyForm = (channelId: string, timeZone: string): CampaignForm => ({
  channelId,
  name: '',
  source: 'csv',
  csv: '',
  fileName: null,
  numbers: '',
  filter: { tags: '', tagMatch: 'any', q: '', everybody: false },
  columns: {},
  template: null,
  values: null,
  requireConsent: false,
  when: 'now',
  at: '',
  timeZone,
})

/** The list, if there is one. Single numbers are one, too, with the headings left out. */
export function tableOf({ source, csv, numbers }: Pick<CampaignForm, 'source' | 'csv' | 'numbers'>): CsvTable | null {
  if (source === 'csv') return csv.trim() === '' ? null : readCsvTable(csv)
  if (source !== 'numbers' || numbers.trim() === '') return null
  const first = numbers.split('\n').find((line) => /[,;\t]/.test(line))
  const delimiter = /[,;\t]/.exec(first ?? '')?.[0] ?? ','
  return readCsvTable(`to${delimiter}name\n${numbers}`)
}

/** What the person chose, and for the rest what the headings say. */
export function columnsOf(
  table: CsvTable | null,
  chosen: Partial<ColumnChoice>,
  template: Template | null,
): ColumnChoice {
  if (!table) return { to: null, name: null, fields: {} }
  const read = columnsByHeading(table.header, template)
  const known = new Set(template ? fieldsForColumns(template) : [])
  const fields = Object.entries({ ...read.fields, ...chosen.fields }).filter(
    ([field, at]) => known.has(field) && at >= 0 && at < table.header.length,
  )
  return {
    to: chosen.to === undefined ? read.to : chosen.to,
    name: chosen.name === undefined ? read.name : chosen.name,
    fields: Object.fromEntries(fields),
  }
}

/** Everything that the form says, read once. */
export interface ReadForm {
  table: CsvTable | null
  columns: ColumnChoice
  values: TemplateValues | null
  /** as for the first on the list */
  firstValues: TemplateValues | null
  /** null: something is missing */
  order: CampaignOrder | null
  missing: ('channel' | 'name' | 'people' | 'numberColumn' | 'template')[]
  /** fields of the template that neither a column nor a text fills */
  openFields: string[]
}

export function readForm(form: CampaignForm, template: Template | null, table: CsvTable | null): ReadForm {
  const columns = columnsOf(table, form.columns, template)
  const values = template && (form.values ?? emptyValues(template))
  const [first] = table?.rows ?? []
  const firstValues = values && first ? valuesOfRow(values, columns, first.cells) : values
  const openFields =
    template && values
      ? [...new Set(problemsOf(template, values).map(({ field }) => field))].filter(
          (field) => !(field in columns.fields),
        )
      : []
  const filter = filterOf(form.filter)
  const missing: ReadForm['missing'] = []
  if (form.channelId === '') missing.push('channel')
  if (form.name.trim() === '') missing.push('name')
  if (form.source === 'contacts' ? filter === null : (table?.rows.length ?? 0) === 0) missing.push('people')
  else if (table && columns.to === null) missing.push('numberColumn')
  if (!template) missing.push('template')
  const order =
    missing.length > 0 || openFields.length > 0 || !template || !values
      ? null
      : orderOf(form, template, values, table, columns, filter)
  return { table, columns, values, firstValues, order, missing, openFields }
}

function orderOf(
  form: CampaignForm,
  template: Template,
  values: TemplateValues,
  table: CsvTable | null,
  columns: ColumnChoice,
  filter: CampaignOrder['filter'] | null,
): CampaignOrder {
  const parameters = parametersForAll(template, values, columns)
  return {
    channelId: form.channelId,
    name: form.name.trim(),
    template: { name: template.name, language: template.language, parameters },
    ...(form.source === 'contacts'
      ? filter && { filter }
      : table && { csv: withChosenHeadings(table, columns, template, values) }),
    ...(form.when === 'later' && form.at !== '' ? { scheduleAt: form.at, timeZone: form.timeZone } : {}),
    requireConsent: form.requireConsent,
  }
}

/** What everybody gets; what each line fills itself is left to it. */
function parametersForAll(template: Template, values: TemplateValues, { fields }: ColumnChoice): TemplateParameters {
  const { header, body, buttons } = parametersOf(template, values)
  const given = body && !Array.isArray(body) ? Object.entries(body).filter(([, text]) => text !== '') : []
  const filled = buttons?.filter(
    (button) =>
      !(typeof button === 'object' && button !== null && 'index' in button && `button.${button.index}` in fields),
  )
  return {
    ...(header && !('header' in fields) ? { header } : {}),
    ...(body && (Array.isArray(body) ? { body } : { body: Object.fromEntries(given) })),
    ...(filled && filled.length > 0 ? { buttons: filled } : {}),
  }
}

function filterOf({ tags, tagMatch, q, everybody }: CampaignForm['filter']): CampaignOrder['filter'] | null {
  if (everybody) return { everybody: true }
  const list = tagsIn(tags)
  if (list.length === 0 && q.trim() === '') return null
  return { ...(list.length > 0 ? { tags: list, tagMatch } : {}), ...(q.trim() === '' ? {} : { q: q.trim() }) }
}

export const tagsIn = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((tag) => tag.trim())
      .filter(Boolean),
  ),
]
