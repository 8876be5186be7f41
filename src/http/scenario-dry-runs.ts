import { createRoute, z } from '@hono/zod-openapi'
import type { ConversationId, ScenarioId } from '../domain/ids.ts'
import { readDocument } from '../domain/scenario/document/read-document.ts'
import type { Deed } from '../domain/scenario/dry-run/deeds.ts'
import { inTransaction } from '../store/index.ts'
import { readDraft, unreadable } from '../store/scenarios/drafts.ts'
import { type DryRunReport, dryRunScenario, type Tested } from '../store/scenarios/dry-run/dry-run-scenario.ts'
import { findShadow, type Shadow, startShadow, stopShadow } from '../store/scenarios/dry-run/shadow.ts'
import { type About, whoItIsAbout } from '../store/scenarios/dry-run/who-it-is-about.ts'
import { findScenario, findVersion, listScenarios } from '../store/scenarios/scenario-view.ts'
import type { HttpDeps, Principal, Routes } from './context.ts'
import { ApiError, notFound } from './errors.ts'
import { idempotent } from './idempotency.ts'
import { requires } from './permissions.ts'
import { answer, asId, decodeCursor, encodeCursor, IdPath, IdText, jsonBody, newRoutes, refusals } from './routes.ts'
import { Time } from './scenario-shapes.ts'
import { accept } from './work/accept.ts'
import { sendRulesOf } from './work/announce.ts'
import { type Language, languageOf } from './work/error-words.ts'

const tags = ['Scenarios']
const WHAT = 'This scenario'
const middleware = requires('scenarios.manage')

/** The longest stretch of a dry run: what scenarios saw is kept for so long. */
const MOST_DAYS = 90

const stretch = {
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }),
  conversationIds: z.array(IdText).min(1).max(1_000).optional(),
  cursor: z.string().max(500).optional().openapi({ description: '`next` of the report before' }),
}
const Stretch = z.strictObject({
  ...stretch,
  version: z.number().int().min(1).max(2_147_483_647).optional().openapi({ description: 'Absent: the draft' }),
})
const GivenStretch = z.strictObject({
  ...stretch,
  document: z
    .union([z.string(), z.record(z.string(), z.unknown())])
    .openapi({ description: 'The document, or its text in YAML or JSON; it is not kept' }),
})

const Counted = z.object({ would: z.number().int(), did: z.number().int() })
const Line = z.record(z.string(), z.unknown()).nullable()
const DeedShape = z.object({
  step: z.string(),
  at: Time,
  do: z.string().openapi({ example: 'sendText' }),
  with: z.record(z.string(), z.unknown()).openapi({ description: 'As it was asked for, with every text filled in' }),
  outcome: z.string().nullable().openapi({ description: 'null: no answer within the stretch' }),
})
const Diff = z.object({
  conversationId: z.string(),
  contact: z.object({ id: z.string(), name: z.string() }).nullable(),
  taskId: z.string().nullable().openapi({ description: 'The newest task of the conversation' }),
  startEventId: z.string(),
  runId: z.string().nullable().openapi({ description: 'The run that really was' }),
  kind: z.enum(['only_dry', 'only_live', 'differs']),
  at: Time,
  first: z
    .object({ step: z.string().nullable(), dry: Line, live: Line })
    .openapi({ description: 'The first lines of the two records that differ' }),
  would: z.array(DeedShape),
  did: z.array(DeedShape),
  unknownFrom: z
    .string()
    .nullable()
    .openapi({ description: 'The step whose answer nobody can know (`http`, `find`): the dry run ends there' }),
})
const Report = z
  .object({
    conversations: z.number().int(),
    events: z.number().int(),
    runs: Counted,
    messages: Counted.openapi({ description: 'To clients; without those that were refused' }),
    olderRuns: z.number().int().openapi({ description: 'Runs that were open before `from`: nothing is said of them' }),
    unknown: z.number().int(),
    cut: z.number().int().openapi({ description: 'Conversations that were not played to their end' }),
    diffs: z.array(Diff),
    next: z.string().nullable().openapi({ description: 'null: that was all' }),
  })
  .openapi('DryRunReport')
const ShadowShape = z.object({ since: Time, sha256: z.string() })

const dryRun = createRoute({
  method: 'post',
  path: '/scenarios/{id}/dry-run',
  tags,
  middleware,
  summary: 'What the draft, or a version, would have done with what really happened; nothing is changed',
  request: { params: IdPath, ...jsonBody(Stretch) },
  responses: { 200: answer('What would have been different', Report), ...refusals(400, 401, 403, 404, 422) },
})
const dryRunGiven = createRoute({
  method: 'post',
  path: '/scenarios/dry-run',
  tags,
  middleware,
  summary: 'The same for a document that is not kept; it is compared with the scenario of its id',
  request: jsonBody(GivenStretch),
  responses: { 200: answer('What would have been different', Report), ...refusals(400, 401, 403, 422) },
})
const start = createRoute({
  method: 'post',
  path: '/scenarios/{id}/shadow',
  tags,
  middleware,
  summary: 'Watch the draft, as it is now, beside what is live',
  request: { params: IdPath },
  responses: { 200: answer('Since when', ShadowShape), ...refusals(401, 403, 404, 422) },
})
const stop = createRoute({
  method: 'delete',
  path: '/scenarios/{id}/shadow',
  tags,
  middleware,
  request: { params: IdPath },
  responses: { 204: { description: 'Watched no more' }, ...refusals(401, 403, 404) },
})
const report = createRoute({
  method: 'get',
  path: '/scenarios/{id}/shadow',
  tags,
  middleware,
  summary: 'What the watched draft would have done since then',
  request: { params: IdPath, query: z.strictObject({ cursor: stretch.cursor }) },
  responses: {
    200: answer('What would have been different', Report.extend({ shadow: ShadowShape })),
    ...refusals(400, 401, 403, 404),
  },
})

