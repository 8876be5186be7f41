import { z } from '@hono/zod-openapi'
import { whatsAppCloudConfig } from '../channels/whatsapp-cloud/config.ts'
import type { TaskTemplateId } from '../domain/ids.ts'
import type { ChannelRow } from '../store/channels/load-channel.ts'
import { givenKeys, IdText } from './routes.ts'

export const Channel = z
  .object({
    id: z.string(),
    provider: z.string(),
    name: z.string(),
    state: z.enum(['connected', 'paused', 'disconnected', 'restricted', 'needs_attention']),
    stateReason: z.string().nullable().openapi({ description: 'for a person' }),
    checked: z.boolean().openapi({ description: 'Did the provider confirm the account?' }),
    webhookUrl: z.string().openapi({ description: 'where the provider sends events' }),
    phoneNumberId: z.string(),
    wabaId: z.string().nullable(),
    displayPhone: z.string().nullable(),
    graphUrl: z.string(),
    secretRotation: z.boolean().openapi({ description: 'Is an earlier app secret still accepted?' }),
    taskTemplateId: z.string().nullable(),
    newTaskIfNoActive: z.boolean(),
    reopenLastTask: z.boolean(),
    bulk: z.object({
      threshold: z.number().optional(),
      windowSeconds: z.number().optional(),
      holdDays: z.number().optional(),
      by: z.enum(['content', 'kind']).optional(),
    }),
    coexistence: z.boolean(),
    pacing: z.object({ perSecond: z.number() }).nullable(),
    templates: z
      .object({ syncedAt: z.string().nullable(), problem: z.string().nullable() })
      .openapi({ description: 'When the templates were last synchronised, and why the last time failed' }),
    createdAt: z.string(),
    lastInboundAt: z.string().nullable(),
    lastOutboundAt: z.string().nullable(),
  })
  .openapi('Channel')

/** Names every key it shows: what is added to the table stays inside until somebody decides otherwise. */
export const channelView = (row: ChannelRow, publicUrl: string): z.input<typeof Channel> => ({
  id: row.id,
  provider: row.provider,
  name: row.name,
  state: row.state,
  stateReason: row.state_reason,
  checked: row.config.checked,
  webhookUrl: webhookUrl(publicUrl, row.id),
  phoneNumberId: row.account_id,
  wabaId: row.business_id,
  displayPhone: row.display_phone,
  graphUrl: row.config.graphUrl,
  secretRotation: row.config.previousAppSecretHash !== null,
  taskTemplateId: row.task_template_id,
  newTaskIfNoActive: row.new_task_if_no_active,
  reopenLastTask: row.reopen_last_task,
  bulk: row.bulk,
  coexistence: row.coexistence,
  pacing: row.messages_per_second === null ? null : { perSecond: row.messages_per_second },
  templates: { syncedAt: row.templates_synced_at?.toISOString() ?? null, problem: row.templates_problem },
  createdAt: row.created_at.toISOString(),
  lastInboundAt: row.last_inbound_at?.toISOString() ?? null,
  lastOutboundAt: row.last_outbound_at?.toISOString() ?? null,
})

export const webhookUrl = (publicUrl: string, id: string): string => `${publicUrl}/webhooks/${id}`

const { phoneNumberId, wabaId, accessToken, appSecret, graphUrl } = whatsAppCloudConfig.shape
/** Comes back in a query string, and is compared as it is. */
const VerifyToken = z.string().regex(/^[\x21-\x7e]{1,500}$/, 'must be one word of printable characters')
const Name = z.string().trim().min(1).max(200)
const TemplateId = IdText.transform((id) => id as TaskTemplateId)
const Bulk = z
  .strictObject({
    threshold: z.number().int().min(1).max(1_000).optional(),
    windowSeconds: z.number().int().min(1).max(86_400).optional(),
    holdDays: z.number().int().min(1).max(366).optional().openapi({ description: 'absent: one calendar month' }),
    by: z.enum(['content', 'kind']).optional(),
  })
  .transform(givenKeys)
const Pacing = z.strictObject({ perSecond: z.number().int().min(1).max(1_000) })

export const NewChannelBody = z
  .strictObject({
    provider: z.literal('whatsapp-cloud', 'must be a provider that this installation knows: whatsapp-cloud'),
    name: Name,
    phoneNumberId,
    wabaId,
    accessToken,
    appSecret,
    verifyToken: VerifyToken,
    graphUrl,
    taskTemplateId: TemplateId.optional(),
    newTaskIfNoActive: z.boolean().default(true),
    reopenLastTask: z.boolean().default(true),
    bulk: Bulk.default({}),
    coexistence: z.boolean().optional().openapi({ description: 'absent: as the provider says' }),
    pacing: Pacing.optional(),
  })
  .openapi('NewChannel')

export const ChannelChangesBody = z
  .strictObject({
    name: Name.optional(),
    accessToken: accessToken.optional(),
    appSecret: appSecret.optional(),
    previousAppSecret: appSecret
      .nullable()
      .optional()
      .openapi({ description: 'accepted beside the current one while the secret is rotated; null ends that' }),
    verifyToken: VerifyToken.optional(),
    graphUrl: graphUrl.unwrap().optional(),
    taskTemplateId: TemplateId.optional(),
    newTaskIfNoActive: z.boolean().optional(),
    reopenLastTask: z.boolean().optional(),
    bulk: Bulk.optional(),
    coexistence: z.boolean().optional(),
    pacing: Pacing.nullable().optional(),
  })
  .openapi('ChannelChanges')
