import { createRoute, z } from '@hono/zod-openapi'
import type { TaskId } from '../domain/ids.ts'
import { listMoments } from '../store/scenarios/moments.ts'
import type { HttpDeps, Routes } from './context.ts'
import { notFound } from './errors.ts'
import { answer, decodeCursor, encodeCursor, IdText, newRoutes, PageQuery, pageOf, refusals } from './routes.ts'
import { Time } from './scenario-shapes.ts'

const Moment = z
  .object({
    eventId: z.string().openapi({ description: 'For `POST /api/scenarios/:id/check` and `GET /api/explain`' }),
    n: z.number().int().openapi({ description: 'One entry of the record may be several events to scenarios' }),
    event: z.string().openapi({ example: 'message.received' }),
    at: Time,
    text: z.string().nullable(),
    commentId: z.string().nullable(),
  })
  .openapi('ScenarioMoment')

const list = createRoute({
  method: 'get',
  path: '/scenarios/moments',
  tags: ['Scenarios'],
  summary: 'What scenarios heard in the conversation of a task, the newest first; kept for 90 days',
  request: { query: PageQuery.extend({ taskId: IdText }) },
  responses: { 200: answer('A page of what happened', pageOf(Moment)), ...refusals(400, 401, 404) },
})

/** What happened in a task, to try a scenario on. */
export function scenarioMomentRoutes({ database }: HttpDeps): Routes {
  return newRoutes().openapi(list, async (c) => {
    const { taskId, limit, cursor } = c.req.valid('query')
    const [before = null] = decodeCursor(cursor, z.tuple([z.number().int()])) ?? []
    const found = await listMoments(database.db, c.get('principal'), taskId as TaskId, { before, limit })
    if (!found) throw notFound('The task')
    const shown = found.slice(0, limit)
    const last = shown.at(-1)
    const items = shown.flatMap(({ moments }) => moments.map((one) => ({ ...one, at: one.at.toISOString() })))
    return c.json({ items, next: found.length > limit && last ? encodeCursor(last.seq) : null }, 200)
  })
}