const isoOf = (milliseconds: number): string => new Date(milliseconds).toISOString()
const deedView = ({ step, at, do: does, with: deed, outcome }: Deed) => ({
  step,
  at: isoOf(at),
  do: does,
  with: deed as Record<string, unknown>,
  outcome,
})

const reportView = (
  { diffs, next, ...counts }: DryRunReport,
  about: ReadonlyMap<ConversationId, About>,
): z.input<typeof Report> => ({
  ...counts,
  diffs: diffs.map(({ live, at, first, would, did, ...diff }) => ({
    ...diff,
    contact: about.get(diff.conversationId)?.contact ?? null,
    taskId: about.get(diff.conversationId)?.taskId ?? null,
    runId: live,
    at: isoOf(at),
    first: { step: first.step, dry: first.dry && { ...first.dry }, live: first.live && { ...first.live } },
    would: would.map(deedView),
    did: did.map(deedView),
  })),
  next: next === null ? null : encodeCursor(next),
})
const shadowView = ({ since, sha256 }: Shadow): z.input<typeof ShadowShape> => ({ since: since.toISOString(), sha256 })

/** Dry runs over what really happened, and drafts that are watched beside what is live. */
export function scenarioDryRunRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database
  const idIn = (id: string): ScenarioId => asId<ScenarioId>(id, WHAT)

  async function run(
    tested: Tested,
    principal: Principal,
    { from, to, cursor, conversationIds }: { from: Date; to: Date; cursor?: string; conversationIds?: string[] },
  ): Promise<z.input<typeof Report>> {
    const [after = null] = decodeCursor(cursor, z.tuple([IdText])) ?? []
    const stretch = {
      from,
      to,
      conversations: (conversationIds as ConversationId[] | undefined) ?? null,
      channels: principal.channelIds,
    }
    const made = await dryRunScenario(deps.database, tested, stretch, {
      after: after as ConversationId | null,
      rulesOf: sendRulesOf,
    })
    const shown = new Set(made.diffs.map(({ conversationId }) => conversationId))
    return reportView(made, await whoItIsAbout(db, [...shown]))
  }

  return newRoutes()
    .openapi(dryRun, async (c) => {
      const id = idIn(c.req.valid('param').id)
      const { from, to, version, cursor, conversationIds } = c.req.valid('json')
      const times = timesIn(from, to)
      const tested = version === undefined ? await draftOf(id, languageOf(c)) : await versionOf(id, version)
      const given = { ...times, ...(cursor && { cursor }), ...(conversationIds && { conversationIds }) }
      return c.json(await run(tested, c.get('principal'), given), 200)
    })
    .openapi(dryRunGiven, async (c) => {
      const { from, to, document, cursor, conversationIds } = c.req.valid('json')
      const times = timesIn(from, to)
      const read = readDocument(document, languageOf(c))
      if (!read.ok) return accept(unreadable(read.problems))
      const page = { after: null, limit: 1 }
      const [known] = await listScenarios(db, { key: read.document.id, kind: null }, page)
      const tested = { id: known?.row.id ?? null, document: read.document, version: 0 }
      const given = { ...times, ...(cursor && { cursor }), ...(conversationIds && { conversationIds }) }
      return c.json(await run(tested, c.get('principal'), given), 200)
    })
    .openapi(start, async (c) => {
      const id = idIn(c.req.valid('param').id)
      return idempotent(c, deps, async (tx) => {
        const shadow = accept(await startShadow(tx, id, c.get('principal'), languageOf(c)))
        return { status: 200, body: shadowView(shadow) }
      })
    })
    .openapi(stop, async (c) => {
      const id = idIn(c.req.valid('param').id)
      await inTransaction(db, async (tx) => accept(await stopShadow(tx, id, c.get('principal'))))
      return c.body(null, 204)
    })
    .openapi(report, async (c) => {
      const id = idIn(c.req.valid('param').id)
      const shadow = await findShadow(db, id)
      if (!shadow) throw new ApiError(404, 'no_shadow', 'No draft of this scenario is watched')
      const { cursor } = c.req.valid('query')
      const tested = { id, document: shadow.document, version: 0 }
      const times = { from: shadow.since, to: new Date() }
      const made = await run(tested, c.get('principal'), { ...times, ...(cursor && { cursor }) })
      return c.json({ ...made, shadow: shadowView(shadow) }, 200)
    })

  async function draftOf(id: ScenarioId, language: Language): Promise<Tested> {
    const stored = await findScenario(db, id)
    if (!stored) throw notFound(WHAT)
    const read = readDraft(stored.row, language)
    if (!read.ok) return accept(unreadable(read.problems))
    return { id, document: read.document, version: 0 }
  }

  async function versionOf(id: ScenarioId, version: number): Promise<Tested> {
    const found = await findVersion(db, id, version)
    if (!found) throw notFound('This version')
    return { id, document: found.document, version }
  }
}

/** @throws ApiError 422 where there is no such stretch, or too long a one */
function timesIn(from: string, to: string): { from: Date; to: Date } {
  const times = { from: new Date(from), to: new Date(to) }
  const days = (times.to.getTime() - times.from.getTime()) / 86_400_000
  if (days > 0 && days <= MOST_DAYS) return times
  throw new ApiError(422, 'invalid_stretch', `\`from\` comes before \`to\`, by at most ${MOST_DAYS} days`)
}
