import { createRoute, z } from '@hono/zod-openapi'
import { EXCLUSIONS } from '../domain/campaign/exclusion.ts'
import type { CampaignId, ChannelId } from '../domain/ids.ts'
import { countCampaign, countExclusions, findCampaign, listCampaigns } from '../store/campaigns/campaign-view.ts'
import { pauseCampaign, resumeCampaign, startCampaign, stopCampaign } from '../store/campaigns/control.ts'
import { listRecipients, RECIPIENT_STATES, type RecipientFilter } from '../store/campaigns/recipient-view.ts'
import { retryFailed } from '../store/campaigns/retry-failed.ts'
import type { Db, Tx } from '../store/index.ts'
import { campaignDraftRoutes } from './campaign-drafts.ts'
import { exportRecipients } from './campaign-export.ts'
import { campaignOrderRoutes } from './campaign-orders.ts'
import {
  CAMPAIGN_STATES,
  Campaign,
  CampaignRecipient,
  CountedCampaign,
  campaignJson,
  countedJson,
  recipientJson,
} from './campaign-shapes.ts'
import { campaignTestRoutes } from './campaign-test-send.ts'
import type { HttpDeps, Principal, Routes } from './context.ts'
import { notFound } from './errors.ts'
import { idempotent } from './idempotency.ts'
import { requires } from './permissions.ts'
import {
  afterId,
  answer,
  asId,
  decodeCursor,
  encodeCursor,
  IdPath,
  IdText,
  newRoutes,
  PageQuery,
  pageById,
  pageOf,
  refusals,
} from './routes.ts'
import { accept } from './work/accept.ts'
import { announce } from './work/announce.ts'
import { contentDisposition } from './work/content-disposition.ts'
import { type Language, languageOf } from './work/error-words.ts'

const tags = ['Campaigns']

const list = createRoute({
  method: 'get',
  path: '/campaigns',
  tags,
  summary: 'Campaigns, the newest first',
  request: { query: PageQuery.extend({ channelId: IdText.optional(), state: z.enum(CAMPAIGN_STATES).optional() }) },
  responses: { 200: answer('A page of campaigns', pageOf(Campaign)), ...refusals(400, 401) },
})
const get = createRoute({
  method: 'get',
  path: '/campaigns/{id}',
  tags,
  summary: 'A campaign, and how far it has come',
  request: { params: IdPath },
  responses: { 200: answer('The campaign', CountedCampaign), ...refusals(401, 404) },
})

const RecipientQuery = z.strictObject({
  state: z.enum(RECIPIENT_STATES).optional(),
  exclusion: z.enum(EXCLUSIONS).optional(),
  replied: z.stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive' }).optional(),
})
const recipients = createRoute({
  method: 'get',
  path: '/campaigns/{id}/recipients',
  tags,
  summary: 'Everybody on the list, in its order, with what became of their message',
  request: { params: IdPath, query: PageQuery.extend(RecipientQuery.shape) },
  responses: { 200: answer('A page of recipients', pageOf(CampaignRecipient)), ...refusals(400, 401, 404) },
})
const recipientsCsv = createRoute({
  method: 'get',
  path: '/campaigns/{id}/recipients.csv',
  tags,
  summary: 'The same as a CSV file, safe to open in a spreadsheet',
  request: { params: IdPath, query: RecipientQuery },
  responses: {
    200: { description: 'The file', content: { 'text/csv': { schema: z.string() } } },
    ...refusals(400, 401, 404),
  },
})

const filterOf = ({ state, exclusion, replied }: z.output<typeof RecipientQuery>): RecipientFilter => ({
  state: state ?? null,
  exclusion: exclusion ?? null,
  replied: replied ?? null,
})

