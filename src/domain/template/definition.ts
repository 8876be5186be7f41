import type { TemplateComponent } from './template.ts'
import { variablesOf } from './variables.ts'

/** A new template, as it is asked for at the provider (reference §7.2). */
export interface TemplateDefinition {
  name: string
  /** `en_US` */
  language: string
  category: TemplateCategory
  parameterFormat: 'positional' | 'named'
  /** in the provider's own keys */
  components: TemplateComponent[]
}

export const TEMPLATE_CATEGORIES = ['marketing', 'utility', 'authentication'] as const
export type TemplateCategory = (typeof TEMPLATE_CATEGORIES)[number]

/** What the provider would refuse, in words that a person understands. */
export interface DefinitionProblem {
  where: 'name' | 'language' | 'components' | 'header' | 'body' | 'footer' | 'buttons'
  /** a variable's name, a button's index from 0 */
  key: string | null
  /** `missing`, `too_long`, `wrong_kind`, `unexpected`, `no_example`, `at_the_edge`, `touching` */
  code: string
  message: string
}

const MAX = { header: 60, body: 1024, footer: 60, button: 25, url: 2000, phone: 20, code: 20 }
/** The most buttons of a type; types that are not here are the provider's to judge. */
const MOST_BUTTONS: Record<string, number> = {
  QUICK_REPLY: 10,
  URL: 2,
  PHONE_NUMBER: 1,
  COPY_CODE: 1,
  OTP: 1,
}
const FORMATS = new Set(['TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION'])

type Tell = (where: DefinitionProblem['where'], code: string, message: string, key?: string | number | null) => void

/** Checks a definition before it is sent to the provider, whose own answer is terse (reference §7.2). All at once. */
export function checkDefinition(definition: TemplateDefinition): DefinitionProblem[] {
  const problems: DefinitionProblem[] = []
  if (!/^[a-z0-9_]{1,512}$/.test(definition.name)) {
    const message = 'The name may hold only lower-case Latin letters, digits and underscores, 512 of them at most'
    problems.push({ where: 'name', key: null, code: 'wrong_kind', message })
  }
  if (!/^[a-z]{2,3}(_[A-Z]{2,3})?$/.test(definition.language)) {
    const message = 'The language must be a code such as en, en_US or pt_BR'
    problems.push({ where: 'language', key: null, code: 'wrong_kind', message })
  }
  return [...problems, ...checkComponents(definition)]
}

/** The same for what is edited later: the components alone. */
export function checkComponents(
  definition: Pick<TemplateDefinition, 'category' | 'parameterFormat' | 'components'>,
): DefinitionProblem[] {
  const problems: DefinitionProblem[] = []
  const tell: Tell = (where, code, message, key = null) =>
    void problems.push({ where, key: key === null ? null : String(key), code, message })
  const seen = new Set<string>()
  for (const component of definition.components) {
    const type = String(component.type).toUpperCase()
    if (seen.has(type)) tell('components', 'unexpected', `There is more than one ${type.toLowerCase()}`)
    seen.add(type)
    checkComponent(definition, type, component, tell)
  }
  if (!seen.has('BODY')) tell('body', 'missing', 'A template needs a body')
  return problems
}

/** As the provider writes them: types and formats in capitals. */
export const normalComponents = (components: readonly TemplateComponent[]): TemplateComponent[] =>
  components.map((component) => ({
    ...component,
    type: component.type.toUpperCase(),
    ...(typeof component.format === 'string' ? { format: component.format.toUpperCase() } : {}),
    ...(Array.isArray(component.buttons) ? { buttons: component.buttons.map(normalButton) } : {}),
  }))

const normalButton = (button: unknown): unknown =>
  isObject(button) && typeof button.type === 'string' ? { ...button, type: button.type.toUpperCase() } : button

type Definition = Pick<TemplateDefinition, 'category' | 'parameterFormat'>

function checkComponent(definition: Definition, type: string, component: TemplateComponent, tell: Tell): void {
  // The provider writes the text of codes itself.
  const isFixed = definition.category === 'authentication' && component.text === undefined
  if (type === 'HEADER') checkHeader(definition, component, tell)
  if (type === 'BODY' && !isFixed) checkText(definition, 'body', component, tell)
  if (type === 'FOOTER' && !isFixed) checkFooter(component, tell)
  if (type === 'BUTTONS') checkButtons(definition, component, tell)
}

