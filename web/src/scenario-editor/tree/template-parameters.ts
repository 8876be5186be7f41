import type { MessageTemplate } from '../api.ts'
import { isJsonMap, isList, type Json } from '../text/json.ts'

/** The template that a name and a language mean: of `auto` the English one, else any; approved ones first. */
export function templateFor(
  templates: readonly MessageTemplate[],
  name: string,
  language: string,
): MessageTemplate | null {
  const named = templates.filter((template) => template.name === name)
  const rank = ({ language: own, status }: MessageTemplate) =>
    (own === language ? 0 : 4) + (status === 'approved' ? 0 : 2) + (own.startsWith('en') ? 0 : 1)
  const [best] = named.toSorted((a, b) => rank(a) - rank(b))
  return language !== 'auto' && language !== '' && best?.language !== language ? null : (best ?? null)
}

export interface BodyParameter {
  /** `{{1}}`, or its name */
  label: string
  example: string | null
  /** its place in the list, or its name in the map */
  key: string | number
}

export const bodyParameters = (template: MessageTemplate): BodyParameter[] =>
  (template.parameters?.body ?? []).map(({ name, example }, index) => ({
    label: `{{${name ?? index + 1}}}`,
    example,
    key: name ?? index,
  }))

/** What is written of a template's body, one text for each parameter. */
export function bodyValue(body: Json | undefined, key: string | number): string {
  const value =
    typeof key === 'number' ? (isList(body) ? body[key] : undefined) : isJsonMap(body) ? body[key] : undefined
  return typeof value === 'string' ? value : value === undefined ? '' : String(value)
}

/** The body with one value changed: a list where parameters are counted, a map where they have names. */
export function withBodyValue(
  body: Json | undefined,
  parameters: readonly BodyParameter[],
  key: string | number,
  value: string,
): Json {
  const entries = parameters.map(
    (parameter) => [parameter.key, parameter.key === key ? value : bodyValue(body, parameter.key)] as const,
  )
  if (parameters.every((parameter) => typeof parameter.key === 'number')) return entries.map(([, text]) => text)
  return Object.fromEntries(entries.map(([name, text]) => [String(name), text]))
}

/** A button's value in a list by their order, or of `{ index, value }`. */
export function buttonValue(buttons: Json | undefined, index: number, order: number): string {
  if (!isList(buttons)) return ''
  const named = buttons.find((one) => isJsonMap(one) && one.index === index)
  if (isJsonMap(named)) return typeof named.value === 'string' ? named.value : ''
  const plain = buttons[order]
  return typeof plain === 'string' ? plain : ''
}

/**
 * What the client sees, with what stands behind each parameter.
 * @param read how a text with values in it is shown
 */
export function previewOf(
  template: MessageTemplate,
  body: Json | undefined,
  read: (text: string) => string,
): { header: string; text: string; footer: string; buttons: string[] } {
  const part = (type: string) => template.components.find((component) => component.type === type)
  const header = part('HEADER')
  const text = (part('BODY')?.text ?? '').replace(/\{\{\s*([\w]+)\s*\}\}/g, (whole, name: string) => {
    const key = /^\d+$/.test(name) ? Number(name) - 1 : name
    return read(bodyValue(body, key)) || whole
  })
  return {
    header: header?.text ?? (header?.format ? `[${header.format.toLowerCase()}]` : ''),
    text,
    footer: part('FOOTER')?.text ?? '',
    buttons: (part('BUTTONS')?.buttons ?? []).map((button) => button.text ?? ''),
  }
}
