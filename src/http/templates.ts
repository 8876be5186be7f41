import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { ChannelId, TemplateId } from '../domain/ids.ts'
import {
  checkComponents,
  checkDefinition,
  type DefinitionProblem,
  normalComponents,
} from '../domain/template/definition.ts'
import { fillTemplate } from '../domain/template/fill.ts'
import type { TemplateParameters as Parameters, TemplateComponent } from '../domain/template/template.ts'
import { auditActor } from '../store/actor.ts'
import { inTransaction } from '../store/index.ts'
import { templateHistory } from '../store/templates/template-history.ts'
import { type TemplateRow, templateOf } from '../store/templates/template-row.ts'
import {
  addTemplate,
  changeTemplateRow,
  findTemplateRow,
  listTemplates,
  removeTemplate,
} from '../store/templates/templates.ts'
import type { HttpDeps, HttpEnv, Routes } from './context.ts'
import { ApiError, notFound } from './errors.ts'
import { idempotent } from './idempotency.ts'
import { mayUseChannel, requires } from './permissions.ts'
import {
  answer,
  asId,
  decodeCursor,
  encodeCursor,
  givenKeys,
  IdPath,
  jsonBody,
  newRoutes,
  pageOf,
  refusals,
} from './routes.ts'
import { atProvider } from './template-provider.ts'
import {
  History,
  ListQuery,
  NewTemplate,
  Preview,
  PreviewBody,
  SyncBody,
  Synced,
  Template,
  TemplateChanges,
  templateView,
} from './template-schemas.ts'
import { syncChannelTemplates } from './template-sync.ts'
import { accept } from './work/accept.ts'

const tags = ['Templates']
const Place = z.tuple([z.string(), z.string(), z.uuid()])

