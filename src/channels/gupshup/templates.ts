import { normalComponents, type TemplateDefinition } from '../../domain/template/definition.ts'
import { substitute, variablesOf } from '../../domain/template/variables.ts'
import { type ApiAnswer, callApi } from '../api-call.ts'
import type { CallOutcome, ListedTemplate, TemplateCreateOutcome, TemplateListOutcome, TemplatesApi } from '../port.ts'
import { at, idAt, numberAt, objectAt, objectsAt, textAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import type { GupshupAccount } from './config.ts'
import { failureOfAnswer, ownFailure, wordsIn } from './errors.ts'
import { readTemplate } from './listed-template.ts'

const PAGE = 100
const MAX_PAGES = 100

/** An app's templates. Its newer calls know it by its id, the older list by its name; that one will be switched off. */
export const templates: TemplatesApi<GupshupAccount> = {
  list,
  create,
  edit: async (account) => notOffered(account, 'Gupshup’s templates are edited on its dashboard'),
  remove,
}

async function list(account: GupshupAccount, signal: AbortSignal): Promise<TemplateListOutcome> {
  const found = new Map<string, ListedTemplate>()
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await callApi({ method: 'GET', url: listUrl(account, page), headers: keyOf(account) }, signal)
    const failure = failureIn(account, answer)
    if (failure !== null) return { ok: false, failure }
    const body = answer.kind === 'ok' ? answer.body : null
    if (!Array.isArray(at(body, 'templates'))) return unreadable(account, 'a list without templates')
    const items = objectsAt(body, 'templates')
    let isNew = false
    for (const item of items) {
      const template = readTemplate(item)
      const key = template && `${template.name} ${template.language}`
      if (!template || !key) continue
      isNew ||= !found.has(key)
      if (!found.has(key) || template.status === 'approved') found.set(key, template)
    }
    // Whoever does not know of pages gives all of it at once, or the same again.
    if (account.appId === undefined || items.length !== PAGE || !isNew) {
      return { ok: true, templates: [...found.values()] }
    }
  }
  return unreadable(account, `a list of more than ${MAX_PAGES} pages`)
}

const listUrl = ({ apiUrl, appId, appName }: GupshupAccount, page: number): string =>
  appId === undefined
    ? `${apiUrl}/sm/api/v1/template/list/${encodeURIComponent(appName)}`
    : `${apiUrl}/wa/app/${appId}/template?pageNo=${page}&pageSize=${PAGE}`

async function create(
  account: GupshupAccount,
  definition: TemplateDefinition,
  signal: AbortSignal,
): Promise<TemplateCreateOutcome> {
  const form = formOf(definition)
  if (account.appId === undefined) return notOffered(account, NO_APP_ID)
  if (typeof form === 'string') return notOffered(account, form)
  const url = `${account.apiUrl}/wa/app/${account.appId}/template`
  const answer = await callApi({ method: 'POST', url, headers: keyOf(account), form }, signal)
  const failure = failureIn(account, answer)
  if (failure !== null) return { ok: false, failure }
  const made = objectAt(answer.kind === 'ok' ? answer.body : null, 'template')
  const providerId = idAt(made, 'id')
  if (providerId === null) return unreadable(account, 'a new template without an id')
  return {
    ok: true,
    providerId,
    status: (textAt(made, 'status') ?? 'pending').toLowerCase(),
    category: (textAt(made, 'category') ?? definition.category).toLowerCase(),
  }
}

const NO_APP_ID = 'the id of the app is needed for that: enter it in the settings of the channel'

/** A new template as Gupshup takes it; or why it does not. The example is the whole text, filled. */
function formOf(definition: TemplateDefinition): Record<string, string> | string {
  const components = normalComponents(definition.components)
  const one = (type: string): JsonObject | null => components.find((component) => component.type === type) ?? null
  if (definition.parameterFormat === 'named') return 'Gupshup counts variables: {{1}}, {{2}}'
  const [header, body, footer] = [one('HEADER'), one('BODY'), one('FOOTER')]
  if (header !== null && (textAt(header, 'format') ?? 'TEXT') !== 'TEXT') {
    return 'files and places in the header are made on Gupshup’s dashboard'
  }
  const other = components.find(({ type }) => !['HEADER', 'BODY', 'FOOTER', 'BUTTONS'].includes(type))
  if (other) return `a part of the type ${other.type} is made on Gupshup’s dashboard`
  const isCode = definition.category === 'authentication'
  // Of codes WhatsApp writes the words itself; Gupshup wants them all the same.
  const content = textAt(body, 'text') ?? (isCode ? '{{1}} is your verification code.' : '')
  const headline = textAt(header, 'text')
  const words = textAt(footer, 'text')
  const minutes = numberAt(footer, 'code_expiration_minutes')
  const buttons = objectsAt(one('BUTTONS'), 'buttons')
  return {
    elementName: definition.name,
    languageCode: definition.language,
    category: definition.category.toUpperCase(),
    vertical: definition.name.slice(0, 180),
    templateType: 'TEXT',
    content,
    example: filled(content, body, 'body', isCode ? '123456' : ''),
    ...(headline === null ? {} : { header: headline, exampleHeader: filled(headline, header, 'header', '') }),
    ...(words === null ? {} : { footer: words }),
    ...(buttons.length === 0 ? {} : { buttons: JSON.stringify(buttons) }),
    ...(isCode ? { addSecurityRecommendation: String(at(body, 'add_security_recommendation') === true) } : {}),
    ...(minutes === null ? {} : { codeExpirationMinutes: String(minutes) }),
    allowTemplateCategoryChange: 'false',
    enableSample: 'true',
  }
}

function filled(text: string, component: JsonObject | null, where: 'header' | 'body', otherwise: string): string {
  const given = at(objectAt(component, 'example'), `${where}_text`)
  const first: unknown = Array.isArray(given) ? given[0] : null
  const inOrder: unknown[] = where === 'body' ? (Array.isArray(first) ? first : []) : [first]
  const keys = variablesOf(text).toSorted((a, b) => Number(a) - Number(b))
  return substitute(text, new Map(keys.map((key, place) => [key, String(inOrder[place] ?? otherwise)])))
}

/** By name alone: every language goes. */
async function remove(
  account: GupshupAccount,
  name: string,
  providerId: string | null,
  signal: AbortSignal,
): Promise<CallOutcome> {
  if (account.appId === undefined) return notOffered(account, NO_APP_ID)
  if (providerId !== null) return notOffered(account, 'Gupshup deletes a template in all its languages at once')
  const url = `${account.apiUrl}/wa/app/${account.appId}/template/${encodeURIComponent(name)}`
  const answer = await callApi({ method: 'DELETE', url, headers: keyOf(account) }, signal)
  const failure = failureIn(account, answer)
  return failure === null ? { ok: true } : { ok: false, failure }
}

export const keyOf = ({ apiKey }: GupshupAccount): Record<string, string> => ({ apikey: apiKey })

/** A refusal may say 200. */
function failureIn(account: GupshupAccount, answer: ApiAnswer) {
  if (answer.kind !== 'ok') return failureOfAnswer(account, answer)
  return textAt(answer.body, 'status') === 'error'
    ? ownFailure(account, 'api_refused', wordsIn(answer.body) ?? 'an error without words')
    : null
}

const notOffered = (account: GupshupAccount, detail: string) => ({
  ok: false as const,
  failure: ownFailure(account, 'not_offered', detail),
})

const unreadable = (account: GupshupAccount, detail: string) => ({
  ok: false as const,
  failure: ownFailure(account, 'unreadable_answer', detail),
})
