import { createRoute } from '@hono/zod-openapi'
import type { CampaignId } from '../domain/ids.ts'
import { countCampaign, countExclusions, findCampaign } from '../store/campaigns/campaign-view.ts'
import { deleteDraft, findDraftOrder, replaceDraft } from '../store/campaigns/drafts.ts'
import { inTransaction } from '../store/index.ts'
import { ListReport, readOrder, rowErrors } from './campaign-orders.ts'
import { CampaignBody, CountedCampaign, countedJson } from './campaign-shapes.ts'
import type { HttpDeps, Routes } from './context.ts'
import { notFound } from './errors.ts'
import { requires } from './permissions.ts'
import { answer, asId, IdPath, jsonBody, newRoutes, refusals } from './routes.ts'
import { accept } from './work/accept.ts'
import { announce } from './work/announce.ts'
import { languageOf } from './work/error-words.ts'

const tags = ['Campaigns']
const middleware = requires('campaigns.manage')

const order = createRoute({
  method: 'get',
  path: '/campaigns/{id}/order',
  tags,
  middleware,
  summary: 'What a draft was made from, to open it again',
  request: { params: IdPath },
  responses: { 200: answer('The order as it was given', CampaignBody), ...refusals(401, 403, 404, 409) },
})
const replace = createRoute({
  method: 'put',
  path: '/campaigns/{id}',
  tags,
  middleware,
  summary: 'Change a draft; its list is sorted out anew',
  request: { params: IdPath, ...jsonBody(CampaignBody) },
  responses: {
    200: answer('The draft, and who on the list gets nothing', CountedCampaign.extend(ListReport)),
    ...refusals(400, 401, 403, 404, 409, 413, 415, 422),
  },
})
const remove = createRoute({
  method: 'delete',
  path: '/campaigns/{id}',
  tags,
  middleware,
  summary: 'Delete a draft',
  request: { params: IdPath },
  responses: { 204: { description: 'Deleted' }, ...refusals(401, 403, 404, 409) },
})

/** Campaigns that are being prepared: they can be opened again, changed and deleted until they are started. */
export function campaignDraftRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database
  const idOf = (text: string) => asId<CampaignId>(text, 'The campaign')
  return newRoutes()
    .openapi(order, async (c) => {
      const given = accept(await findDraftOrder(db, c.get('principal'), idOf(c.req.valid('param').id)))
      return c.json(CampaignBody.parse(given), 200)
    })
    .openapi(replace, async (c) => {
      const id = idOf(c.req.valid('param').id)
      const principal = c.get('principal')
      const given = await readOrder(c.req.valid('json'))
      const body = await inTransaction(db, async (tx) => {
        const plan = accept(await replaceDraft(tx, principal, id, given))
        const row = await findCampaign(tx, principal, id)
        if (!row) throw notFound('The campaign')
        const counted = countedJson(row, await countCampaign(tx, id), await countExclusions(tx, id), languageOf(c))
        return { ...counted, errors: rowErrors(plan, languageOf(c)), ignoredColumns: plan.ignoredColumns }
      })
      announce(deps, null)
      return c.json(body, 200)
    })
    .openapi(remove, async (c) => {
      const id = idOf(c.req.valid('param').id)
      await inTransaction(db, async (tx) => accept(await deleteDraft(tx, c.get('principal'), id)))
      announce(deps, null)
      return c.body(null, 204)
    })
}
