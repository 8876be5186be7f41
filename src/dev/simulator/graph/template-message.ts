import type { PressableButton, StoredTemplate } from '../world/entries.ts'
import type { World } from '../world/world.ts'
import { type Draft, emptyDraft, mediaSource } from './draft.ts'
import { GraphError } from './errors.ts'
import { isObject, type Json, onlyKeys, requireList, requireObject, requireString } from './fields.ts'

/**
 * Fills a template in, with Meta's checks (reference §5.3, §9).
 * @throws GraphError 132001 not there in that language, 132015/132016 not sendable now, 132000 a wrong count,
 *   132012 a wrong form, 131008 a button's parameter is missing, 132018 forbidden characters, 132005 too long
 */
export function draftTemplate(world: World, wabaId: string, request: Json): Draft {
  onlyKeys(request, ['name', 'namespace', 'language', 'components'], 'template')
  const name = requireString(request, 'name', 512, "template['name']")
  const language = requireObject(request, 'language', "template['language']")
  const code = requireString(language, 'code', 16, "template['language']['code']")
  const template = sendable(world, wabaId, name, code)
  const given = request.components === undefined ? [] : requireList(request, 'components', { min: 0, max: 20 })
  for (const component of given) {
    const type = String(component.type).toLowerCase()
    if (!['header', 'body', 'button', 'carousel', 'limited_time_offer'].includes(type)) {
      throw new GraphError(100, `Unknown component type "${String(component.type)}".`)
    }
  }

  const header = fillHeader(template, pick(given, 'header'))
  const body = fillText(template, 'BODY', pick(given, 'body'))
  const footer = textOf(definition(template, 'FOOTER'))
  const buttons = fillButtons(template, given)
  return {
    ...emptyDraft('template'),
    text: [header.text, body, footer].filter((part) => part !== null).join('\n'),
    body: request,
    media: header.media,
    fileName: header.fileName,
    template: { id: template.id, name, language: code, category: template.category, header: header.text, footer },
    buttons,
  }
}

function sendable(world: World, wabaId: string, name: string, language: string): StoredTemplate {
  const named = [...world.templates.values()].filter(
    (one) => one.wabaId === wabaId && one.name === name && !one.deleted,
  )
  const template = named.find((one) => one.language === language)
  if (!template) throw new GraphError(132001, `template name (${name}) does not exist in ${language}`)
  if (template.status === 'PAUSED') throw new GraphError(132015, `template ${name} is paused`)
  if (template.status === 'DISABLED') throw new GraphError(132016, `template ${name} is disabled`)
  if (template.status !== 'APPROVED') throw new GraphError(132001, `template ${name} is not approved in ${language}`)
  return template
}

const pick = (components: readonly Json[], type: string): Json | null =>
  components.find((component) => String(component.type).toLowerCase() === type) ?? null

const definition = (template: StoredTemplate, type: string): Json | null =>
  template.components.find((component) => component.type === type) ?? null

const textOf = (component: Json | null): string | null => (typeof component?.text === 'string' ? component.text : null)

function fillHeader(
  template: StoredTemplate,
  given: Json | null,
): { text: string | null; media: Draft['media']; fileName: string | null } {
  const header = definition(template, 'HEADER')
  const format = header ? String(header.format) : null
  if (format === null || format === 'TEXT') {
    return { text: fillText(template, 'HEADER', given), media: null, fileName: null }
  }
  const [parameter, ...more] = parametersOf(given)
  if (!parameter || more.length > 0) {
    throw new GraphError(132012, `header: expected one parameter of format ${format}`)
  }
  const type = String(parameter.type)
  if (type.toUpperCase() !== format) {
    throw new GraphError(132012, `header: Format mismatch, expected ${format}, received ${type.toUpperCase()}`)
  }
  const content = requireObject(parameter, type, `header.${type}`)
  if (format === 'LOCATION') return { text: String(content.name ?? 'Location'), media: null, fileName: null }
  return {
    text: null,
    media: mediaSource(content, `header.${type}`),
    fileName: typeof content.filename === 'string' ? content.filename : null,
  }
}

function parametersOf(component: Json | null): Json[] {
  const parameters = component?.parameters
  return Array.isArray(parameters) ? parameters.filter(isObject) : []
}

const VARIABLE = /\{\{\s*(\w+)\s*\}\}/g

/** The variables of a text, each once, in order. */
const variablesOf = (text: string): string[] => [
  ...new Set([...text.matchAll(VARIABLE)].map((found) => String(found[1]))),
]

/** `{{1}}` takes the first value wherever it stands. */
const inOrder = (template: StoredTemplate, names: string[]): string[] =>
  template.parameterFormat === 'NAMED' ? names : names.toSorted((a, b) => Number(a) - Number(b))