function checkFooter(component: TemplateComponent, tell: Tell): void {
  const text = textOf(component, 'text')
  if (text === '') tell('footer', 'missing', 'The footer has no text')
  if (text.length > MAX.footer) tell('footer', 'too_long', `The footer is longer than ${MAX.footer} characters`)
  if (variablesOf(text).length > 0) tell('footer', 'unexpected', 'The footer cannot have variables')
}

function checkHeader(definition: Definition, component: TemplateComponent, tell: Tell): void {
  const format = String(component.format ?? 'TEXT').toUpperCase()
  if (!FORMATS.has(format)) {
    tell('header', 'wrong_kind', 'The header must be a text, an image, a video, a document or a location')
    return
  }
  if (definition.category === 'authentication') {
    tell('header', 'unexpected', 'A template for codes cannot have a header')
    return
  }
  if (format === 'TEXT') checkText(definition, 'header', component, tell)
  if (format === 'TEXT' || format === 'LOCATION') return
  const handle = listOf(component.example, 'header_handle')[0]
  if (typeof handle !== 'string' || handle === '') {
    tell('header', 'no_example', `The header needs an example of the ${format.toLowerCase()} (example.header_handle)`)
  }
}

function checkText(
  { parameterFormat }: Definition,
  where: 'header' | 'body',
  component: TemplateComponent,
  tell: Tell,
): void {
  const text = textOf(component, 'text')
  if (text.trim() === '') tell(where, 'missing', `The ${where} has no text`)
  if (text.length > MAX[where]) tell(where, 'too_long', `The ${where} is longer than ${MAX[where]} characters`)
  const keys = variablesOf(text)
  if (where === 'header' && keys.length > 1) tell(where, 'unexpected', 'The header can have one variable at most')
  if (where === 'header' && /[\r\n*_~`]/.test(text.replace(/\{\{[^{}]*\}\}/g, ''))) {
    tell(where, 'wrong_kind', 'The header cannot have line breaks or formatting (* _ ~ `)')
  }
  if (where === 'body') {
    const trimmed = text.trim()
    if (/^\{\{[^{}]*\}\}/.test(trimmed)) tell(where, 'at_the_edge', 'The body cannot begin with a variable')
    if (/\{\{[^{}]*\}\}$/.test(trimmed)) tell(where, 'at_the_edge', 'The body cannot end with a variable')
    if (/\}\}\s*\{\{/.test(text)) tell(where, 'touching', 'Two variables need words between them')
  }
  checkNames(parameterFormat, where, keys, tell)
  checkExamples(parameterFormat, where, keys, component.example, tell)
}

function checkNames(format: 'positional' | 'named', where: 'header' | 'body', keys: string[], tell: Tell): void {
  const allowed = format === 'named' ? /^[a-z][a-z0-9_]*$/ : /^\d+$/
  const odd = keys.filter((key) => !allowed.test(key))
  const words = format === 'named' ? 'a name of lower-case letters, digits and underscores' : 'a number such as {{1}}'
  for (const key of odd) tell(where, 'wrong_kind', `The variable "${key}" of the ${where} must be ${words}`, key)
  if (format === 'named' || odd.length > 0) return
  const numbers = new Set(keys.map(Number))
  const gap = keys.map((_, place) => place + 1).find((number) => !numbers.has(number))
  if (gap !== undefined)
    tell(where, 'wrong_kind', `The variables of the ${where} must be numbered from 1: {{${gap}}} is missing`, gap)
}

function checkExamples(
  format: 'positional' | 'named',
  where: 'header' | 'body',
  keys: string[],
  example: unknown,
  tell: Tell,
): void {
  if (format === 'named') {
    const given = listOf(example, `${where}_text_named_params`).filter(isObject)
    for (const key of keys) {
      const one = given.find(({ param_name }) => param_name === key)
      if (one === undefined || textOf(one, 'example').trim() === '') {
        tell(where, 'no_example', `The variable "${key}" of the ${where} needs an example`, key)
      }
    }
    return
  }
  const list = listOf(example, `${where}_text`)
  const given = where === 'body' && Array.isArray(list[0]) ? (list[0] as unknown[]) : list
  for (const [place] of keys.entries()) {
    const one = given[place]
    if (typeof one !== 'string' || one.trim() === '') {
      tell(where, 'no_example', `Variable ${place + 1} of the ${where} needs an example`, place + 1)
    }
  }
}

