import type { TemplateComponent } from '../../domain/template/template.ts'
import { variablesOf } from '../../domain/template/variables.ts'
import type { CallOutcome, ListedTemplate, TemplateListOutcome, TemplatesApi } from '../port.ts'
import { at, idAt, objectAt, objectsAt, textAt } from '../wire/fields.ts'
import { type JsonObject, readJsonText } from '../wire/json.ts'
import { pathOf } from './account.ts'
import { callChatApp, ownFailure } from './call.ts'
import type { ChatAppAccount } from './config.ts'

/**
 * A line's templates: of the Business Platform alone, the ordinary WhatsApp has none. They are made in ChatApp's cabinet.
 * What an entry of the list holds is known in part only: docs/channels/third-party.md says what was seen.
 */
export const templates: TemplatesApi<ChatAppAccount> = {
  list,
  create: async (account) => notOffered(account),
  edit: async (account) => notOffered(account),
  remove: async (account) => notOffered(account),
}

export const hasTemplates = ({ line }: ChatAppAccount): boolean => line.endsWith('/caWhatsApp')

async function list(account: ChatAppAccount, signal: AbortSignal): Promise<TemplateListOutcome> {
  if (!hasTemplates(account)) return { ok: true, templates: [] }
  const answer = await callChatApp(account, { method: 'GET', path: `${pathOf(account)}/templates` }, signal)
  if (answer.kind !== 'ok') return { ok: false, failure: answer.failure }
  const data = objectAt(answer.body, 'data')
  if (!Array.isArray(at(data, 'items'))) {
    return { ok: false, failure: ownFailure(account, 'unreadable_answer', 'a list of templates without items') }
  }
  const found = new Map<string, ListedTemplate>()
  for (const item of objectsAt(data, 'items')) {
    const template = readTemplate(item)
    const key = template && `${template.name} ${template.language}`
    if (template && key && (!found.has(key) || template.status === 'approved')) found.set(key, template)
  }
  return { ok: true, templates: [...found.values()] }
}

/** In Meta's words or in Gupshup's, which ChatApp's own are like. @returns null for an entry that names no template */
function readTemplate(item: JsonObject): ListedTemplate | null {
  const name = idAt(item, 'elementName') ?? idAt(item, 'name')
  const language = idAt(item, 'languageCode') ?? idAt(item, 'language') ?? idAt(objectAt(item, 'language'), 'code')
  if (name === null || language === null) return null
  const components = componentsOf(item)
  const keys = components.flatMap((component) => variablesOf(textAt(component, 'text') ?? ''))
  return {
    providerId: idAt(item, 'id'),
    name,
    language,
    category: (textAt(item, 'category') ?? 'unknown').toLowerCase(),
    status: (textAt(item, 'status') ?? 'unknown').toLowerCase(),
    quality: null,
    parameterFormat: keys.some((key) => !/^\d+$/.test(key)) ? 'named' : 'positional',
    components,
    reason: null,
  }
}

function componentsOf(item: JsonObject): TemplateComponent[] {
  const own = objectsAt(item, 'components').filter(
    (component): component is TemplateComponent => typeof at(component, 'type') === 'string',
  )
  if (own.length > 0) return own
  const written = readJsonText(textAt(item, 'containerMeta') ?? '')
  const meta = written.ok ? written.value : item
  const kind = textAt(item, 'templateType')?.toUpperCase() ?? 'TEXT'
  const header = textAt(meta, 'header')
  const footer = textAt(meta, 'footer')
  const buttons = objectsAt(meta, 'buttons')
  return [
    ...(['IMAGE', 'VIDEO', 'DOCUMENT'].includes(kind) ? [{ type: 'HEADER', format: kind }] : []),
    ...(header === null ? [] : [{ type: 'HEADER', format: 'TEXT', text: header }]),
    { type: 'BODY', text: textAt(meta, 'data') ?? textAt(meta, 'body') ?? textAt(meta, 'text') ?? '' },
    ...(footer === null ? [] : [{ type: 'FOOTER', text: footer }]),
    ...(buttons.length === 0 ? [] : [{ type: 'BUTTONS', buttons }]),
  ]
}

const notOffered = (account: ChatAppAccount): Extract<CallOutcome, { ok: false }> => ({
  ok: false,
  failure: ownFailure(account, 'not_offered', 'ChatApp’s templates are made in its cabinet'),
})
