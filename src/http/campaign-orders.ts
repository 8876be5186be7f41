import { createRoute, z } from '@hono/zod-openapi'
import { adapterFor } from '../channels/registry.ts'
import { exclusionWords } from '../domain/campaign/exclusion-words.ts'
import { mergeParameters } from '../domain/campaign/parameters.ts'
import { type ScheduleRefusal, scheduledMoment } from '../domain/campaign/schedule.ts'
import type { ChannelId } from '../domain/ids.ts'
import { fillTemplate } from '../domain/template/fill.ts'
import type { TemplateChoice, TemplateParameters } from '../domain/template/template.ts'
import { countCampaign, countExclusions, findCampaign } from '../store/campaigns/campaign-view.ts'
import { createCampaign, type NewCampaign } from '../store/campaigns/create-campaign.ts'
import {
  type Audience,
  type CampaignPlan,
  type PlanChannel,
  type PlannedRecipient,
  planCampaign,
} from '../store/campaigns/plan-campaign.ts'
import { readCsv } from './campaign-csv.ts'
import {
  CampaignBody,
  CountedCampaign,
  Counts,
  countedJson,
  Excluded,
  RowErrors,
  shownNumber,
} from './campaign-shapes.ts'
import type { HttpDeps, Routes } from './context.ts'
import { ApiError, notFound } from './errors.ts'
import { idempotent } from './idempotency.ts'
import { requires } from './permissions.ts'
import { answer, jsonBody, newRoutes, refusals } from './routes.ts'
import { accept } from './work/accept.ts'
import { announce } from './work/announce.ts'
import { type Language, languageOf } from './work/error-words.ts'

const tags = ['Campaigns']

export const ListReport = {
  errors: RowErrors,
  ignoredColumns: z
    .array(z.string())
    .openapi({ description: 'Headings of the CSV that mean nothing for the template' }),
}

const create = createRoute({
  method: 'post',
  path: '/campaigns',
  tags,
  summary: 'Send a template to many; at once, unless it is a draft or planned for later',
  middleware: requires('campaigns.manage'),
  request: jsonBody(CampaignBody),
  responses: {
    201: answer('The campaign, and who on the list gets nothing', CountedCampaign.extend(ListReport)),
    ...refusals(400, 401, 403, 404, 409, 413, 415, 422),
  },
})

const Example = z.object({
  row: z.number().int(),
  to: z.string(),
  name: z.string().nullable(),
  rendered: z.object({
    header: z.string().nullable(),
    body: z.string(),
    footer: z.string().nullable(),
    buttons: z.array(
      z.object({ kind: z.string(), text: z.string(), url: z.string().optional(), phone: z.string().optional() }),
    ),
    text: z.string(),
  }),
})
const preview = createRoute({
  method: 'post',
  path: '/campaigns/preview',
  tags,
  summary: 'What a campaign would do; nothing is stored',
  middleware: requires('campaigns.manage'),
  request: jsonBody(CampaignBody),
  responses: {
    200: answer(
      'Counts, exclusions, examples and how long it would take',
      z.object({
        counts: Counts.pick({ total: true, queued: true, excluded: true }),
        excluded: Excluded,
        ...ListReport,
        examples: z.array(Example).openapi({ description: 'The first three messages as their clients would see them' }),
        perSecond: z.number().openapi({ description: 'Messages per second on this channel' }),
        estimatedSeconds: z.number().int(),
        scheduleAt: z.string().nullable(),
      }),
    ),
    ...refusals(400, 401, 403, 404, 409, 413, 415, 422),
  },
})

/** Campaigns as people plan them: the list, who gets nothing and why, and the start (M15, M17). */
export function campaignOrderRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database
  return newRoutes()
    .openapi(create, async (c) => {
      const principal = c.get('principal')
      return idempotent(
        c,
        deps,
        async (tx, order: NewCampaign) => {
          const { id, plan } = accept(await createCampaign(tx, principal, order))
          const row = await findCampaign(tx, principal, id)
          if (!row) throw notFound('The campaign')
          const counts = await countCampaign(tx, id)
          return {
            status: 201,
            body: {
              ...countedJson(row, counts, await countExclusions(tx, id), languageOf(c)),
              errors: rowErrors(plan, languageOf(c)),
              ignoredColumns: plan.ignoredColumns,
            },
            afterCommit: () => {
              deps.campaignChanged(id)
              announce(deps, null)
            },
          }
        },
        { prepare: () => readOrder(c.req.valid('json')) },
      )
    })
    .openapi(preview, async (c) => {
      const order = await readOrder(c.req.valid('json'))
      const plan = accept(await planCampaign(db, c.get('principal'), order))
      const queued = plan.recipients.filter(({ excluded }) => excluded === null)
      const perSecond = rateOf(plan.channel)
      return c.json(
        {
          counts: {
            total: plan.recipients.length,
            queued: queued.length,
            excluded: plan.recipients.length - queued.length,
          },
          excluded: exclusionsOf(plan),
          errors: rowErrors(plan, languageOf(c)),
          ignoredColumns: plan.ignoredColumns,
          examples: queued.slice(0, 3).flatMap((one) => exampleOf(plan, order.template.parameters, one)),
          perSecond,
          estimatedSeconds: Math.ceil(queued.length / perSecond),
          scheduleAt: order.scheduleAt?.toISOString() ?? null,
        },
        200,
      )
    })
}

