import { createRoute, z } from '@hono/zod-openapi'
import type { HouseEventId } from '../domain/ids.ts'
import { EVENT_NAMES } from '../domain/scenario/document/events.ts'
import { type HouseEventView, listHouseEvents } from '../store/house/house-event-view.ts'
import type { HttpDeps, Routes } from './context.ts'
import { requires } from './permissions.ts'
import { afterId, answer, newRoutes, PageQuery, pageById, pageOf, refusals } from './routes.ts'

const Time = z.string().openapi({ format: 'date-time' })
const HouseEvent = z
  .object({
    id: z.string(),
    eventId: z.string().openapi({ description: 'For `GET /api/explain`' }),
    name: z.string(),
    data: z.record(z.string(), z.unknown()).openapi({ description: '`event.*` of its runs; no bodies of webhooks' }),
    scenarioId: z.string().nullable().openapi({ description: 'The scenario whose schedule it is' }),
    channelId: z.string().nullable(),
    at: Time,
    workedAt: Time.nullable(),
    endedAt: Time.nullable().openapi({ description: 'No run of it is open' }),
    problem: z.string().nullable().openapi({ description: 'Why it could not be worked off' }),
  })
  .openapi('HouseEvent')

const view = ({ id, name, data, problem, ...row }: HouseEventView): z.input<typeof HouseEvent> => ({
  id,
  eventId: `house/${id}`,
  name,
  data,
  scenarioId: row.scenario_id,
  channelId: row.channel_id,
  at: row.at.toISOString(),
  workedAt: row.worked_at?.toISOString() ?? null,
  endedAt: row.ended_at?.toISOString() ?? null,
  problem,
})

const list = createRoute({
  method: 'get',
  path: '/house-events',
  tags: ['Scenarios'],
  middleware: requires('scenarios.manage'),
  summary: 'What started scenarios without a client, or could have, the newest first',
  request: { query: PageQuery.extend({ name: z.enum(EVENT_NAMES as [string, ...string[]]).optional() }) },
  responses: { 200: answer('A page of events', pageOf(HouseEvent)), ...refusals(400, 401, 403) },
})

/** Schedules that came, what happened to channels and templates, webhooks that concern nobody. */
export function houseEventRoutes(deps: HttpDeps): Routes {
  return newRoutes().openapi(list, async (c) => {
    const { limit, cursor, name } = c.req.valid('query')
    const wanted = { name: EVENT_NAMES.find((known) => known === name) ?? null }
    const page = { after: afterId<HouseEventId>(cursor), limit }
    return c.json(pageById(await listHouseEvents(deps.database.db, c.get('principal'), wanted, page), limit, view), 200)
  })
}
