import type { Context } from 'hono'
import type { Simulation } from '../simulation.ts'
import { newNumericId } from '../wire/ids.ts'
import type { Entry, StoredTemplate, Update } from '../world/entries.ts'
import { authoriseWaba } from './access.ts'
import { checkSamples } from './app-uploads.ts'
import { answerCall } from './call.ts'
import { GraphError, noSuchObject } from './errors.ts'
import { type Json, readJson, requireString } from './fields.ts'
import { checkCategory, checkComponents, checkDefinition, readBack } from './template-definition.ts'
import { ensureTemplates } from './template-seed.ts'

const FIELDS: Record<string, (template: StoredTemplate) => unknown> = {
  id: (template) => template.id,
  name: (template) => template.name,
  language: (template) => template.language,
  status: (template) => template.status,
  category: (template) => template.category,
  components: (template) => template.components,
  parameter_format: (template) => template.parameterFormat,
  rejected_reason: (template) => template.rejectedReason,
  quality_score: () => ({ score: 'UNKNOWN' }),
  message_send_ttl_seconds: () => -1,
}
const DEFAULT_FIELDS = ['name', 'parameter_format', 'components', 'language', 'status', 'category', 'id']

const facts = { operation: 'templates' as const, phoneNumberId: null }

/** `GET /{waba}/message_templates` with fields, filters and cursors (reference §7.1). */
export function listTemplates(sim: Simulation, c: Context, wabaId: string): Promise<Response> {
  return answerCall(sim, c, facts, async () => {
    await authoriseWaba(sim, c, wabaId)
    ensureTemplates(sim, wabaId)
    const query = c.req.query()
    const found = living(sim, wabaId).filter(
      (template) =>
        (query.name === undefined || template.name.includes(query.name)) &&
        (query.language === undefined || template.language === query.language) &&
        (query.status === undefined || template.status === query.status.toUpperCase()) &&
        (query.category === undefined || template.category === query.category.toUpperCase()) &&
        (query.name_or_content === undefined || JSON.stringify(template).includes(query.name_or_content)),
    )
    return { json: page(found, c, (template) => view(template, query.fields)) }
  })
}

/** One page of a Graph list: cursors always, `next` only where there is more. */
function page<T extends { id: string }>(all: readonly T[], c: Context, show: (item: T) => Json): Json {
  const limit = Number(c.req.query('limit') ?? 25)
  if (!Number.isInteger(limit) || limit < 1) throw new GraphError(100, 'Param limit must be a positive number.')
  const after = c.req.query('after')
  const start = after === undefined ? 0 : all.findIndex((item) => item.id === idOfCursor(after)) + 1
  if (after !== undefined && start === 0) throw new GraphError(131059, 'The cursor is invalid or has expired.')
  const items = all.slice(start, start + limit)
  const [first] = items
  const last = items.at(-1)
  if (!first || !last) return { data: [] }
  const next = new URL(c.req.url)
  next.searchParams.set('after', cursorOf(last.id))
  // Graph repeats the token in the link; the simulator does not, so that it stays out of logs.
  next.searchParams.delete('access_token')
  return {
    data: items.map(show),
    paging: {
      cursors: { before: cursorOf(first.id), after: cursorOf(last.id) },
      ...(start + limit < all.length ? { next: next.toString() } : {}),
    },
  }
}

const cursorOf = (id: string): string => Buffer.from(`c:${id}`).toString('base64url')
const idOfCursor = (cursor: string): string => Buffer.from(cursor, 'base64url').toString().replace(/^c:/, '')

const living = (sim: Simulation, wabaId: string): StoredTemplate[] =>
  [...sim.world.templates.values()].filter((template) => template.wabaId === wabaId && !template.deleted)

function view(template: StoredTemplate, fields: string | undefined): Json {
  const names = fields ? fields.split(',').map((name) => name.trim()) : DEFAULT_FIELDS
  return Object.fromEntries(
    [...new Set([...names, 'id'])].map((name) => {
      const read = FIELDS[name]
      if (!read) throw new GraphError(100, `Tried accessing nonexisting field (${name})`)
      return [name, read(template)]
    }),
  )
}

/** `GET /{template}`. */
export function getTemplate(sim: Simulation, c: Context, template: StoredTemplate): Promise<Response> {
  return answerCall(sim, c, facts, async () => {
    await authoriseWaba(sim, c, template.wabaId)
    if (template.deleted) throw noSuchObject(template.id)
    return { json: view(template, c.req.query('fields')) }
  })
}

