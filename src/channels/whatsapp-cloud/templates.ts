import { normalComponents, type TemplateDefinition } from '../../domain/template/definition.ts'
import type { TemplateComponent } from '../../domain/template/template.ts'
import { variablesOf } from '../../domain/template/variables.ts'
import type {
  CallOutcome,
  ListedTemplate,
  ProviderFailure,
  TemplateChanges,
  TemplateCreateOutcome,
  TemplateListOutcome,
  TemplatesApi,
} from '../port.ts'
import { at, idAt, objectAt, objectsAt, textAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import type { WhatsAppCloudConfig } from './config.ts'
import { failureOf, failureOfAnswer } from './errors.ts'
import { isSuccess } from './graph-answer.ts'
import { callGraph, type GraphAnswer, graphPath } from './graph-client.ts'
import { uploadSample } from './template-sample.ts'

const FIELDS = 'id,name,language,status,category,components,quality_score,rejected_reason,parameter_format'
/** Templates with cards take several kilobytes each, and an answer has a limit (graph-answer.ts). */
const PAGE = 50
/** An account has 6000 templates at most (reference §7.2); a list that is longer runs in a circle. */
const MAX_PAGES = 200
/** "The cursor is invalid or has expired" (reference §9). */
const BAD_CURSOR = '131059'

/** A business account's templates (reference §7.1). */
export const templates: TemplatesApi<WhatsAppCloudConfig> = { list, create, edit, remove, uploadSample }

/** A cursor that Meta no longer takes starts the list again, once. */
async function list(config: WhatsAppCloudConfig, signal: AbortSignal): Promise<TemplateListOutcome> {
  const first = await listOnce(config, signal)
  return first.ok || first.failure.code !== BAD_CURSOR ? first : listOnce(config, signal)
}

async function listOnce(config: WhatsAppCloudConfig, signal: AbortSignal): Promise<TemplateListOutcome> {
  const path = graphPath(config.wabaId, 'message_templates')
  const found = new Map<string, ListedTemplate>()
  let after: string | null = null
  for (let page = 0; page < MAX_PAGES; page++) {
    const query: Record<string, string> = { fields: FIELDS, limit: String(PAGE), ...(after === null ? {} : { after }) }
    const answer: GraphAnswer = await callGraph(config, { method: 'GET', path, query }, signal)
    if (answer.kind !== 'ok') return { ok: false, failure: failure(config, answer) }
    if (!Array.isArray(at(answer.body, 'data'))) return unreadable(config, 'a list of templates without data')
    for (const item of objectsAt(answer.body, 'data')) {
      const template = readTemplate(item)
      const key = template && `${template.name} ${template.language}`
      // Meta may list a deleted template beside its successor; the one that can be sent stands.
      if (template && key && (!found.has(key) || template.status === 'approved')) found.set(key, template)
    }
    const paging = objectAt(answer.body, 'paging')
    after = textAt(objectAt(paging, 'cursors'), 'after')
    if (textAt(paging, 'next') === null || after === null) return { ok: true, templates: [...found.values()] }
  }
  return unreadable(config, `a list of templates of more than ${MAX_PAGES} pages`)
}

/** @returns null for an entry that names no template */
export function readTemplate(item: JsonObject): ListedTemplate | null {
  const name = idAt(item, 'name')
  const language = idAt(item, 'language')
  if (name === null || language === null) return null
  const components = objectsAt(item, 'components').filter(hasType)
  const rejected = textAt(item, 'rejected_reason')
  return {
    providerId: idAt(item, 'id'),
    name,
    language,
    category: (textAt(item, 'category') ?? 'unknown').toLowerCase(),
    status: (textAt(item, 'status') ?? 'unknown').toLowerCase(),
    quality: textAt(objectAt(item, 'quality_score'), 'score')?.toLowerCase() ?? null,
    parameterFormat: formatOf(item, components),
    components,
    reason: rejected === null || rejected === 'NONE' ? null : rejected,
  }
}

const hasType = (component: JsonObject): component is TemplateComponent => typeof at(component, 'type') === 'string'

/** Older answers do not say it: a name between the braces does. */
function formatOf(item: JsonObject, components: readonly TemplateComponent[]): 'positional' | 'named' {
  const stated = textAt(item, 'parameter_format')?.toLowerCase()
  if (stated === 'named' || stated === 'positional') return stated
  const keys = components.flatMap((component) => variablesOf(textAt(component, 'text') ?? ''))
  return keys.some((key) => !/^\d+$/.test(key)) ? 'named' : 'positional'
}

async function create(
  config: WhatsAppCloudConfig,
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
  const path = graphPath(config.wabaId, 'message_templates')
  const answer = await callGraph(config, { method: 'POST', path, body: { json } }, signal)
  if (answer.kind !== 'ok') return { ok: false, failure: failure(config, answer) }
  const providerId = idAt(answer.body, 'id')
  if (providerId === null) return unreadable(config, 'a new template without an id')
  return {
    ok: true,
    providerId,
    status: (textAt(answer.body, 'status') ?? 'pending').toLowerCase(),
    category: (textAt(answer.body, 'category') ?? definition.category).toLowerCase(),
  }
}

async function edit(
  config: WhatsAppCloudConfig,
  providerId: string,
  changes: TemplateChanges,
  signal: AbortSignal,
): Promise<CallOutcome> {
  const json = {
    ...(changes.category === undefined ? {} : { category: changes.category.toUpperCase() }),
    ...(changes.components === undefined ? {} : { components: normalComponents(changes.components) }),
  }
  return succeeded(
    config,
    await callGraph(config, { method: 'POST', path: graphPath(providerId), body: { json } }, signal),
  )
}

async function remove(
  config: WhatsAppCloudConfig,
  name: string,
  providerId: string | null,
  signal: AbortSignal,
): Promise<CallOutcome> {
  const path = graphPath(config.wabaId, 'message_templates')
  const query: Record<string, string> = { name, ...(providerId === null ? {} : { hsm_id: providerId }) }
  return succeeded(config, await callGraph(config, { method: 'DELETE', path, query }, signal))
}

function succeeded(config: WhatsAppCloudConfig, answer: GraphAnswer): CallOutcome {
  if (answer.kind !== 'ok') return { ok: false, failure: failure(config, answer) }
  return isSuccess(answer.body) ? { ok: true } : unreadable(config, 'no success in the answer')
}

/** Meta names what is wrong with a template in the subcode, beside the code 100 (reference §9, 2388019 and following). */
function failure(config: WhatsAppCloudConfig, answer: Exclude<GraphAnswer, { kind: 'ok' }>): ProviderFailure {
  const whole = failureOfAnswer(config, answer)
  if (answer.kind !== 'refused' || !answer.error.subcode?.startsWith('2388')) return whole
  return failureOf(config, answer.error.subcode, whole.detail, answer)
}

const unreadable = (config: WhatsAppCloudConfig, detail: string): { ok: false; failure: ProviderFailure } => ({
  ok: false,
  failure: failureOf(config, 'unreadable_answer', detail),
})