function fillText(template: StoredTemplate, part: 'HEADER' | 'BODY', given: Json | null): string | null {
  const text = textOf(definition(template, part))
  const parameters = parametersOf(given)
  const where = part.toLowerCase()
  const names = text === null ? [] : inOrder(template, variablesOf(text))
  if (parameters.length !== names.length) {
    throw new GraphError(
      132000,
      `${where}: number of localizable_params (${parameters.length}) does not match the expected number of params (${names.length})`,
    )
  }
  if (text === null) return null
  const values = new Map(
    names.map((name, index) => {
      const parameter =
        template.parameterFormat === 'NAMED' ? parameters.find((one) => one.parameter_name === name) : parameters[index]
      if (!parameter) throw new GraphError(132012, `${where}: the parameter named ${name} is missing`)
      if (template.parameterFormat === 'POSITIONAL' && parameter.parameter_name !== undefined) {
        throw new GraphError(132012, `${where}: the template has positional parameters`)
      }
      return [name, textOfParameter(parameter, where)]
    }),
  )
  const filled = text.replace(VARIABLE, (_, name: string) => values.get(name) ?? '')
  const max = part === 'HEADER' ? 60 : 1024
  // Long values are let in up to the body's own limit; beyond it Meta refuses to hydrate.
  if (part === 'BODY' && filled.length > max)
    throw new GraphError(132005, `${where}: ${filled.length} > ${max} characters`)
  return filled
}

function textOfParameter(parameter: Json, where: string): string {
  switch (parameter.type) {
    case 'text': {
      const value = requireString(parameter, 'text', 32768, `${where} parameter text`)
      if (/[\n\r\t]| {5,}/.test(value)) {
        throw new GraphError(132018, 'Param text cannot have new-line/tab characters or more than 4 consecutive spaces')
      }
      return value
    }
    case 'currency':
    case 'date_time': {
      const value = requireObject(parameter, parameter.type, `${where} parameter ${parameter.type}`)
      return requireString(value, 'fallback_value', 1024, `${where} fallback_value`)
    }
    default:
      throw new GraphError(132012, `${where}: a parameter of type "${String(parameter.type)}" cannot fill a text`)
  }
}

function fillButtons(template: StoredTemplate, given: readonly Json[]): PressableButton[] {
  const defined = definition(template, 'BUTTONS')?.buttons
  const buttons = Array.isArray(defined) ? defined.filter(isObject) : []
  const filled = new Map<number, Json>()
  for (const component of given) {
    if (String(component.type).toLowerCase() !== 'button') continue
    const index = Number(component.index)
    const button = buttons[index]
    if (!Number.isInteger(index) || !button) throw new GraphError(132012, `button: there is none at index ${index}`)
    const subType = String(component.sub_type).toLowerCase()
    if (String(button.type).toLowerCase() !== subType) {
      throw new GraphError(132012, `button ${index}: is a ${String(button.type)}, not a ${subType}`)
    }
    filled.set(index, component)
  }
  return buttons.map((button, index) => fillButton(button, index, parametersOf(filled.get(index) ?? null)[0] ?? null))
}

function fillButton(button: Json, index: number, parameter: Json | null): PressableButton {
  const text = String(button.text ?? button.type)
  const type = String(button.type)
  switch (type) {
    case 'QUICK_REPLY': {
      const payload = parameter ? requireString(parameter, 'payload', 256, `button ${index} payload`) : text
      return { kind: 'quick_reply', text, value: payload, description: null }
    }
    case 'URL': {
      const url = String(button.url)
      if (variablesOf(url).length === 0) {
        if (parameter) throw new GraphError(132000, `button ${index}: the link has no parameter`)
        return { kind: 'url', text, value: url, description: null }
      }
      if (!parameter) throw new GraphError(131008, `buttons: Button at index ${index} of type Url requires a parameter`)
      const value = requireString(parameter, 'text', 2000, `button ${index} text`)
      return { kind: 'url', text, value: url.replace(VARIABLE, () => value), description: null }
    }
    case 'PHONE_NUMBER':
      return { kind: 'phone', text, value: String(button.phone_number), description: null }
    case 'COPY_CODE': {
      if (!parameter)
        throw new GraphError(131008, `buttons: Button at index ${index} of type CopyCode requires a parameter`)
      return { kind: 'code', text, value: requireString(parameter, 'coupon_code', 20), description: null }
    }
    case 'FLOW': {
      if (!parameter) throw new GraphError(131009, `Button at index ${index} of type Flow requires a parameter`)
      return { kind: 'other', text, value: null, description: null }
    }
    default:
      return { kind: 'other', text, value: null, description: null }
  }
}
