import { normalComponents, type TemplateDefinition } from '../../domain/template/definition.ts'
import type {
  CallOutcome,
  ListedTemplate,
  OutgoingFile,
  SampleOutcome,
  TemplateCreateOutcome,
  TemplateListOutcome,
  TemplatesApi,
} from '../port.ts'
import { callGraph, graphPath } from '../whatsapp-cloud/graph-client.ts'
import { uploadInSession } from '../whatsapp-cloud/template-sample.ts'
import { readTemplate } from '../whatsapp-cloud/templates.ts'
import { at, idAt, objectsAt, textAt } from '../wire/fields.ts'
import { type Dialog360Account, graphOf } from './config.ts'
import { failureOf360, ownFailure } from './errors.ts'

const PATH = 'v1/configs/templates'
const PAGE = 100
/** An account has 6000 templates at most (reference §7.2). */
const MAX_PAGES = 100

/** A number's templates: Meta's, under another address (reference §12). There is no call that edits one. */
export const templates: TemplatesApi<Dialog360Account> = {
  list,
  create,
  edit: async (account) => notOffered(account, '360dialog does not edit templates: make one with another name'),
  remove,
  uploadSample,
}

async function list(account: Dialog360Account, signal: AbortSignal): Promise<TemplateListOutcome> {
  const found = new Map<string, ListedTemplate>()
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = { limit: String(PAGE), offset: String(page * PAGE) }
    const answer = await callGraph(graphOf(account), { method: 'GET', path: PATH, query, unversioned: true }, signal)
    if (answer.kind !== 'ok') return { ok: false, failure: failureOf360(account, answer) }
    if (!Array.isArray(at(answer.body, 'waba_templates'))) return unreadable(account, 'a list without templates')
    const items = objectsAt(answer.body, 'waba_templates')
    for (const item of items) {
      const template = readTemplate(item)
      const key = template && `${template.name} ${template.language}`
      if (template && key && (!found.has(key) || template.status === 'approved')) found.set(key, template)
    }
    if (items.length < PAGE) return { ok: true, templates: [...found.values()] }
  }
  return unreadable(account, `a list of more than ${MAX_PAGES} pages`)
}

async function create(
  account: Dialog360Account,
  definition: TemplateDefinition,
  signal: AbortSignal,
): Promise<TemplateCreateOutcome> {
  const json = {
    name: definition.name,
    language: definition.language,
    category: definition.category.toUpperCase(),
    ...(definition.parameterFormat === 'named' ? { parameter_format: 'named' } : {}),
    components: normalComponents(definition.components),
  }
  const request = { method: 'POST' as const, path: PATH, unversioned: true, body: { json } }
  const answer = await callGraph(graphOf(account), request, signal)
  if (answer.kind !== 'ok') return { ok: false, failure: failureOf360(account, answer) }
  const providerId = idAt(answer.body, 'id')
  if (providerId === null) return unreadable(account, 'a new template without an id')
  return {
    ok: true,
    providerId,
    status: (textAt(answer.body, 'status') ?? 'pending').toLowerCase(),
    category: (textAt(answer.body, 'category') ?? definition.category).toLowerCase(),
  }
}

/** By name alone: every language goes. */
async function remove(
  account: Dialog360Account,
  name: string,
  providerId: string | null,
  signal: AbortSignal,
): Promise<CallOutcome> {
  if (providerId !== null) return notOffered(account, '360dialog deletes a template in all its languages at once')
  const request = { method: 'DELETE' as const, path: `${PATH}/${graphPath(name)}`, unversioned: true }
  const answer = await callGraph(graphOf(account), request, signal)
  return answer.kind === 'ok' ? { ok: true } : { ok: false, failure: failureOf360(account, answer) }
}

/**
 * Meta's resumable upload without the app's name: 360dialog's key says whose it is. No account of theirs was at hand
 * (docs/channels/third-party.md).
 */
function uploadSample(account: Dialog360Account, file: OutgoingFile, signal: AbortSignal): Promise<SampleOutcome> {
  return uploadInSession(
    {
      access: graphOf(account),
      path: 'uploads',
      unversioned: true,
      failure: (answer) => failureOf360(account, answer),
      ownFailure: (code, detail) => ownFailure(account, code, detail),
    },
    file,
    signal,
  )
}

const notOffered = (account: Dialog360Account, detail: string): CallOutcome => ({
  ok: false,
  failure: ownFailure(account, 'not_offered', detail),
})

const unreadable = (account: Dialog360Account, detail: string) => ({
  ok: false as const,
  failure: ownFailure(account, 'unreadable_answer', detail),
})
