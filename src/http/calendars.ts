import { createRoute, z } from '@hono/zod-openapi'
import { calendarParts } from '../domain/calendar/calendar.ts'
import type { CalendarId } from '../domain/ids.ts'
import { CALENDAR_NAME } from '../domain/scenario/document/names.ts'
import { auditActor } from '../store/actor.ts'
import {
  type CalendarRow,
  changeCalendar,
  createCalendar,
  deleteCalendar,
  findCalendar,
  listCalendars,
} from '../store/calendars/calendars.ts'
import { inTransaction } from '../store/index.ts'
import type { HttpDeps, Routes } from './context.ts'
import { notFound } from './errors.ts'
import { idempotent } from './idempotency.ts'
import { requires } from './permissions.ts'
import {
  afterId,
  answer,
  asId,
  givenKeys,
  IdPath,
  jsonBody,
  newRoutes,
  PageQuery,
  pageById,
  pageOf,
  refusals,
} from './routes.ts'
import { accept } from './work/accept.ts'

const Calendar = z
  .object({
    id: z.string(),
    name: z.string(),
    timeZone: z.string(),
    week: calendarParts.week,
    holidays: calendarParts.holidays,
    createdAt: z.string().openapi({ format: 'date-time' }),
    updatedAt: z.string().openapi({ format: 'date-time' }),
  })
  .openapi('Calendar')

const view = (row: CalendarRow) => ({
  id: row.id as string,
  name: row.name,
  timeZone: row.time_zone,
  week: row.week,
  holidays: row.holidays,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})

const Name = z
  .string()
  .trim()
  .regex(CALENDAR_NAME, 'must begin with a letter and have at most 64 letters, digits, _ and -')
  .openapi({ description: 'How scenarios name it: `calendar: sales`, `calendar.sales.open`. Unique in any case' })
// `meta` and `describe`, not `openapi`: the domain's schemas may be there before that is added to zod.
const TimeZone = calendarParts.timeZone.meta({ description: 'Of the IANA database', example: 'Europe/Berlin' })
const Week = calendarParts.week.meta({
  description: 'Seven days, Monday first. Hours that do not end after they begin end on the next day',
  example: [
    [{ from: '09:00', to: '18:00' }],
    [{ from: '09:00', to: '18:00' }],
    [{ from: '09:00', to: '18:00' }],
    [{ from: '09:00', to: '18:00' }],
    [{ from: '09:00', to: '18:00' }],
    [],
    [],
  ],
})
const Holidays = calendarParts.holidays.describe('Dates with hours of their own; without hours: closed')
const tags = ['Calendars']

const list = createRoute({
  method: 'get',
  path: '/calendars',
  tags,
  request: { query: PageQuery },
  responses: { 200: answer('A page of calendars', pageOf(Calendar)), ...refusals(400, 401) },
})
const get = createRoute({
  method: 'get',
  path: '/calendars/{id}',
  tags,
  request: { params: IdPath },
  responses: { 200: answer('The calendar', Calendar), ...refusals(401, 404) },
})
const create = createRoute({
  method: 'post',
  path: '/calendars',
  tags,
  middleware: requires('calendars.manage'),
  request: jsonBody(z.strictObject({ name: Name, timeZone: TimeZone, week: Week, holidays: Holidays.default([]) })),
  responses: { 201: answer('The calendar', Calendar), ...refusals(400, 401, 403, 409) },
})
const change = createRoute({
  method: 'patch',
  path: '/calendars/{id}',
  tags,
  middleware: requires('calendars.manage'),
  request: {
    params: IdPath,
    ...jsonBody(
      z.strictObject({
        name: Name.optional(),
        timeZone: TimeZone.optional(),
        week: Week.optional(),
        holidays: Holidays.optional(),
      }),
    ),
  },
  responses: { 200: answer('The calendar', Calendar), ...refusals(400, 401, 403, 404, 409) },
})
const remove = createRoute({
  method: 'delete',
  path: '/calendars/{id}',
  tags,
  middleware: requires('calendars.manage'),
  request: { params: IdPath },
  responses: { 204: { description: 'Deleted' }, ...refusals(401, 403, 404) },
})

/** When the business is open: what scenarios count business days and hours by. */
export function calendarRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database
  return newRoutes()
    .openapi(list, async (c) => {
      const { limit, cursor } = c.req.valid('query')
      const rows = await listCalendars(db, { after: afterId<CalendarId>(cursor), limit })
      return c.json(pageById(rows, limit, view), 200)
    })
    .openapi(get, async (c) => {
      const row = await findCalendar(db, asId(c.req.valid('param').id, 'This calendar'))
      if (!row) throw notFound('This calendar')
      return c.json(view(row), 200)
    })
    .openapi(create, (c) =>
      idempotent(c, deps, async (tx) => {
        const calendar = accept(await createCalendar(tx, c.req.valid('json'), auditActor(c.get('principal'))))
        return { status: 201, body: view(calendar) }
      }),
    )
    .openapi(change, async (c) => {
      const changes = givenKeys(c.req.valid('json'))
      const id = asId<CalendarId>(c.req.valid('param').id, 'This calendar')
      const row = await inTransaction(db, async (tx) =>
        accept(await changeCalendar(tx, id, changes, auditActor(c.get('principal')))),
      )
      return c.json(view(row), 200)
    })
    .openapi(remove, async (c) => {
      const id = asId<CalendarId>(c.req.valid('param').id, 'This calendar')
      const found = await inTransaction(db, (tx) => deleteCalendar(tx, id, auditActor(c.get('principal'))))
      if (!found) throw notFound('This calendar')
      return c.body(null, 204)
    })
}
