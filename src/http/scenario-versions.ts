import { createRoute, z } from '@hono/zod-openapi'
import type { ScenarioId } from '../domain/ids.ts'
import type { Tx } from '../store/index.ts'
import { scenarioCatalogue } from '../store/scenarios/catalogue.ts'
import { previewPublish } from '../store/scenarios/preview.ts'
import { enableScenario, publishScenario } from '../store/scenarios/publish.ts'
import {
  findScenario,
  findVersion,
  listVersions,
  type Version as StoredVersion,
} from '../store/scenarios/scenario-view.ts'
import type { HttpDeps, Routes } from './context.ts'
import { notFound } from './errors.ts'
import { idempotent } from './idempotency.ts'
import { requires } from './permissions.ts'
import {
  answer,
  asId,
  decodeCursor,
  encodeCursor,
  IdPath,
  jsonBody,
  newRoutes,
  PageQuery,
  pageOf,
  refusals,
} from './routes.ts'
import { Finding, Scenario, scenarioView, Version, VersionWithDocument, versionView } from './scenario-shapes.ts'
import { accept } from './work/accept.ts'
import { sendRulesOf } from './work/announce.ts'
import { type Language, languageOf } from './work/error-words.ts'

const tags = ['Scenarios']
const WHAT = 'This scenario'
const middleware = requires('scenarios.manage')

const Number32 = z.number().int().min(1).max(2_147_483_647)
const version = Number32.optional().openapi({ description: 'An older version to publish again; absent: the draft' })
const InFlight = z.enum(['pin', 'drain', 'restart', 'migrate']).openapi({
  description:
    'What becomes of open runs. `pin`, `drain`: they keep their version; `migrate`: those that fit move; `restart`: they begin anew',
})

const ChangedRuns = z
  .object({ asked: z.number().int(), kept: z.number().int() })
  .openapi({ description: 'Open runs that move, begin anew or end; and those that keep their version' })

const publish = createRoute({
  method: 'post',
  path: '/scenarios/{id}/publish',
  tags,
  middleware,
  summary: 'Make the draft the version that events start from now on',
  request: {
    params: IdPath,
    ...jsonBody(
      z.strictObject({
        inFlight: InFlight.default('pin'),
        version,
        expect: z
          .string()
          .regex(/^[0-9a-f]{64}$/, 'is no SHA-256')
          .optional()
          .openapi({ description: 'The `draft.sha256` that was seen' }),
      }),
    ),
  },
  responses: {
    200: answer('The scenario, and what was found', Scenario.extend({ warnings: z.array(Finding), runs: ChangedRuns })),
    ...refusals(400, 401, 403, 404, 409, 422),
  },
})
const preview = createRoute({
  method: 'post',
  path: '/scenarios/{id}/publish/preview',
  tags,
  middleware,
  summary: 'How many runs are open, and which could go on in the new version',
  request: { params: IdPath, ...jsonBody(z.strictObject({ inFlight: InFlight.default('pin'), version })) },
  responses: {
    200: answer(
      'Open runs',
      z.object({
        open: z.number().int(),
        canMove: z.number().int(),
        cannot: z.array(z.object({ reason: z.string(), count: z.number().int() })),
      }),
    ),
    ...refusals(400, 401, 403, 404, 422),
  },
})
const setting = (path: '/scenarios/{id}/enable' | '/scenarios/{id}/disable', summary: string) =>
  createRoute({
    method: 'post',
    path,
    tags,
    middleware,
    summary,
    request: { params: IdPath },
    responses: { 200: answer('The scenario', Scenario), ...refusals(401, 403, 404, 422) },
  })
const enable = setting('/scenarios/{id}/enable', 'Let events start the published version')
const disable = setting('/scenarios/{id}/disable', 'Start nothing new; open runs go on')
const versions = createRoute({
  method: 'get',
  path: '/scenarios/{id}/versions',
  tags,
  summary: 'What was published, the newest first',
  request: { params: IdPath, query: PageQuery },
  responses: { 200: answer('A page of versions', pageOf(Version)), ...refusals(400, 401, 404) },
})
const oneVersion = createRoute({
  method: 'get',
  path: '/scenarios/{id}/versions/{version}',
  tags,
  request: { params: IdPath.extend({ version: z.string().max(20) }) },
  responses: { 200: answer('The version with its document', VersionWithDocument), ...refusals(401, 404) },
})

const documentedView = ({ view, document, text }: StoredVersion): z.input<typeof VersionWithDocument> => ({
  ...versionView(view),
  document,
  text,
})

/** Publishing, and what was published (scenario-format, Life cycle). */
export function scenarioVersionRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database
  const catalogue = scenarioCatalogue(deps.database)
  const idIn = (id: string): ScenarioId => asId<ScenarioId>(id, WHAT)
  const shown = async (tx: Tx, id: ScenarioId, language: Language) => {
    const stored = await findScenario(tx, id)
    if (!stored) throw notFound(WHAT)
    return scenarioView(stored, language)
  }

  return newRoutes()
    .openapi(publish, (c) => {
      const id = idIn(c.req.valid('param').id)
      const { inFlight, version: number = null, expect = null } = c.req.valid('json')
      return idempotent(c, deps, async (tx) => {
        const order = { inFlight, version: number, expect, language: languageOf(c) }
        const { warnings, runs } = accept(
          await publishScenario(tx, catalogue, id, order, c.get('principal'), sendRulesOf),
        )
        const { conversations, houseEvents, ...counts } = runs
        return {
          status: 200,
          body: { ...(await shown(tx, id, languageOf(c))), warnings, runs: counts },
          afterCommit: () => {
            deps.eventsStored(conversations)
            deps.houseChanged(houseEvents)
          },
        }
      })
    })
    .openapi(preview, async (c) => {
      const { version: number = null } = c.req.valid('json')
      return c.json(accept(await previewPublish(db, idIn(c.req.valid('param').id), number, languageOf(c))), 200)
    })
    .openapi(enable, (c) => {
      const id = idIn(c.req.valid('param').id)
      return idempotent(c, deps, async (tx) => {
        accept(await enableScenario(tx, catalogue, id, true, c.get('principal'), languageOf(c)))
        return { status: 200, body: await shown(tx, id, languageOf(c)) }
      })
    })
    .openapi(disable, (c) => {
      const id = idIn(c.req.valid('param').id)
      return idempotent(c, deps, async (tx) => {
        accept(await enableScenario(tx, catalogue, id, false, c.get('principal')))
        return { status: 200, body: await shown(tx, id, languageOf(c)) }
      })
    })
    .openapi(versions, async (c) => {
      const id = idIn(c.req.valid('param').id)
      const { limit, cursor } = c.req.valid('query')
      if (!(await findScenario(db, id))) throw notFound(WHAT)
      const [before = null] = decodeCursor(cursor, z.tuple([Number32])) ?? []
      const found = await listVersions(db, id, { before, limit })
      const page = found.slice(0, limit)
      const last = page.at(-1)
      const next = found.length > limit && last ? encodeCursor(last.version) : null
      return c.json({ items: page.map(versionView), next }, 200)
    })
    .openapi(oneVersion, async (c) => {
      const { id, version: text } = c.req.valid('param')
      const number = Number32.safeParse(Number(text))
      const found = number.success ? await findVersion(db, idIn(id), number.data) : null
      if (!found) throw notFound('This version')
      return c.json(documentedView(found), 200)
    })
}
