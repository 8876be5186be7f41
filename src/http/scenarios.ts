import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { ConversationId, ScenarioId, TaskId } from '../domain/ids.ts'
import { documentJsonSchema } from '../domain/scenario/document/json-schema.ts'
import { ScenarioKey } from '../domain/scenario/document/names.ts'
import { readDocument } from '../domain/scenario/document/read-document.ts'
import { inTransaction } from '../store/index.ts'
import { activityIn, activityOf } from '../store/scenarios/activity.ts'
import { type AtEvent, conditionsOnTask } from '../store/scenarios/conditions-on-task.ts'
import { createScenario, deleteScenario, readDraft, saveDraft } from '../store/scenarios/drafts.ts'
import { findScenario, listScenarios } from '../store/scenarios/scenario-view.ts'
import type { HttpDeps, HttpEnv, Routes } from './context.ts'
import { ApiError, notFound } from './errors.ts'
import { idempotent } from './idempotency.ts'
import { requires } from './permissions.ts'
import {
  answer,
  asId,
  decodeCursor,
  encodeCursor,
  IdPath,
  IdText,
  newRoutes,
  PageQuery,
  pageOf,
  refusals,
} from './routes.ts'
import { Findings, findingsIn } from './scenario-findings.ts'
import { activityView, ListedScenario, Scenario, scenarioView, summaryView, Time } from './scenario-shapes.ts'
import { accept } from './work/accept.ts'
import { sendRulesOf } from './work/announce.ts'
import { languageOf } from './work/error-words.ts'

const tags = ['Scenarios']
const WHAT = 'This scenario'

const DraftBody = z.strictObject({
  document: z
    .union([z.string(), z.record(z.string(), z.unknown())])
    .openapi({ description: 'The document, or its text in YAML or JSON' }),
})
const YAML_TYPES = ['application/yaml', 'text/yaml'] as const
const draftBody = {
  body: {
    content: {
      'application/json': { schema: DraftBody },
      'application/yaml': { schema: z.string() },
      'text/yaml': { schema: z.string() },
    },
  },
}

/** The draft of a body: bare YAML, or JSON that holds it. @throws ApiError 415 for any other content type */
async function draftIn(c: Context<HttpEnv>): Promise<string | object> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (YAML_TYPES.some((yaml) => yaml === type)) return c.req.text()
  if (type !== 'application/json') {
    throw new ApiError(415, 'unsupported_media_type', 'Send application/json, application/yaml or text/yaml')
  }
  return DraftBody.parse(await c.req.json()).document
}

/** `If-Match` with the `updatedAt` that was seen; null where nothing is asked. @throws ApiError 400 */
function seenIn(c: Context<HttpEnv>): Date | null {
  const header = c.req.header('if-match')
  if (header === undefined || header === '*') return null
  const seen = new Date(header.replace(/^"(.*)"$/, '$1'))
  if (!Number.isNaN(seen.getTime())) return seen
  throw new ApiError(400, 'if_match_invalid', 'If-Match takes the updatedAt of the draft that was seen')
}

const schemaJson = createRoute({
  method: 'get',
  path: '/scenarios/schema.json',
  tags,
  summary: 'The JSON Schema of scenario documents',
  responses: { 200: answer('JSON Schema, draft 2020-12', z.record(z.string(), z.unknown())), ...refusals(401) },
})
const list = createRoute({
  method: 'get',
  path: '/scenarios',
  tags,
  summary: 'Scenarios and buttons, in the order of their keys',
  request: {
    query: PageQuery.extend({ key: ScenarioKey.optional(), kind: z.enum(['scenario', 'button']).optional() }),
  },
  responses: {
    200: answer('A page of scenarios, without their documents', pageOf(ListedScenario)),
    ...refusals(400, 401),
  },
})
const get = createRoute({
  method: 'get',
  path: '/scenarios/{id}',
  tags,
  request: { params: IdPath },
  responses: { 200: answer('The scenario', Scenario), ...refusals(401, 404) },
})
const create = createRoute({
  method: 'post',
  path: '/scenarios',
  tags,
  middleware: requires('scenarios.manage'),
  request: draftBody,
  responses: { 201: answer('The scenario, not published yet', Scenario), ...refusals(400, 401, 403, 409, 415, 422) },
})
const save = createRoute({
  method: 'put',
  path: '/scenarios/{id}',
  tags,
  middleware: requires('scenarios.manage'),
  summary: 'Save the draft, whatever it holds; its problems are in the answer',
  request: {
    params: IdPath,
    headers: z.object({ 'if-match': z.string().optional().openapi({ description: 'The `updatedAt` that was seen' }) }),
    ...draftBody,
  },
  responses: { 200: answer('The scenario', Scenario), ...refusals(400, 401, 403, 404, 409, 415) },
})
const remove = createRoute({
  method: 'delete',
  path: '/scenarios/{id}',
  tags,
  middleware: requires('scenarios.manage'),
  summary: 'Delete a scenario that was never published',
  request: { params: IdPath },
  responses: { 204: { description: 'Deleted' }, ...refusals(401, 403, 404, 409) },
})
const FindingsOnTask = Findings.extend({
  conditions: z
    .array(
      z.object({
        path: z.string(),
        step: z.string().nullable(),
        result: z
          .unknown()
          .openapi({ description: 'The condition with how each part came out; null: `needs` says why' }),
        needs: z.array(z.enum(['event', 'inputs'])),
      }),
    )
    .optional()
    .openapi({ description: 'With `taskId`: each condition, green or red on that task' }),
  at: Time.optional().openapi({ description: 'With `taskId`: the moment that was looked at' }),
  trigger: z
    .object({ fires: z.boolean(), reason: z.string() })
    .nullable()
    .optional()
    .openapi({ description: 'With `eventId`: whether it starts the scenario, else why not' }),
}).openapi('ScenarioFindingsOnTask')