/** A start so long ago is a slip, such as last year's date; less is a slow click. */
const LATE_MS = 10 * 60_000

const SCHEDULE_WORDS: Record<ScheduleRefusal, string> = {
  time_zone_unknown: 'timeZone: there is no such time zone; it needs an IANA name such as Europe/Berlin',
  time_zone_needed: 'scheduleAt: without an offset it needs timeZone',
  time_invalid: 'scheduleAt: there is no such time; it is written like 2026-03-02T09:00 or 2026-03-02T09:00:00+01:00',
}

/** @throws ApiError 400 for a schedule or a CSV that cannot be read, 422 for a list that is too long */
export async function readOrder(body: z.output<typeof CampaignBody>): Promise<NewCampaign> {
  if (![body.template, body.recipients, body.filter].every(isStorable)) {
    throw new ApiError(400, 'invalid_request', 'The request holds characters that cannot be stored')
  }
  const timeZone = body.timeZone ?? null
  const planned = scheduledMoment(body.scheduleAt ?? '2000-01-01T00:00Z', timeZone)
  if (!planned.ok) throw new ApiError(400, planned.reason, SCHEDULE_WORDS[planned.reason])
  const scheduleAt = body.scheduleAt == null ? null : planned.at
  if (scheduleAt !== null && scheduleAt.getTime() < Date.now() - LATE_MS) {
    throw new ApiError(400, 'time_past', 'scheduleAt: this time is over', { scheduleAt: scheduleAt.toISOString() })
  }
  return {
    channelId: body.channelId as ChannelId,
    name: body.name,
    template: body.template as TemplateChoice,
    audience: await audienceOf(body),
    requireConsent: body.requireConsent,
    draft: body.draft,
    scheduleAt,
    timeZone,
    given: body,
  }
}

/** PostgreSQL's JSON takes neither NUL nor half of a surrogate pair. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\u0000')
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorable(inner))
}

async function audienceOf({ recipients, csv, filter }: z.output<typeof CampaignBody>): Promise<Audience> {
  if (csv !== undefined) return { from: 'csv', table: await readCsv(csv) }
  if (filter !== undefined) return { from: 'contacts', filter }
  return {
    from: 'list',
    recipients: (recipients ?? []).map(({ to, name, parameters }, index) => ({
      row: index + 1,
      to,
      name: name ?? null,
      parameters: (parameters ?? null) as TemplateParameters | null,
      problem: null,
    })),
  }
}

const MOST_ERRORS = 100

export const rowErrors = ({ recipients }: CampaignPlan, language: Language) =>
  recipients
    .filter(({ excluded }) => excluded !== null)
    .slice(0, MOST_ERRORS)
    .flatMap(({ row, phone, excluded }) =>
      excluded
        ? [
            {
              row,
              to: shownNumber(phone),
              code: excluded.exclusion,
              message: exclusionWords(excluded.reasons)[language],
            },
          ]
        : [],
    )

function exclusionsOf({ recipients }: CampaignPlan): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { excluded } of recipients)
    if (excluded) counts[excluded.exclusion] = (counts[excluded.exclusion] ?? 0) + 1
  return counts
}

function exampleOf(plan: CampaignPlan, base: TemplateParameters | undefined, recipient: PlannedRecipient) {
  const preflight = fillTemplate(plan.template, mergeParameters(base, recipient.parameters))
  if (!preflight.ok) return []
  const { row, phone, name } = recipient
  return [{ row, to: shownNumber(phone), name, rendered: preflight.rendered }]
}

/** A number that is used in the phone app, too, has a lower limit (reference §8). */
const COEXISTENCE_PER_SECOND = 20

function rateOf({ provider, messages_per_second, coexistence }: PlanChannel): number {
  if (messages_per_second !== null) return messages_per_second
  return coexistence ? COEXISTENCE_PER_SECOND : (adapterFor(provider)?.capabilities.messagesPerSecond ?? 1)
}
