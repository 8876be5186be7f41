import { createRoute, z } from '@hono/zod-openapi'
import type { RunId, ScenarioId, TaskId } from '../domain/ids.ts'
import type { LogEntry } from '../domain/scenario/interpreter/log-entry.ts'
import { entriesOfRun, findRun, listRuns, type RunView, type RunViewer } from '../store/scenarios/run-view.ts'
import type { HttpDeps, Principal, Routes } from './context.ts'
import { notFound } from './errors.ts'
import { may } from './permissions.ts'
import { afterId, answer, asId, IdPath, IdText, newRoutes, PageQuery, pageById, pageOf, refusals } from './routes.ts'
import { Time } from './scenario-shapes.ts'

const tags = ['Scenarios']

const State = z.enum(['running', 'waiting', 'finished', 'failed', 'stopped', 'blocked'])
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
    waitsFor: z.object({ events: z.array(z.string()), until: Time.nullable(), paused: z.boolean() }).nullable(),
    conversationId: z.string().nullable(),
    taskId: z.string().nullable(),
    parentId: z.string().nullable().openapi({ description: 'The run that called it' }),
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
  step: run.at,
  waitsFor:
    row.state === 'waiting' && run.waiting
      ? {
          events: run.waiting.events,
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
      state: State.optional(),
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

const viewerOf = (principal: Principal): RunViewer => ({
  channelIds: principal.channelIds,
  seesHouse: may(principal, 'scenarios.manage'),
})

/** What scenarios did; runs are seen by whoever may see their conversation. */
export function runRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database
  return newRoutes()
    .openapi(list, async (c) => {
      const { limit, cursor, scenarioId, taskId, state = null } = c.req.valid('query')
      const wanted = {
        scenarioId: (scenarioId as ScenarioId | undefined) ?? null,
        taskId: (taskId as TaskId | undefined) ?? null,
        state,
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
}
