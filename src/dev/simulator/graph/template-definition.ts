import { GraphError } from './errors.ts'
import { isObject, type Json, optionalString, requireList, requireString } from './fields.ts'

const LIMITS: Record<string, { code: number; max: number }> = {
  HEADER: { code: 2388072, max: 60 },
  BODY: { code: 2388040, max: 1024 },
  FOOTER: { code: 2388073, max: 60 },
}
const BUTTONS: Record<string, number> = {
  QUICK_REPLY: 10,
  URL: 2,
  PHONE_NUMBER: 1,
  COPY_CODE: 1,
  OTP: 1,
  FLOW: 1,
  CATALOG: 1,
  MPM: 1,
  SPM: 1,
  VOICE_CALL: 1,
  REQUEST_CONTACT_INFO: 1,
}

export interface TemplateDefinition {
  name: string
  language: string
  category: string
  parameterFormat: 'POSITIONAL' | 'NAMED'
  components: Json[]
}

/** Checks a template as Meta does at creation (reference §7.2). @throws GraphError 100 or a code of its own */
export function checkDefinition(request: Json): TemplateDefinition {
  const name = requireString(request, 'name', 512)
  if (!/^[a-z0-9_]+$/.test(name)) {
    throw new GraphError(100, 'Param name may hold only lower-case letters, digits and underscores.')
  }
  const language = requireString(request, 'language', 16)
  if (!/^[a-z]{2,3}(_[A-Z]{2,3})?$/.test(language)) throw new GraphError(100, `Unknown language ${language}.`)
  const format = (optionalString(request, 'parameter_format', 16) ?? 'POSITIONAL').toUpperCase()
  if (format !== 'POSITIONAL' && format !== 'NAMED') {
    throw new GraphError(100, 'Param parameter_format must be one of {POSITIONAL, NAMED}.')
  }
  const category = checkCategory(request)
  return { name, language, category, parameterFormat: format, components: readBack(category, checkComponents(request)) }
}

/** Meta words authentication templates itself, and shows their button as a link (reference §7.2). */
export function readBack(category: string, components: Json[]): Json[] {
  if (category !== 'AUTHENTICATION') return components
  return components.map((component) => {
    if (component.type === 'BODY') {
      const advice = component.add_security_recommendation === true ? ' For your security, do not share this code.' : ''
      return { ...component, text: `*{{1}}* is your verification code.${advice}`, example: { body_text: [['123456']] } }
    }
    if (component.type === 'FOOTER' && typeof component.code_expiration_minutes === 'number') {
      return { ...component, text: `This code expires in ${component.code_expiration_minutes} minutes.` }
    }
    if (component.type !== 'BUTTONS' || !Array.isArray(component.buttons)) return component
    return {
      ...component,
      buttons: component.buttons.map((button: unknown) => (isObject(button) ? asLink(button) : button)),
    }
  })
}

function asLink(button: Json): Json {
  if (button.type !== 'OTP') return button
  const url = `https://www.whatsapp.com/otp/code/?otp_type=${String(button.otp_type)}&code=otp{{1}}`
  return { type: 'URL', text: button.text ?? 'Copy code', url, example: [url.replace('{{1}}', '123456')] }
}

export function checkCategory(request: Json): string {
  const category = requireString(request, 'category', 32).toUpperCase()
  if (!['MARKETING', 'UTILITY', 'AUTHENTICATION'].includes(category)) {
    throw new GraphError(100, 'Param category must be one of {AUTHENTICATION, MARKETING, UTILITY}.')
  }
  return category
}

/** Also normalises the types to upper case, as they are read back. */
export function checkComponents(request: Json): Json[] {
  const components = requireList(request, 'components', { max: 10 }).map((component) => {
    const format = typeof component.format === 'string' ? { format: component.format.toUpperCase() } : {}
    return { ...component, ...format, type: requireString(component, 'type', 32).toUpperCase() } as Json
  })
  if (!components.some((component) => component.type === 'BODY')) {
    throw new GraphError(100, 'A template needs a component of the type BODY.')
  }
  for (const component of components) {
    checkText(component)
    if (component.type === 'BUTTONS') checkButtons(component)
  }
  return components
}

function checkText(component: Json): void {
  const limit = LIMITS[String(component.type)]
  const { text } = component
  if (!limit || typeof text !== 'string') return
  const path = String(component.type).toLowerCase()
  if (text.length > limit.max) throw new GraphError(limit.code, `The ${path} is longer than ${limit.max} characters.`)
  const variables = text.match(/\{\{[^}]*\}\}/g) ?? []
  if (component.type === 'FOOTER' && variables.length > 0) {
    throw new GraphError(2388073, 'The footer cannot have variables.')
  }
  if (component.type === 'HEADER' && variables.length > 1) {
    throw new GraphError(2388072, 'The header can have one variable at most.')
  }
  if (component.type === 'BODY') {
    const trimmed = text.trim()
    if (trimmed.startsWith('{{') || trimmed.endsWith('}}')) {
      throw new GraphError(2388299, "Variables can't be at the start or end of the template.")
    }
    if (/\}\}\s*\{\{/.test(text)) throw new GraphError(2388299, 'Variables cannot touch each other.')
    if (variables.length > 0 && !isObject(component.example)) {
      throw new GraphError(100, 'A body with variables needs an example.')
    }
  }
}

function checkButtons(component: Json): void {
  const buttons = requireList(component, 'buttons', { max: 10 })
  const counts = new Map<string, number>()
  for (const button of buttons) {
    const type = requireString(button, 'type', 32, 'button.type').toUpperCase()
    const most = BUTTONS[type]
    if (most === undefined) throw new GraphError(100, `Unknown button type ${type}.`)
    counts.set(type, (counts.get(type) ?? 0) + 1)
    if ((counts.get(type) ?? 0) > most) throw new GraphError(100, `At most ${most} buttons of the type ${type}.`)
    button.type = type
    if (type === 'QUICK_REPLY' || type === 'URL' || type === 'PHONE_NUMBER') {
      requireString(button, 'text', 25, 'button.text')
    }
    if (type === 'URL') requireString(button, 'url', 2000, 'button.url')
    if (type === 'PHONE_NUMBER') requireString(button, 'phone_number', 20, 'button.phone_number')
  }
}
