import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { ContactId, RunId, ScenarioId, TaskId } from '../domain/ids.ts'
import type { LogEntry } from '../domain/scenario/interpreter/log-entry.ts'
import { askRun } from '../store/scenarios/ask-run.ts'
import { entriesOfRun, findRun, listRuns, type RunView, type RunViewer } from '../store/scenarios/run-view.ts'
import type { HttpDeps, HttpEnv, Principal, Routes } from './context.ts'
import { notFound } from './errors.ts'
import { idempotent } from './idempotency.ts'
import { may, requires } from './permissions.ts'
import { afterId, answer, asId, IdPath, IdText, newRoutes, PageQuery, pageById, pageOf, refusals } from './routes.ts'
import { Time } from './scenario-shapes.ts'
import { accept } from './work/accept.ts'

const tags = ['Scenarios']

const State = z.enum(['running', 'waiting', 'finished', 'failed', 'stopped', 'blocked'])
/** One, or several with commas between them. */
const States = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(State).max(6))
  .openapi({ type: 'string', example: 'running,waiting', description: 'Commas mean “or”' })

const RunShape = z
  .object({
    id: z.string(),
    scenarioId: z.string(),
    scenarioKey: z.string(),
    scenarioName: z.string(),
    version: z.number().int(),
    state: State,
    reason: z.object({ code: z.string(), message: z.string(), step: z.string().nullable() }).nullable(),
    step: z.string().nullable().openapi({ description: 'The step where it stands' }),
    waitsFor: z
      .object({ events: z.array(z.string()), since: Time, until: Time.nullable(), paused: z.boolean() })
      .nullable(),
    conversationId: z.string().nullable(),
    houseEventId: z.string().nullable().openapi({ description: 'Without a client: the event that started it' }),
    taskId: z.string().nullable(),
    taskNumber: z.number().int().nullable(),
    contact: z.object({ id: z.string(), name: z.string() }).nullable(),
    parentId: z.string().nullable().openapi({ description: 'The run that called it' }),
    startedBy: z.string().nullable().openapi({ description: 'The name of the event that started it' }),
    pressedBy: z.object({ id: z.string(), name: z.string() }).nullable(),
    startedAt: Time,
    endedAt: Time.nullable(),
  })
  .openapi('Run')

const Entry = z.object({
  n: z.number().int(),
  step: z.string().nullable(),
  action: z.string(),
  at: Time,
  outcome: z.string(),
  inputs: z.unknown().optional(),
  conditions: z.array(z.unknown()).optional(),
  took: z.string().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  effect: z.number().int().optional().openapi({ description: 'The number of the effect that the step asked for' }),
})
const RunWithSteps = RunShape.extend({
  vars: z.record(z.string(), z.unknown()),
  inputs: z.record(z.string(), z.unknown()),
  steps: z.array(Entry).openapi({ description: 'What it did, in its order' }),
}).openapi('RunWithSteps')

const isoOf = (milliseconds: number): string => new Date(milliseconds).toISOString()

const view = ({ run, startedAt, endedAt, deadline, ...row }: RunView): z.input<typeof RunShape> => ({
  ...row,
  reason: run.reason,
  startedBy: run.event?.name ?? null,
  step: run.at,
  waitsFor:
    row.state === 'waiting' && run.waiting
      ? {
          events: run.waiting.events,
          since: isoOf(run.waiting.since),
          until: deadline?.toISOString() ?? null,
          paused: run.waiting.paused !== null,
        }
      : null,
  startedAt: startedAt.toISOString(),
  endedAt: endedAt?.toISOString() ?? null,
})

const detailView = (found: RunView, entries: readonly LogEntry[]): z.input<typeof RunWithSteps> => ({
  ...view(found),
  vars: found.run.vars,
  inputs: found.run.inputs,
  steps: entries.map(({ conditions, ...entry }) => ({
    ...entry,
    at: isoOf(entry.at),
    ...(conditions && { conditions: [...conditions] }),
  })),
})

const list = createRoute({
  method: 'get',
  path: '/runs',
  tags,
  summary: 'Runs of scenarios, the newest first',
  request: {
    query: PageQuery.extend({
      scenarioId: IdText.optional(),
      taskId: IdText.optional(),
      contactId: IdText.optional(),
      version: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
      state: States.optional(),
      from: z.iso.datetime({ offset: true }).optional().openapi({ description: 'Began at this moment or later' }),
      to: z.iso.datetime({ offset: true }).optional().openapi({ description: 'Began before this moment' }),
    }),
  },
  responses: { 200: answer('A page of runs', pageOf(RunShape)), ...refusals(400, 401) },
})
const get = createRoute({
  method: 'get',
  path: '/runs/{id}',
  tags,
  request: { params: IdPath },
  responses: { 200: answer('The run, with all that it did', RunWithSteps), ...refusals(401, 404) },
})

const asking = (path: '/runs/{id}/stop' | '/runs/{id}/resume', summary: string) =>
  createRoute({
    method: 'post',
    path,
    tags,
    middleware: requires('scenarios.manage'),
    summary,
    request: { params: IdPath },
    responses: {
      202: answer('It is done next', z.object({ id: z.string() })),
      ...refusals(401, 403, 404, 409, 422),
    },
  })
const stop = asking('/runs/{id}/stop', 'End a run')
const resume = asking('/runs/{id}/resume', 'Let a run go on that is paused or blocked')

const viewerOf = (principal: Principal): RunViewer => ({
  channelIds: principal.channelIds,
  seesHouse: may(principal, 'scenarios.manage'),
})

/** What scenarios did; runs are seen by whoever may see their conversation. */
export function runRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database
  const ask = (c: Context<HttpEnv>, text: string, deed: 'stop' | 'resume') => {
    const id = asId<RunId>(text, 'This run')
    const principal = c.get('principal')
    return idempotent(c, deps, async (tx) => {
      const { conversations, houseEvents } = accept(await askRun(tx, principal, viewerOf(principal), id, deed))
      const afterCommit = () => {
        deps.eventsStored(conversations)
        deps.houseChanged(houseEvents)
      }
      return { status: 202, body: { id: id as string }, afterCommit }
    })
  }
  return newRoutes()
    .openapi(list, async (c) => {
      const { limit, cursor, scenarioId, taskId, contactId, version, state, from, to } = c.req.valid('query')
      const wanted = {
        contactId: (contactId as ContactId | undefined) ?? null,
        version: version ?? null,
        states: state ?? null,
        from: from === undefined ? null : new Date(from),
        to: to === undefined ? null : new Date(to),
        scenarioId: (scenarioId as ScenarioId | undefined) ?? null,
        taskId: (taskId as TaskId | undefined) ?? null,
      }
      const rows = await listRuns(db, viewerOf(c.get('principal')), wanted, { after: afterId<RunId>(cursor), limit })
      return c.json(pageById(rows, limit, view), 200)
    })
    .openapi(get, async (c) => {
      const id = asId<RunId>(c.req.valid('param').id, 'This run')
      const found = await findRun(db, viewerOf(c.get('principal')), id)
      if (!found) throw notFound('This run')
      return c.json(detailView(found, await entriesOfRun(db, id)), 200)
    })
    .openapi(stop, (c) => ask(c, c.req.valid('param').id, 'stop'))
    .openapi(resume, (c) => ask(c, c.req.valid('param').id, 'resume'))
}
