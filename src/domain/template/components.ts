import type { Template, TemplateComponent, TemplateProblem } from './template.ts'
import { variablesOf } from './variables.ts'

/** A template's components, read: what stands where, and which places wait for a value. */
export interface TemplateParts {
  header: HeaderPart | null
  /** with its variables; empty where the template has none that we can read */
  body: string
  bodyVariables: Variable[]
  footer: string | null
  buttons: ButtonPart[]
  /** why such a template cannot be sent from here at all */
  unsupported: TemplateProblem[]
}

/** A place for a value. `name` is null where values are given by number. */
export interface Variable {
  /** what stands between the braces: `1`, `first_name` */
  key: string
  name: string | null
  example: string | null
}

export type HeaderPart =
  | { kind: 'text'; text: string; variable: Variable | null }
  | { kind: 'image' | 'video' | 'document'; key?: string }
  | { kind: 'location' }

export interface ButtonPart {
  index: number
  /** the provider's type in lower case */
  type: string
  text: string
  url: string | null
  phone: string | null
  /** the variable of its link, or of a code or id that the provider keeps with the template */
  key: string | null
  /** what it takes, or null where it takes nothing; `code` is filled with the code that stands in the body */
  takes: { kind: 'quick_reply' | 'url' | 'copy_code' | 'flow' | 'code'; required: boolean } | null
  example: string | null
}

/** Reads the components whatever they hold (reference §7.2): they come from a provider, and are not trusted. */
export function readParts(template: Template): TemplateParts {
  const unsupported: TemplateProblem[] = []
  const refuse = (where: TemplateProblem['where'], key: string | null, message: string) =>
    void unsupported.push({ where, key, code: 'unsupported', message })
  const components = (Array.isArray(template.components) ? template.components : []) as readonly unknown[]
  const find = (type: string): unknown => components.find((component) => typeOf(component) === type) ?? null

  for (const component of components) {
    const type = typeOf(component)
    if (KNOWN.has(type)) continue
    refuse('template', null, `Templates with ${WORDS[type] ?? `a part of the type "${type}"`} cannot be sent from here`)
  }
  const bodyComponent = find('body')
  const body = bodyText(template, bodyComponent)
  if (body === null) refuse('body', null, 'The template has no body text')
  return {
    header: readHeader(template, find('header'), refuse),
    body: body ?? '',
    bodyVariables: readVariables(template, body ?? '', own(bodyComponent, 'example'), 'body', refuse),
    footer: footerText(template, find('footer')),
    buttons: readButtons(template, find('buttons'), refuse),
    unsupported,
  }
}

type Refuse = (where: TemplateProblem['where'], key: string | null, message: string) => void

const KNOWN = new Set(['header', 'body', 'footer', 'buttons'])
const WORDS: Record<string, string> = Object.assign(Object.create(null), {
  carousel: 'cards (a carousel)',
  limited_time_offer: 'a limited-time offer',
})
const MEDIA = new Set(['image', 'video', 'document'])

/** Own properties only: what a provider sends cannot reach `constructor` or `__proto__`. */
const own = (from: unknown, key: string): unknown =>
  typeof from === 'object' && from !== null && Object.hasOwn(from, key)
    ? (from as Record<string, unknown>)[key]
    : undefined

const textOf = (from: unknown, key: string): string | null => {
  const value = own(from, key)
  return typeof value === 'string' && value !== '' ? value : null
}

const typeOf = (component: unknown): string => shown((textOf(component, 'type') ?? 'unknown').toLowerCase())

/** A name of somebody else's, short enough to stand in a sentence. */
export const shown = (name: string): string => (name.length > 60 ? `${name.slice(0, 60).toWellFormed()}…` : name)

function readHeader(template: Template, component: unknown, refuse: Refuse): HeaderPart | null {
  if (component === null) return null
  const format = (textOf(component, 'format') ?? 'text').toLowerCase()
  if (MEDIA.has(format)) {
    const [key] = variablesOf(textOf(component, 'url') ?? '')
    return { kind: format as 'image' | 'video' | 'document', ...(key === undefined ? {} : { key }) }
  }
  if (format === 'location') return { kind: 'location' }
  if (format !== 'text') {
    refuse('header', null, `Templates whose header is of the kind "${shown(format)}" cannot be sent from here`)
    return null
  }
  const text = textOf(component, 'text') ?? ''
  const variables = readVariables(template, text, own(component, 'example'), 'header', refuse)
  if (variables.length > 1)
    refuse('header', null, 'The header has more than one variable, which WhatsApp does not allow')
  return { kind: 'text', text, variable: variables[0] ?? null }
}