/** Template messages: what the provider approves, and what fills them (M15). */
export function templateRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database
  const middleware = requires('templates.manage')
  const one = { 200: answer('The template', Template), ...refusals(400, 401, 403, 404, 409, 422, 503) }

  const list = createRoute({
    method: 'get',
    path: '/templates',
    tags,
    summary: 'Templates as last heard from the provider',
    request: { query: ListQuery },
    responses: { 200: answer('A page of templates', pageOf(Template)), ...refusals(400, 401, 404) },
  })
  const get = createRoute({ method: 'get', path: '/templates/{id}', tags, request: { params: IdPath }, responses: one })
  const sync = createRoute({
    method: 'post',
    path: '/templates/sync',
    tags,
    middleware: requires('work'),
    summary: "Ask the provider for a channel's templates now",
    request: jsonBody(SyncBody),
    responses: { 200: answer('What it brought', Synced), ...refusals(400, 401, 404, 409, 422) },
  })
  const create = createRoute({
    method: 'post',
    path: '/templates',
    tags,
    middleware,
    summary: 'Ask the provider for a new template; its review comes later',
    request: jsonBody(NewTemplate),
    responses: { 201: answer('The template', Template), ...refusals(400, 401, 403, 404, 409, 422, 503) },
  })
  const change = createRoute({
    method: 'patch',
    path: '/templates/{id}',
    tags,
    middleware,
    summary: 'Edit it at the provider, who reviews it again',
    request: { params: IdPath, ...jsonBody(TemplateChanges) },
    responses: one,
  })
  const remove = createRoute({
    method: 'delete',
    path: '/templates/{id}',
    tags,
    middleware,
    summary: 'Delete it at the provider, in this language only',
    request: { params: IdPath },
    responses: { 204: { description: 'Deleted' }, ...refusals(401, 403, 404, 409, 422, 503) },
  })
  const history = createRoute({
    method: 'get',
    path: '/templates/{id}/history',
    tags,
    summary: 'What happened to it while it was known, the newest first',
    request: { params: IdPath },
    responses: { 200: answer('Its history', History), ...refusals(401, 404) },
  })
  const preview = createRoute({
    method: 'post',
    path: '/templates/{id}/preview',
    tags,
    middleware: requires('work'),
    summary: 'What the client would see, or all that is wrong; nothing is stored or sent',
    request: { params: IdPath, ...jsonBody(PreviewBody) },
    responses: { 200: answer('The preview', Preview), ...refusals(400, 401, 404) },
  })

  function demandChannel(c: Context<HttpEnv>, channel: ChannelId): ChannelId {
    if (!mayUseChannel(c.get('principal'), channel)) throw notFound('This channel')
    return channel
  }

  /** A template that the principal may see; others do not exist for them. */
  async function found(c: Context<HttpEnv>, text: string): Promise<TemplateRow> {
    const row = await findTemplateRow(db, asId<TemplateId>(text, 'This template'))
    if (!row || !mayUseChannel(c.get('principal'), row.channel_id)) throw notFound('This template')
    return row
  }

  return newRoutes()
    .openapi(list, async (c) => {
      const { limit, cursor, channelId, status, q } = c.req.valid('query')
      const channel = channelId === undefined ? null : demandChannel(c, channelId as ChannelId)
      const place = decodeCursor(cursor, Place)
      const rows = await listTemplates(
        db,
        { channel, status: status?.toLowerCase() ?? null, text: q ?? null, only: c.get('principal').channelIds },
        { after: place && { name: place[0], language: place[1], id: place[2] as TemplateId }, limit },
      )
      const shown = rows.slice(0, limit)
      const last = shown.at(-1)
      const next = rows.length > limit && last ? encodeCursor(last.name, last.language, last.id) : null
      return c.json({ items: shown.map(templateView), next }, 200)
    })
    .openapi(get, async (c) => c.json(templateView(await found(c, c.req.valid('param').id)), 200))
    .openapi(sync, async (c) => {
      const channel = demandChannel(c, c.req.valid('json').channelId as ChannelId)
      const synced = accept(await syncChannelTemplates(deps, channel, auditActor(c.get('principal'))))
      return c.json({ channelId: channel as string, ...synced, syncedAt: synced.syncedAt.toISOString() }, 200)
    })
    .openapi(create, (c) => {
      const { channelId, ...given } = c.req.valid('json')
      const channel = demandChannel(c, channelId as ChannelId)
      const definition = { ...given, components: normalComponents(given.components as TemplateComponent[]) }
      demandSound(checkDefinition(definition))
      return idempotent(
        c,
        deps,
        async (tx, made) => {
          const row = await addTemplate(tx, channel, definition, made, auditActor(c.get('principal')))
          return { status: 201, body: templateView(row) }
        },
        { prepare: () => atProvider(deps, channel, (api, config, signal) => api.create(config, definition, signal)) },
      )
    })
    .openapi(change, async (c) => {
      const row = await found(c, c.req.valid('param').id)
      const { components, category } = givenKeys(c.req.valid('json'))
      const changes = {
        ...(components && { components: normalComponents(components as TemplateComponent[]) }),
        ...(category && { category }),
      }
      if (Object.keys(changes).length === 0) return c.json(templateView(row), 200)
      if (changes.components) {
        demandSound(
          checkComponents({
            category: category ?? (row.category as 'utility'),
            parameterFormat: row.parameter_format,
            components: changes.components,
          }),
        )
      }
      const providerId = providerIdOf(row)
      await atProvider(deps, row.channel_id, (api, config, signal) => api.edit(config, providerId, changes, signal))
      const changed = await inTransaction(db, (tx) =>
        changeTemplateRow(tx, row.id, changes, auditActor(c.get('principal'))),
      )
      if (!changed) throw notFound('This template')
      return c.json(templateView(changed), 200)
    })
    .openapi(remove, async (c) => {
      const row = await found(c, c.req.valid('param').id)
      const providerId = providerIdOf(row)
      await atProvider(deps, row.channel_id, (api, config, signal) => api.remove(config, row.name, providerId, signal))
      await inTransaction(db, (tx) => removeTemplate(tx, row.id, auditActor(c.get('principal'))))
      return c.body(null, 204)
    })
    .openapi(history, async (c) => {
      const { id } = await found(c, c.req.valid('param').id)
      const items = await templateHistory(db, id)
      return c.json({ items: items.map((one) => ({ ...one, at: one.at.toISOString() })), next: null }, 200)
    })
    .openapi(preview, async (c) => {
      const row = await found(c, c.req.valid('param').id)
      const filled = fillTemplate(templateOf(row), c.req.valid('json').parameters as Parameters | undefined)
      return c.json(
        filled.ok
          ? { ok: true, rendered: filled.rendered, problems: [] }
          : { ok: false, rendered: null, problems: filled.problems },
        200,
      )
    })
}

/** Without it a deletion would take every language. */
function providerIdOf(row: TemplateRow): string {
  if (row.provider_id !== null) return row.provider_id
  throw new ApiError(409, 'template_not_synced', "The provider's id of the template is not known; synchronise first")
}

function demandSound(problems: readonly DefinitionProblem[]): void {
  if (problems.length === 0) return
  const words = problems.map(({ message }) => message).join('. ')
  throw new ApiError(422, 'template_definition', words, { problems })
}
