import { fillTemplate } from '../../../src/domain/template/fill.ts'
import type { TemplateParameters as DomainParameters, TemplateProblem } from '../../../src/domain/template/template.ts'
import type { UploadedFile } from '../api/types.ts'
import type { Template } from './api.ts'
import { domainTemplate } from './domain-template.ts'

/** Values for a template's variables, as `POST /api/outbound` and comments take them. */
export interface TemplateParameters {
  header?: unknown[]
  body?: string[] | Record<string, string>
  buttons?: unknown[]
}

export interface ChosenTemplate {
  name: string
  language: string
  parameters: TemplateParameters
}

export interface Place {
  name: string
  address: string
  latitude: string
  longitude: string
}

/** What was entered into a template's form. */
export interface TemplateValues {
  header: string
  file: UploadedFile | null
  place: Place
  /** in the order of the template's variables */
  body: string[]
  /** by the button's place in the template */
  buttons: Record<number, string>
}

export const emptyValues = ({ parameters }: Template): TemplateValues => ({
  header: '',
  file: null,
  place: { name: '', address: '', latitude: '', longitude: '' },
  body: parameters.body.map(() => ''),
  buttons: {},
})

/** What was entered in the form of the API. */
export function parametersOf(template: Template, values: TemplateValues): TemplateParameters {
  const { header, body, buttons } = template.parameters
  const given = buttons.flatMap(({ index }) => {
    const value = (values.buttons[index] ?? '').trim()
    return value === '' ? [] : [{ index, value }]
  })
  return {
    ...(header && { header: headerOf(header.kind, values) }),
    ...(body.length > 0 && { body: bodyOf(template, values) }),
    ...(given.length > 0 && { buttons: given }),
  }
}

function headerOf(kind: string, { header, file, place }: TemplateValues): unknown[] {
  if (kind === 'text') return [header.trim()]
  if (kind !== 'location') return file ? [{ attachmentId: file.id }] : []
  const { name, address } = place
  return [
    {
      latitude: coordinate(place.latitude),
      longitude: coordinate(place.longitude),
      name: name.trim(),
      address: address.trim(),
    },
  ]
}

function bodyOf({ parameters: { body } }: Template, values: TemplateValues): string[] | Record<string, string> {
  const texts = body.map((_, place) => (values.body[place] ?? '').trim())
  if (body.every(({ name }) => name === null)) return texts
  return Object.fromEntries(body.map(({ name }, place) => [name ?? '', texts[place] ?? '']))
}

/** A comma is a decimal point on many keyboards; an empty field is no zero. */
export const coordinate = (text: string): number =>
  text.trim() === '' ? Number.NaN : Number(text.trim().replace(',', '.'))

/** A field of the form: `header`, `file`, `place.name`, `body.0`, `button.1`. */
export type FieldName = string

export interface FieldProblem {
  field: FieldName
  code: string
  /** in English, where there are no words for the code */
  message: string
}

/**
 * What keeps the template from being sent, by the server's own rules; empty: nothing.
 * @param uploading a file for the header is on its way: it is not missing, but not there either
 */
export function problemsOf(template: Template, values: TemplateValues): FieldProblem[] {
  const parameters = parametersOf(template, values) as DomainParameters
  const filled = fillTemplate(domainTemplate(template), parameters)
  if (filled.ok) return []
  return filled.problems.map((problem) => ({
    field: fieldOf(template, problem),
    code: problem.code === 'empty' ? 'missing' : problem.code,
    message: problem.message,
  }))
}

function fieldOf(template: Template, { where, key, message }: TemplateProblem): FieldName {
  const { header, body } = template.parameters
  if (where === 'header') {
    if (header?.kind === 'text') return 'header'
    if (header?.kind !== 'location') return 'file'
    return `place.${['latitude', 'longitude', 'name', 'address'].find((part) => message.includes(part)) ?? 'name'}`
  }
  if (where === 'body' && key !== null) {
    const named = body.findIndex(({ name }) => name === key)
    return `body.${named >= 0 ? named : Number(key) - 1}`
  }
  return where === 'buttons' && key !== null ? `button.${key}` : where
}

/** Can it be sent at all, whatever its values? */
export const isSendable = ({ status, parameters }: Template): boolean =>
  status === 'approved' && parameters.unsupported.length === 0
