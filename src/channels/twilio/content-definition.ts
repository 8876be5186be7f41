import { normalComponents, type TemplateDefinition } from '../../domain/template/definition.ts'
import { substitute, variablesOf } from '../../domain/template/variables.ts'
import { at, numberAt, objectAt, objectsAt, textAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'

export type ContentDefinition = { ok: true; json: JsonObject } | { ok: false; detail: string }

/**
 * A new template as a content of Twilio's (Content API). Links and codes get variables of their own, counted on from
 * those of the texts, for Twilio knows one count for all of a content.
 */
export function contentOf(definition: TemplateDefinition): ContentDefinition {
  const components = normalComponents(definition.components)
  const one = (type: string): JsonObject | null => components.find((component) => component.type === type) ?? null
  const header = one('HEADER')
  if (header !== null && (textAt(header, 'format') ?? 'TEXT') !== 'TEXT') {
    return { ok: false, detail: 'files and places in the header are made in Twilio’s console' }
  }
  const other = components.find(({ type }) => !['HEADER', 'BODY', 'FOOTER', 'BUTTONS'].includes(type))
  if (other) return { ok: false, detail: `a part of the type ${other.type} is made in Twilio’s console` }
  const buttons = objectsAt(one('BUTTONS'), 'buttons')
  if (definition.category === 'authentication') return codeContent(definition, one('BODY'), one('FOOTER'), buttons)

  const samples: Record<string, string> = {}
  const body = textAt(one('BODY'), 'text') ?? ''
  const headline = takenOver(textAt(header, 'text'), definition, header, 'header', variablesOf(body), samples)
  for (const [key, sample] of samplesOf(definition, one('BODY'), 'body')) samples[key] = sample
  const actions: JsonObject[] = []
  for (const button of buttons) {
    const action = actionOf(button, samples)
    if (action === null) return { ok: false, detail: `a button of the type ${textAt(button, 'type')} is unknown there` }
    actions.push(action)
  }
  const footer = textAt(one('FOOTER'), 'text')
  const json = {
    friendly_name: definition.name,
    language: definition.language,
    variables: samples,
    types: typesOf({ body, headline, footer, actions }),
  }
  return { ok: true, json }
}

interface Content {
  body: string
  headline: string | null
  footer: string | null
  actions: JsonObject[]
}

/** The plainest type that has room for all of it; only a card has a headline or a footer, or buttons of both kinds. */
function typesOf({ body, headline, footer, actions }: Content): JsonObject {
  const replies = actions.filter(({ type }) => type === 'QUICK_REPLY').length
  const isMixed = replies > 0 && replies < actions.length
  if (headline !== null || footer !== null || isMixed) {
    const parts = { ...(headline === null ? {} : { header_text: headline }), ...(footer === null ? {} : { footer }) }
    return { 'whatsapp/card': { body, ...parts, ...(actions.length === 0 ? {} : { actions }) } }
  }
  if (actions.length === 0) return { 'twilio/text': { body } }
  return { [replies > 0 ? 'twilio/quick-reply' : 'twilio/call-to-action']: { body, actions } }
}

/** The header's variable, counted on from those of the body, which may have the same number in Meta's form. */
function takenOver(
  text: string | null,
  definition: TemplateDefinition,
  component: JsonObject | null,
  where: 'header',
  taken: readonly string[],
  samples: Record<string, string>,
): string | null {
  const [key] = variablesOf(text ?? '')
  if (text === null || key === undefined) return text
  const own = taken.includes(key) ? String(taken.length + 1) : key
  samples[own] = samplesOf(definition, component, where).get(key) ?? ''
  return substitute(text, new Map([[key, `{{${own}}}`]]))
}

function samplesOf(
  { parameterFormat }: TemplateDefinition,
  component: JsonObject | null,
  where: 'header' | 'body',
): Map<string, string> {
  const keys = variablesOf(textAt(component, 'text') ?? '')
  const example = objectAt(component, 'example')
  if (parameterFormat === 'named') {
    const named = objectsAt(example, `${where}_text_named_params`)
    const of = (key: string) =>
      textAt(
        named.find((one) => textAt(one, 'param_name') === key),
        'example',
      ) ?? ''
    return new Map(keys.map((key) => [key, of(key)]))
  }
  const given = at(example, `${where}_text`)
  const first: unknown = Array.isArray(given) ? given[0] : null
  const inOrder: unknown[] = where === 'body' ? (Array.isArray(first) ? first : []) : [first]
  return new Map(
    keys.toSorted((a, b) => Number(a) - Number(b)).map((key, place) => [key, String(inOrder[place] ?? '')]),
  )
}

/** null: Twilio knows no such button */
function actionOf(button: JsonObject, samples: Record<string, string>): JsonObject | null {
  const type = textAt(button, 'type')
  const title = textAt(button, 'text')
  const example = at(button, 'example')
  const sample = String((Array.isArray(example) ? example[0] : example) ?? '')
  switch (type) {
    case 'QUICK_REPLY':
      return { type, title, id: title }
    case 'PHONE_NUMBER':
      return { type, title, phone: textAt(button, 'phone_number') }
    case 'COPY_CODE':
      return { type, title: title ?? 'Copy code', code: variable(sample, samples) }
    case 'URL': {
      const url = textAt(button, 'url') ?? ''
      const [key] = variablesOf(url)
      if (key === undefined) return { type, title, url }
      // Meta's sample is the whole link, Twilio's only what stands in the variable's place.
      const start = url.slice(0, url.indexOf('{{'))
      const end = sample.startsWith(start) ? sample.slice(start.length) : sample
      return { type, title, url: substitute(url, new Map([[key, variable(end, samples)]])) }
    }
    default:
      return null
  }
}

/** Another variable, by the next number that is free. */
function variable(sample: string, samples: Record<string, string>): string {
  let number = Object.keys(samples).length + 1
  while (Object.hasOwn(samples, String(number))) number += 1
  samples[String(number)] = sample
  return `{{${number}}}`
}

function codeContent(
  { name, language }: TemplateDefinition,
  body: JsonObject | null,
  footer: JsonObject | null,
  buttons: JsonObject[],
): ContentDefinition {
  const [button] = buttons
  if (textAt(button, 'type') !== 'OTP' || (textAt(button, 'otp_type') ?? 'COPY_CODE').toUpperCase() !== 'COPY_CODE') {
    return { ok: false, detail: 'Twilio knows one kind of code: with a button that copies it' }
  }
  const minutes = numberAt(footer, 'code_expiration_minutes')
  const content = {
    add_security_recommendation: at(body, 'add_security_recommendation') === true,
    ...(minutes === null ? {} : { code_expiration_minutes: minutes }),
    actions: [{ type: 'COPY_CODE', copy_code_text: textAt(button, 'text') ?? 'Copy code' }],
  }
  return {
    ok: true,
    json: { friendly_name: name, language, types: { 'whatsapp/authentication': content } },
  }
}
