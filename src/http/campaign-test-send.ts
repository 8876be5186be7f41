import { createRoute, z } from '@hono/zod-openapi'
import { mergeParameters } from '../domain/campaign/parameters.ts'
import type { AttachmentId, CampaignId } from '../domain/ids.ts'
import type { TemplateChoice } from '../domain/template/template.ts'
import { findCampaign } from '../store/campaigns/campaign-view.ts'
import { findRecipient } from '../store/campaigns/recipient-view.ts'
import { addUploadedFile, type UploadedFile } from '../store/comments/attachments.ts'
import { newId } from '../store/new-id.ts'
import { queueMessage } from '../store/outgoing/queue-message.ts'
import type { HttpDeps, Principal, Routes } from './context.ts'
import { ApiError, notFound } from './errors.ts'
import { idempotent } from './idempotency.ts'
import { requires } from './permissions.ts'
import { answer, asId, IdPath, jsonBody, newRoutes, refusals } from './routes.ts'
import { accept } from './work/accept.ts'
import { announce, sendRulesOf } from './work/announce.ts'
import { discardFiles } from './work/discard-files.ts'

const test = createRoute({
  method: 'post',
  path: '/campaigns/{id}/test',
  tags: ['Campaigns'],
  summary: "Send a campaign's message to oneself, filled as for somebody on the list",
  middleware: requires('campaigns.manage'),
  request: {
    params: IdPath,
    ...jsonBody(
      z.strictObject({
        to: z.string().max(40),
        ordinal: z
          .number()
          .int()
          .min(1)
          .max(2 ** 31 - 1)
          .optional()
          .openapi({ description: 'The `row` of the recipient; absent: the first who gets the message' }),
      }),
    ),
  },
  responses: {
    202: answer('It is on its way', z.object({ deliveryId: z.string() })),
    ...refusals(400, 401, 403, 404, 409, 415, 422),
  },
})

interface TestMessage {
  template: TemplateChoice
  /** the header's file as one of the sender's own: a message takes its file away, and the campaign still needs it */
  file: UploadedFile | null
}

/** A test message is an ordinary message outside tasks (`POST /api/messages`); it is none of the campaign's. */
export function campaignTestRoutes(deps: HttpDeps): Routes {
  return newRoutes().openapi(test, async (c) => {
    const id = asId<CampaignId>(c.req.valid('param').id, 'The campaign')
    const { to, ordinal } = c.req.valid('json')
    const principal = c.get('principal')
    let copied: AttachmentId | null = null
    let kept = false
    try {
      return await idempotent(
        c,
        deps,
        async (tx, { template, file }: TestMessage) => {
          const campaign = await findCampaign(tx, principal, id)
          if (!campaign) throw notFound('The campaign')
          if (file) await addUploadedFile(tx, principal, file)
          const draft = { channelId: campaign.channel_id, to, template }
          const { deliveryId, conversation } = accept(await queueMessage(tx, principal, draft, sendRulesOf))
          const afterCommit = () => {
            kept = true
            announce(deps, conversation)
          }
          return { status: 202, body: { deliveryId: deliveryId as string }, afterCommit }
        },
        {
          prepare: async () => {
            const message = await testMessage(deps, principal, id, ordinal ?? null)
            copied = message.file?.id ?? null
            return message
          },
        },
      )
    } catch (error) {
      // In an outage nobody can say whether the row was written: then its bytes stay.
      if (!(error instanceof ApiError)) kept = true
      throw error
    } finally {
      if (copied !== null && !kept) await discardFiles(deps, [copied])
    }
  })
}

async function testMessage(
  deps: HttpDeps,
  principal: Principal,
  id: CampaignId,
  ordinal: number | null,
): Promise<TestMessage> {
  const { db } = deps.database
  const campaign = await findCampaign(db, principal, id)
  if (!campaign) throw notFound('The campaign')
  const recipient = await findRecipient(db, id, ordinal)
  if (ordinal !== null && !recipient) throw notFound('The recipient')
  const { name, language } = campaign.template
  const parameters = mergeParameters(campaign.template.parameters, recipient?.parameters)
  const shown = parameters.header?.find((one) => typeof one === 'object' && 'attachmentId' in one)
  if (typeof shown !== 'object' || !('attachmentId' in shown)) {
    return { template: { name, language, parameters }, file: null }
  }
  const file = await copyFile(deps, shown.attachmentId)
  const header = [{ attachmentId: file.id }]
  return { template: { name, language, parameters: { ...parameters, header } }, file }
}

async function copyFile({ database, files }: HttpDeps, from: AttachmentId): Promise<UploadedFile> {
  const row = await database.db
    .selectFrom('attachments')
    .select(['content_id', 'name', 'mime', 'size', 'sha256'])
    .where('id', '=', from)
    .executeTakeFirst()
  const id = newId<AttachmentId>()
  if (!row || !(await files.copy(row.content_id ?? from, id))) {
    throw new ApiError(409, 'file_missing', "The file of the message's header is not there any more", {
      attachmentId: from,
    })
  }
  return { id, name: row.name, mime: row.mime, size: row.size ?? 0, sha256: row.sha256 ?? '' }
}
