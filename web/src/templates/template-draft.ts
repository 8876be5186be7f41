import { checkComponents, checkDefinition, type DefinitionProblem } from '../../../src/domain/template/definition.ts'
import { variablesOf } from '../../../src/domain/template/variables.ts'
import type { Template, TemplateComponent, TemplateDefinition } from './api.ts'

export interface ButtonDraft {
  type: 'QUICK_REPLY' | 'URL' | 'PHONE_NUMBER' | 'COPY_CODE'
  text: string
  /** the link, the number, or the example of the code */
  value: string
  /** of a link with a variable: the whole link */
  example: string
}

/** A heading that shows a file. */
export const FILE_FORMATS = ['IMAGE', 'VIDEO', 'DOCUMENT'] as const
export type FileFormat = (typeof FILE_FORMATS)[number]

export const isFileFormat = (header: string): header is FileFormat => FILE_FORMATS.some((one) => one === header)

/** A template as it is written on the page. */
export interface TemplateSketch {
  name: string
  language: string
  category: string
  /** `kept`: a picture, video or document, which stays as it is */
  header: 'none' | 'TEXT' | 'LOCATION' | FileFormat | 'kept'
  headerText: string
  /** the provider's handle of the heading's sample; '': none was given yet */
  sample: string
  body: string
  footer: string
  buttons: ButtonDraft[]
  /** by the variable's key; the heading's own begins with `header:` */
  examples: Record<string, string>
  /** parts that the page does not edit */
  kept: TemplateComponent[]
}

export const EMPTY_SKETCH: TemplateSketch = {
  name: '',
  language: '',
  category: 'utility',
  header: 'none',
  headerText: '',
  sample: '',
  body: '',
  footer: '',
  buttons: [],
  examples: {},
  kept: [],
}

export const formatOf = ({ body, headerText }: Pick<TemplateSketch, 'body' | 'headerText'>): 'positional' | 'named' =>
  [...variablesOf(body), ...variablesOf(headerText)].some((key) => !/^\d+$/.test(key)) ? 'named' : 'positional'

const numbered = (keys: string[]): string[] => keys.toSorted((a, b) => Number(a) - Number(b))

/** The next variable to put into the text. */
export function nextVariable({ body }: Pick<TemplateSketch, 'body'>): string {
  const numbers = variablesOf(body).map(Number)
  return `{{${Math.max(0, ...numbers.filter((number) => Number.isInteger(number))) + 1}}}`
}

/** In the provider's own keys. */
export function definitionOf(sketch: TemplateSketch): TemplateDefinition {
  const { name, language, category, header, headerText, sample, body, footer, buttons, examples, kept } = sketch
  const format = formatOf(sketch)
  const example = (where: 'header' | 'body', keys: string[]) => {
    if (keys.length === 0) return {}
    const of = (key: string) => examples[where === 'header' ? `header:${key}` : key] ?? ''
    if (format === 'named') {
      return { example: { [`${where}_text_named_params`]: keys.map((key) => ({ param_name: key, example: of(key) })) } }
    }
    const list = numbered(keys).map(of)
    return { example: { [`${where}_text`]: where === 'body' ? [list] : list } }
  }
  const keptHeader = kept.find(({ type }) => type === 'HEADER')
  const components: TemplateComponent[] = [
    ...(header === 'TEXT'
      ? [{ type: 'HEADER', format: 'TEXT', text: headerText, ...example('header', variablesOf(headerText)) }]
      : []),
    ...(header === 'LOCATION' ? [{ type: 'HEADER', format: 'LOCATION' }] : []),
    ...(isFileFormat(header)
      ? [{ type: 'HEADER', format: header, ...(sample && { example: { header_handle: [sample] } }) }]
      : []),
    ...(header === 'kept' && keptHeader ? [keptHeader] : []),
    { type: 'BODY', text: body, ...example('body', variablesOf(body)) },
    ...(footer.trim() === '' ? [] : [{ type: 'FOOTER', text: footer.trim() }]),
    ...(buttons.length === 0 ? [] : [{ type: 'BUTTONS', buttons: buttons.map(buttonOf) }]),
    ...kept.filter(({ type }) => type !== 'HEADER'),
  ]
  return { name, language, category, parameterFormat: format, components }
}

function buttonOf({ type, text, value, example }: ButtonDraft): Record<string, unknown> {
  switch (type) {
    case 'QUICK_REPLY':
      return { type, text }
    case 'URL':
      return { type, text, url: value, ...(variablesOf(value).length > 0 ? { example: [example] } : {}) }
    case 'PHONE_NUMBER':
      return { type, text, phone_number: value }
    case 'COPY_CODE':
      return { type, example: value }
  }
}

/** By the server's own rules, before it is sent. */
export function sketchProblems(sketch: TemplateSketch, editing: boolean): DefinitionProblem[] {
  const definition = definitionOf(sketch) as Parameters<typeof checkDefinition>[0]
  return editing ? checkComponents(definition) : checkDefinition(definition)
}

/** A template back on the page; what the page does not edit is kept. null: its buttons are of other kinds. */
export function sketchOf(template: Template): TemplateSketch | null {
  const of = (type: string) => template.components.find((one) => one.type.toUpperCase() === type)
  const [header, body, footer, buttons] = ['HEADER', 'BODY', 'FOOTER', 'BUTTONS'].map(of)
  const drafts = list(buttons?.buttons).map(buttonDraft)
  if (drafts.some((draft) => draft === null) || template.category === 'authentication') return null
  const format = String(header?.format ?? 'TEXT').toUpperCase()
  const kind = !header ? 'none' : format === 'TEXT' || format === 'LOCATION' ? format : 'kept'
  const known = new Set([kind === 'kept' ? undefined : header, body, footer, buttons])
  return {
    name: template.name,
    language: template.language,
    category: template.category,
    header: kind,
    headerText: text(header?.text),
    sample: '',
    body: text(body?.text),
    footer: text(footer?.text),
    buttons: drafts.filter((draft) => draft !== null),
    examples: { ...examplesOf(body, 'body', ''), ...examplesOf(header, 'header', 'header:') },
    kept: template.components.filter((one) => !known.has(one)),
  }
}

function buttonDraft(button: unknown): ButtonDraft | null {
  if (!isRecord(button)) return null
  const common = { text: text(button.text), example: text(list(button.example)[0]) }
  switch (text(button.type).toUpperCase()) {
    case 'QUICK_REPLY':
      return { ...common, type: 'QUICK_REPLY', value: '' }
    case 'URL':
      return { ...common, type: 'URL', value: text(button.url) }
    case 'PHONE_NUMBER':
      return { ...common, type: 'PHONE_NUMBER', value: text(button.phone_number) }
    case 'COPY_CODE':
      return { ...common, type: 'COPY_CODE', value: common.example || text(button.example) }
    default:
      return null
  }
}

function examplesOf(component: TemplateComponent | undefined, where: 'header' | 'body', prefix: string) {
  const example = component?.example
  if (!isRecord(example)) return {}
  const named = list(example[`${where}_text_named_params`]).filter(isRecord)
  if (named.length > 0) {
    return Object.fromEntries(named.map((one) => [prefix + text(one.param_name), text(one.example)]))
  }
  const given = list(example[`${where}_text`])
  const values = where === 'body' ? list(given[0]) : given
  return Object.fromEntries(values.map((value, place) => [`${prefix}${place + 1}`, text(value)]))
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