/** What people do to a campaign, each with its conflicts (src/store/campaigns/control.ts). */
const VERBS = {
  start: { deed: startCampaign, summary: 'Start a draft, or one that is planned for later' },
  pause: { deed: pauseCampaign, summary: 'Take nobody else until it is resumed' },
  resume: { deed: resumeCampaign, summary: 'Go on' },
  stop: { deed: stopCampaign, summary: 'End it: whoever has not been taken gets nothing' },
  'retry-failed': { deed: retryFailed, summary: 'Send what failed again, where that makes sense' },
}

const control = (verb: keyof typeof VERBS) =>
  createRoute({
    method: 'post',
    path: `/campaigns/{id}/${verb}`,
    tags,
    summary: VERBS[verb].summary,
    middleware: requires('campaigns.manage'),
    request: { params: IdPath },
    responses: { 200: answer('The campaign', CountedCampaign), ...refusals(401, 403, 404, 409) },
  })

/** Campaigns: a template to many, paced, held until the reply (M17). */
export function campaignRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database

  async function oneCampaign(on: Db | Tx, principal: Principal, id: CampaignId, language: Language) {
    const row = await findCampaign(on, principal, id)
    if (!row) throw notFound('The campaign')
    return countedJson(row, await countCampaign(on, id), await countExclusions(on, id), language)
  }
  const demandCampaign = async (principal: Principal, text: string): Promise<CampaignId> => {
    const row = await findCampaign(db, principal, asId<CampaignId>(text, 'The campaign'))
    if (!row) throw notFound('The campaign')
    return row.id
  }

  const routes = newRoutes()
    .openapi(list, async (c) => {
      const { limit, cursor, channelId, state } = c.req.valid('query')
      const wanted = { channelId: (channelId ?? null) as ChannelId | null, state: state ?? null }
      const rows = await listCampaigns(db, c.get('principal'), wanted, { after: afterId<CampaignId>(cursor), limit })
      const language = languageOf(c)
      return c.json(
        pageById(rows, limit, (row) => campaignJson(row, language)),
        200,
      )
    })
    .openapi(get, async (c) => {
      const id = asId<CampaignId>(c.req.valid('param').id, 'The campaign')
      return c.json(await oneCampaign(db, c.get('principal'), id, languageOf(c)), 200)
    })
    .openapi(recipients, async (c) => {
      const id = await demandCampaign(c.get('principal'), c.req.valid('param').id)
      const { limit, cursor, ...wanted } = c.req.valid('query')
      const [after] = decodeCursor(cursor, z.tuple([z.int32().min(0)])) ?? [0]
      const filter = filterOf(wanted)
      const rows = await listRecipients(db, id, filter, { after, limit })
      const shown = rows.slice(0, limit)
      const last = shown.at(-1)
      return c.json(
        {
          items: shown.map((row) => recipientJson(row, languageOf(c))),
          next: rows.length > limit && last ? encodeCursor(last.ordinal) : null,
        },
        200,
      )
    })
    .openapi(recipientsCsv, async (c) => {
      const id = await demandCampaign(c.get('principal'), c.req.valid('param').id)
      const filter = filterOf(c.req.valid('query'))
      return c.body(exportRecipients(db, id, filter, languageOf(c)) as ReadableStream, 200, {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': contentDisposition('attachment', `campaign-${id}.csv`),
      })
    })

  for (const verb of Object.keys(VERBS) as (keyof typeof VERBS)[]) {
    routes.openapi(control(verb), async (c) => {
      const id = asId<CampaignId>(c.req.valid('param').id, 'The campaign')
      const principal = c.get('principal')
      return idempotent(c, deps, async (tx) => {
        const change = accept(await VERBS[verb].deed(tx, principal, id))
        const body = {
          ...(await oneCampaign(tx, principal, id, languageOf(c))),
          ...('retried' in change ? { retried: change.retried } : {}),
        }
        const afterCommit = () => {
          deps.campaignChanged(id)
          announce(deps, null)
        }
        return { status: 200, body, afterCommit }
      })
    })
  }
  routes.route('/', campaignOrderRoutes(deps))
  routes.route('/', campaignDraftRoutes(deps))
  routes.route('/', campaignTestRoutes(deps))
  return routes
}
