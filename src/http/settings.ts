import { createRoute, z } from '@hono/zod-openapi'
import { calendarParts } from '../domain/calendar/calendar.ts'
import { canonicalLocale } from '../domain/calendar/locale.ts'
import { auditActor } from '../store/actor.ts'
import { inTransaction } from '../store/index.ts'
import { type AccountRow, changeAccount, findAccount } from '../store/settings/account.ts'
import type { HttpDeps, Routes } from './context.ts'
import { requires } from './permissions.ts'
import { answer, givenKeys, jsonBody, newRoutes, refusals } from './routes.ts'

const Settings = z
  .object({
    name: z.string(),
    timeZone: z.string(),
    locale: z.string(),
    updatedAt: z.string().openapi({ format: 'date-time' }),
  })
  .openapi('Settings')

const view = ({ name, time_zone, locale, updated_at }: AccountRow) => ({
  name,
  timeZone: time_zone,
  locale,
  updatedAt: updated_at.toISOString(),
})

const Locale = z
  .string()
  .max(64)
  .transform((text, context) => {
    const locale = canonicalLocale(text)
    if (locale !== null) return locale
    context.addIssue({ code: 'custom', message: 'is no language that this installation knows, such as en or pt-BR' })
    return z.NEVER
  })
  .openapi({ type: 'string', description: 'BCP 47: how dates and numbers are written in texts', example: 'pt-BR' })
// `meta`, not `openapi`: the domain's schema may be there before that is added to zod.
const TimeZone = calendarParts.timeZone.meta({
  description: 'Of the IANA database: for dates in texts, and for times that scenarios name without a zone',
  example: 'Europe/Berlin',
})
const tags = ['Settings']

const get = createRoute({
  method: 'get',
  path: '/settings',
  tags,
  responses: { 200: answer('What is set for the whole installation', Settings), ...refusals(401) },
})
const change = createRoute({
  method: 'patch',
  path: '/settings',
  tags,
  middleware: requires('settings.manage'),
  request: jsonBody(
    z.strictObject({
      name: z.string().trim().max(200).optional(),
      timeZone: TimeZone.optional(),
      locale: Locale.optional(),
    }),
  ),
  responses: { 200: answer('The settings', Settings), ...refusals(400, 401, 403) },
})

/** The account as a whole: its name, and by which zone and language dates are written. */
export function settingsRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database
  return newRoutes()
    .openapi(get, async (c) => c.json(view(await findAccount(db)), 200))
    .openapi(change, async (c) => {
      const changes = givenKeys(c.req.valid('json'))
      const row = await inTransaction(db, (tx) => changeAccount(tx, changes, auditActor(c.get('principal'))))
      return c.json(view(row), 200)
    })
}