/** `POST /{waba}/message_templates` → PENDING; the review's end comes by webhook. */
export function createTemplate(sim: Simulation, c: Context, wabaId: string): Promise<Response> {
  return answerCall(sim, c, facts, async () => {
    await authoriseWaba(sim, c, wabaId)
    ensureTemplates(sim, wabaId)
    const definition = checkDefinition(await readJson(c.req.raw))
    checkSamples(sim, definition.components)
    if (living(sim, wabaId).some((one) => one.name === definition.name && one.language === definition.language)) {
      throw new GraphError(100, 'There is already content in this language for this template.', { subcode: 2388024 })
    }
    const template: StoredTemplate = {
      ...definition,
      id: newNumericId(),
      wabaId,
      status: 'PENDING',
      rejectedReason: 'NONE',
      reviewAt: sim.now() + sim.world.settings.reviewMs,
      deleted: false,
    }
    sim.world.record({ t: 'template', template })
    planReview(sim, template)
    return { json: { id: template.id, status: template.status, category: template.category } }
  })
}

/** `POST /{template}`: edits it, and it is reviewed again. */
export function editTemplate(sim: Simulation, c: Context, template: StoredTemplate): Promise<Response> {
  return answerCall(sim, c, facts, async () => {
    await authoriseWaba(sim, c, template.wabaId)
    if (template.deleted) throw noSuchObject(template.id, 'post')
    const request = await readJson(c.req.raw)
    if (!['APPROVED', 'REJECTED', 'PAUSED'].includes(template.status)) {
      throw new GraphError(100, `A template in the status ${template.status} cannot be edited.`)
    }
    const category = request.category === undefined ? template.category : checkCategory(request)
    if (template.status === 'APPROVED' && category !== template.category) {
      throw new GraphError(100, 'The category of an approved template cannot be edited.')
    }
    const edited: StoredTemplate = {
      ...template,
      category,
      components: request.components === undefined ? template.components : readBack(category, checkComponents(request)),
      status: 'PENDING',
      reviewAt: sim.now() + sim.world.settings.reviewMs,
    }
    sim.world.record({ t: 'template', template: edited })
    planReview(sim, edited)
    return { json: { success: true } }
  })
}

/** `DELETE /{waba}/message_templates?name=`: every language, or the one of `hsm_id`. */
export function deleteTemplates(sim: Simulation, c: Context, wabaId: string): Promise<Response> {
  return answerCall(sim, c, facts, async () => {
    await authoriseWaba(sim, c, wabaId)
    ensureTemplates(sim, wabaId)
    const name = requireString(c.req.query(), 'name', 512)
    const id = c.req.query('hsm_id')
    const found = living(sim, wabaId).filter((one) => one.name === name && (id === undefined || one.id === id))
    if (found.length === 0) throw new GraphError(100, `Message template "${name}" was not found.`, { subcode: 2593002 })
    const entries = found.map((template): Entry => ({ t: 'template', template: { ...template, deleted: true } }))
    const updates = found.map((template) => statusUpdate(sim, { ...template, status: 'PENDING_DELETION' }, null))
    sim.courier.post(updates, { entries })
    return { json: { success: true } }
  })
}

/** Takes up the reviews that a former process had begun. */
export function resumeReviews(sim: Simulation): void {
  for (const template of sim.world.templates.values()) if (template.reviewAt !== null) planReview(sim, template)
}

function planReview(sim: Simulation, template: StoredTemplate): void {
  if (template.reviewAt === null) return
  const timer = setTimeout(() => endReview(sim, template), Math.max(0, template.reviewAt - sim.now()))
  sim.closing.addEventListener('abort', () => clearTimeout(timer), { once: true })
}

function endReview(sim: Simulation, planned: StoredTemplate): void {
  const template = sim.world.templates.get(planned.id)
  // Deleted or edited meanwhile: a later review decides.
  if (!template || template.deleted || template.reviewAt !== planned.reviewAt) return
  const rejected = template.name.includes('reject')
  setTemplateStatus(sim, template, rejected ? 'REJECTED' : 'APPROVED', rejected ? 'INVALID_FORMAT' : 'NONE')
}

/** A new status, told by webhook (reference §4.1). Also for the control side: PAUSED, DISABLED … */
export function setTemplateStatus(sim: Simulation, template: StoredTemplate, status: string, reason: string): void {
  const changed: StoredTemplate = { ...template, status, rejectedReason: reason, reviewAt: null }
  sim.courier.post([statusUpdate(sim, changed, reason)], { entries: [{ t: 'template', template: changed }] })
}

/** The id is a number here and the language has a hyphen, unlike everywhere else (reference §4.1). */
function statusUpdate(sim: Simulation, template: StoredTemplate, reason: string | null): Update {
  const rejection = {
    reason: 'The template was rejected because its name asks for it.',
    recommendation: 'Choose another name.',
  }
  return {
    wabaId: template.wabaId,
    phoneNumberId: null,
    field: 'message_template_status_update',
    value: {
      event: template.status,
      message_template_id: Number(template.id),
      message_template_name: template.name,
      message_template_language: template.language.replace('_', '-'),
      reason,
      message_template_category: template.category,
      ...(template.status === 'REJECTED' ? { rejection_info: rejection } : {}),
    },
    time: Math.floor(sim.now() / 1000),
    about: { from: null, to: null, messageIds: [] },
  }
}