const CheckBody = z.strictObject({
  taskId: IdText.optional(),
  eventId: z
    .string()
    .regex(/^[0-9a-f-]{36}\/[0-9]{1,15}$/i, 'must be <conversation id>/<number>')
    .optional()
    .openapi({ description: 'With `taskId`: something that happened there, as it was known at that moment' }),
  n: z
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(0)
    .openapi({ description: 'Which of the events that scenarios heard' }),
})

const check = createRoute({
  method: 'post',
  path: '/scenarios/{id}/check',
  tags,
  middleware: requires('scenarios.manage'),
  summary: 'What can be said against publishing the draft',
  request: {
    params: IdPath,
    body: { content: { 'application/json': { schema: CheckBody } } },
  },
  responses: {
    200: answer('Findings in the order of the text', FindingsOnTask),
    ...refusals(400, 401, 403, 404),
  },
})

const checkGiven = createRoute({
  method: 'post',
  path: '/scenarios/check',
  tags,
  middleware: requires('scenarios.manage'),
  summary: 'What can be said against publishing a document; nothing is kept',
  request: draftBody,
  responses: { 200: answer('Findings in the order of the text', Findings), ...refusals(400, 401, 403, 415) },
})

function eventIn(text: string, n: number): AtEvent {
  const [conversation = '', seq] = text.split('/')
  return { conversation: asId<ConversationId>(conversation, 'What happened'), seq: Number(seq), n }
}

/** Scenarios and buttons, as drafts (scenario-format, Life cycle). */
export function scenarioRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database
  const idIn = (id: string): ScenarioId => asId<ScenarioId>(id, WHAT)

  const findingsOn = findingsIn(deps.database)

  return newRoutes()
    .openapi(schemaJson, (c) => c.json(documentJsonSchema(), 200))
    .openapi(list, async (c) => {
      const { limit, cursor, key = null, kind = null } = c.req.valid('query')
      const [after = null] = decodeCursor(cursor, z.tuple([ScenarioKey])) ?? []
      const found = await listScenarios(db, { key, kind }, { after, limit })
      const shown = found.slice(0, limit)
      const last = shown.at(-1)
      const next = found.length > limit && last ? encodeCursor(last.row.key) : null
      const ids = shown.map(({ row }) => row.id)
      const activities = await activityOf(db, ids, new Date())
      const items = shown.map((one) => ({
        ...summaryView(one),
        activity: activityView(activityIn(activities, one.row.id)),
      }))
      return c.json({ items, next }, 200)
    })
    .openapi(get, async (c) => {
      const stored = await findScenario(db, idIn(c.req.valid('param').id))
      if (!stored) throw notFound(WHAT)
      c.header('etag', `"${stored.row.updated_at.toISOString()}"`)
      return c.json(scenarioView(stored, languageOf(c)), 200)
    })
    .openapi(create, async (c) => {
      const document = await draftIn(c)
      return idempotent(c, deps, async (tx) => {
        const { id } = accept(await createScenario(tx, document, c.get('principal'), languageOf(c)))
        const stored = await findScenario(tx, id)
        if (!stored) throw notFound(WHAT)
        return { status: 201, body: scenarioView(stored, languageOf(c)) }
      })
    })
    .openapi(save, async (c) => {
      const id = idIn(c.req.valid('param').id)
      const document = await draftIn(c)
      const seen = seenIn(c)
      const stored = await inTransaction(db, async (tx) => {
        accept(await saveDraft(tx, id, document, seen, c.get('principal')))
        return findScenario(tx, id)
      })
      if (!stored) throw notFound(WHAT)
      c.header('etag', `"${stored.row.updated_at.toISOString()}"`)
      return c.json(scenarioView(stored, languageOf(c)), 200)
    })
    .openapi(remove, async (c) => {
      const id = idIn(c.req.valid('param').id)
      await inTransaction(db, async (tx) => accept(await deleteScenario(tx, id, c.get('principal'))))
      return c.body(null, 204)
    })
    .openapi(check, async (c) => {
      const stored = await findScenario(db, idIn(c.req.valid('param').id))
      if (!stored) throw notFound(WHAT)
      const read = readDraft(stored.row, languageOf(c))
      const found = await findingsOn(read, stored.row, languageOf(c))
      const { taskId, eventId, n } = c.req.valid('json')
      if (taskId === undefined || !read.ok) return c.json(found, 200)
      const of = { task: taskId as TaskId, event: eventId === undefined ? null : eventIn(eventId, n) }
      const { at, ...seen } = accept(await conditionsOnTask(db, c.get('principal'), of, read.document, sendRulesOf))
      return c.json({ ...found, ...seen, at: at.toISOString() }, 200)
    })
    .openapi(checkGiven, async (c) => {
      const read = readDocument(await draftIn(c), languageOf(c))
      const [known] = read.ok
        ? await listScenarios(db, { key: read.document.id, kind: null }, { after: null, limit: 1 })
        : []
      return c.json(await findingsOn(read, known?.row ?? null, languageOf(c)), 200)
    })
}