/** In the order in which values are given: by number, or as they stand in the text. */
function readVariables(
  template: Template,
  text: string,
  example: unknown,
  where: 'header' | 'body',
  refuse: Refuse,
): Variable[] {
  const keys = variablesOf(text)
  if (template.parameterFormat === 'named') {
    const examples = own(example, `${where}_text_named_params`)
    return keys.map((key) => ({ key, name: key, example: namedExample(examples, key) }))
  }
  const odd = keys.find((key) => !/^\d{1,4}$/.test(key))
  if (odd !== undefined) {
    refuse(where, odd, `The ${where} has the variable "${shown(odd)}", where the template's variables are numbers`)
  }
  const given = own(example, `${where}_text`)
  // `[["Anna", "A-1042"]]` for a body, `["A-1042"]` for a header.
  const examples: unknown = where === 'body' && Array.isArray(given) ? given[0] : given
  return keys
    .toSorted((a, b) => Number(a) - Number(b))
    .map((key, place) => ({ key, name: null, example: elementText(examples, place) }))
}

const elementText = (list: unknown, place: number): string | null => {
  const value: unknown = Array.isArray(list) ? list[place] : undefined
  return typeof value === 'string' ? value : null
}

function namedExample(examples: unknown, name: string): string | null {
  if (!Array.isArray(examples)) return null
  return textOf(
    examples.find((one) => own(one, 'param_name') === name),
    'example',
  )
}

export const isAuthentication = (template: Template): boolean => template.category === 'authentication'

/** Meta writes the text of authentication templates itself (reference §7.2); its English words stand for all languages. */
function bodyText(template: Template, component: unknown): string | null {
  const text = textOf(component, 'text')
  if (text !== null || component === null || !isAuthentication(template)) return text
  const advice = own(component, 'add_security_recommendation') === true
  return `*{{1}}* is your verification code.${advice ? ' For your security, do not share this code.' : ''}`
}

function footerText(template: Template, component: unknown): string | null {
  const text = textOf(component, 'text')
  if (text !== null || !isAuthentication(template)) return text
  const minutes = own(component, 'code_expiration_minutes')
  return typeof minutes === 'number' ? `This code expires in ${minutes} minutes.` : null
}

function readButtons(template: Template, component: unknown, refuse: Refuse): ButtonPart[] {
  const buttons = own(component, 'buttons')
  if (!Array.isArray(buttons)) return []
  return buttons.map((button: unknown, index) => {
    const type = typeOf(button)
    const url = textOf(button, 'url')
    const text = textOf(button, 'text') ?? type
    const code = textOf(button, 'code')
    const takes = takenBy(template, type, url, code)
    if (takes === 'unsupported') {
      refuse(
        'buttons',
        String(index),
        `Button ${index + 1} (${shown(text)}) is of a kind that cannot be sent from here`,
      )
    }
    if (url !== null && variablesOf(url).length > 1) {
      refuse('buttons', String(index), `The link of button ${index + 1} (${shown(text)}) has more than one variable`)
    }
    return {
      index,
      type,
      text,
      url,
      phone: textOf(button, 'phone_number'),
      key: variablesOf(url ?? code ?? textOf(button, 'id') ?? '')[0] ?? null,
      takes: takes === 'unsupported' ? null : takes,
      example: elementText(own(button, 'example'), 0) ?? textOf(button, 'example'),
    }
  })
}

function takenBy(
  template: Template,
  type: string,
  url: string | null,
  code: string | null,
): ButtonPart['takes'] | 'unsupported' {
  switch (type) {
    case 'quick_reply':
      return { kind: 'quick_reply', required: false }
    case 'otp':
      return { kind: 'code', required: true }
    case 'url':
      if (url === null || variablesOf(url).length === 0) return null
      // An OTP button is read back as a link (reference §7.2).
      return isAuthentication(template) ? { kind: 'code', required: true } : { kind: 'url', required: true }
    case 'copy_code':
      // A provider that keeps the code itself takes none.
      return code !== null && variablesOf(code).length === 0 ? null : { kind: 'copy_code', required: true }
    case 'flow':
      return { kind: 'flow', required: false }
    case 'phone_number':
    case 'voice_call':
    case 'request_contact_info':
      return null
    default:
      return 'unsupported'
  }
}

/** The body's text with its variables; null where there is none. */
export function bodyOf(components: readonly TemplateComponent[]): string | null {
  return textOf(
    components.find((component) => typeOf(component) === 'body'),
    'text',
  )
}