function checkButtons({ category }: Definition, component: TemplateComponent, tell: Tell): void {
  const buttons = listOf(component, 'buttons')
  if (buttons.length === 0) tell('buttons', 'missing', 'There are no buttons in the list of buttons')
  if (buttons.length > 10) tell('buttons', 'too_long', 'There can be 10 buttons at most')
  const counts = new Map<string, number>()
  for (const [index, button] of buttons.entries()) {
    if (!isObject(button)) {
      tell('buttons', 'wrong_kind', `Button ${index + 1} is no object`, index)
      continue
    }
    const type = textOf(button, 'type').toUpperCase()
    counts.set(type, (counts.get(type) ?? 0) + 1)
    checkButton(type, button, index, tell)
    if (type === 'OTP' && category !== 'authentication') {
      tell(
        'buttons',
        'unexpected',
        `Button ${index + 1} copies a code, which only templates for authentication can`,
        index,
      )
    }
  }
  for (const [type, count] of counts) {
    const most = MOST_BUTTONS[type]
    if (most !== undefined && count > most) {
      tell('buttons', 'too_long', `There can be ${most} button${most === 1 ? '' : 's'} of the kind ${type} at most`)
    }
  }
  const kinds = buttons.map((button) => isObject(button) && textOf(button, 'type').toUpperCase() === 'QUICK_REPLY')
  if (kinds.filter((kind, place) => place > 0 && kind !== kinds[place - 1]).length > 1) {
    tell('buttons', 'wrong_kind', 'Quick replies must stand together, and so must the other buttons')
  }
}

function checkButton(type: string, button: Record<string, unknown>, index: number, tell: Tell): void {
  const name = `Button ${index + 1}`
  if (type === '') tell('buttons', 'missing', `${name} has no type`, index)
  if (type === 'QUICK_REPLY' || type === 'URL' || type === 'PHONE_NUMBER') {
    const text = textOf(button, 'text')
    if (text.trim() === '') tell('buttons', 'missing', `${name} has no text`, index)
    if (text.length > MAX.button)
      tell('buttons', 'too_long', `The text of ${name.toLowerCase()} is longer than ${MAX.button} characters`, index)
  }
  if (type === 'URL') checkLink(button, index, tell)
  if (type === 'PHONE_NUMBER') {
    const phone = textOf(button, 'phone_number')
    if (phone === '' || phone.length > MAX.phone) tell('buttons', 'wrong_kind', `${name} needs a phone number`, index)
  }
  const example = Array.isArray(button.example) ? (button.example as unknown[])[0] : button.example
  if (type === 'COPY_CODE' && (typeof example !== 'string' || example === '' || example.length > MAX.code)) {
    tell('buttons', 'no_example', `${name} needs an example of its code, ${MAX.code} characters at most`, index)
  }
}

function checkLink(button: Record<string, unknown>, index: number, tell: Tell): void {
  const name = `Button ${index + 1}`
  const url = textOf(button, 'url')
  if (!/^https?:\/\/\S+$/i.test(url) || url.length > MAX.url) {
    tell('buttons', 'wrong_kind', `${name} needs a link that begins with https://`, index)
    return
  }
  const keys = variablesOf(url)
  if (keys.length === 0) return
  if (keys.length > 1 || !/\{\{[^{}]*\}\}$/.test(url)) {
    tell('buttons', 'wrong_kind', `The link of ${name.toLowerCase()} can have one variable, at its end`, index)
  }
  if (typeof listOf(button, 'example')[0] !== 'string') {
    tell('buttons', 'no_example', `The link of ${name.toLowerCase()} needs an example`, index)
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (from: Record<string, unknown>, key: string): string => {
  const value = Object.hasOwn(from, key) ? from[key] : undefined
  return typeof value === 'string' ? value : ''
}

const listOf = (from: unknown, key: string): unknown[] => {
  const value = isObject(from) && Object.hasOwn(from, key) ? from[key] : undefined
  return Array.isArray(value) ? value : []
}
