import { z } from '@hono/zod-openapi'
import type { ChannelAdapter } from '../channels/port.ts'
import { adapterFor, allAdapters } from '../channels/registry.ts'
import type { TaskTemplateId } from '../domain/ids.ts'
import { phoneSilence } from '../domain/phone-silence.ts'
import { providerErrorRule } from '../domain/provider-errors.ts'
import { spoken } from '../domain/scenario/spoken.ts'
import { historyView } from '../store/channels/app-sync.ts'
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
    webhookUrl: z.string().openapi({
      description:
        'where the provider sends events; with a key behind `?` where that is what it proves itself by, for who may set up channels',
    }),
    messenger: z.enum(['whatsapp', 'instagram', 'other']),
    accountId: z.string().openapi({ description: 'what the provider calls the account' }),
    businessId: z.string().nullable(),
    displayPhone: z.string().nullable(),
    settings: z
      .record(z.string(), z.any())
      .openapi({ description: "The provider's keys that are no secret, as they were given" }),
    phoneNumberId: z.string().optional().openapi({ description: 'of `whatsapp-cloud`: `accountId`' }),
    wabaId: z.string().nullable().optional().openapi({ description: 'of `whatsapp-cloud`: `businessId`' }),
    graphUrl: z.string().optional().openapi({ description: 'of providers that have one' }),
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
    webhook: z
      .object({
        verifiedAt: z.string().nullable().openapi({ description: 'The provider last checked the address, rightly' }),
        lastSignedAt: z
          .string()
          .nullable()
          .openapi({ description: 'The last event with a right signature; to a minute' }),
        lastRefusedAt: z
          .string()
          .nullable()
          .openapi({ description: 'The last call that was turned away; to a minute' }),
        refusal: z.enum(['verify_token', 'signature']).nullable().openapi({ description: 'Why that was' }),
      })
      .openapi({ description: 'What came to the webhook address' }),
    account: z
      .object({
        name: z.string().nullable(),
        quality: z.string().nullable().openapi({ example: 'green' }),
        qualityNews: z.string().nullable().openapi({ description: 'What the provider last said about it by itself' }),
        qualityNewsAt: z.string().nullable(),
        messagingLimit: z.string().nullable().openapi({ example: 'tier_2k' }),
        throughput: z.string().nullable().openapi({ example: 'standard' }),
        tokenExpiresAt: z.string().nullable(),
        checkedAt: z.string().nullable(),
      })
      .openapi({ description: 'What the provider said of the account when it was last asked' }),
    restrictions: z
      .array(
        z.object({
          type: z.string(),
          blocks: z.enum(['templates', 'replies', 'utility_templates']),
          until: z.string().nullable(),
        }),
      )
      .openapi({ description: 'What a `restricted` channel may not send; empty: nothing at all can be sent' }),
    providerAway: z
      .object({
        since: z.string(),
        code: z.string().openapi({ description: 'of the last failure: `network`, `unknown` (no answer came), …' }),
        reason: z.string().openapi({ description: 'for a person' }),
        nextTryAt: z.string().openapi({ description: 'One message is tried then; the others wait until it went well' }),
      })
      .nullable()
      .openapi({ description: 'The provider does not answer: what is to be sent waits, and goes by itself later' }),
    closed: z
      .object({
        at: z.string(),
        by: z.string(),
        left: z
          .array(z.object({ what: z.string(), message: z.string() }))
          .openapi({ description: 'What a person still has to do at the provider' }),
      })
      .nullable()
      .openapi({ description: 'The connection was ended here, and its access token wiped' }),
    history: z
      .object({
        state: z.enum(['not_asked', 'asked', 'importing', 'done', 'declined']),
        progress: z.number().openapi({ description: 'percent' }),
        chunks: z.number(),
        messages: z.number(),
        askedAt: z.string().nullable(),
        declinedAt: z.string().nullable().openapi({ description: 'The owner did not share it' }),
        lastAt: z.string().nullable(),
        problem: z.string().nullable().openapi({ description: 'Why the provider did not take the question' }),
        retryAt: z.string().nullable().openapi({ description: 'When it is asked again by itself; null: it is not' }),
        contactsAskedAt: z.string().nullable().openapi({ description: 'When it was asked for its phone book' }),
      })
      .nullable()
      .openapi({ description: 'Of a number that the phone app uses, too: how far its history has come' }),
    phoneApp: z
      .object({
        lastHeardAt: z.string().nullable(),
        silentSince: z.string().nullable().openapi({ description: 'People have been told that it is silent' }),
        endsAt: z.string().nullable().openapi({ description: 'About when Meta ends the connection for that' }),
      })
      .nullable()
      .openapi({ description: 'Of a number that the phone app uses, too' }),
    createdAt: z.string(),
    lastInboundAt: z.string().nullable(),
    lastOutboundAt: z.string().nullable(),
  })
  .openapi('Channel')

/** Names every key it shows: what is added to the table stays inside until somebody decides otherwise. */
export const channelView = (row: ChannelRow, address: string): z.input<typeof Channel> => ({
  id: row.id,
  provider: row.provider,
  name: row.name,
  state: row.state,
  stateReason: row.state_reason,
  checked: row.config.checked,
  webhookUrl: address,
  messenger: adapterFor(row.provider)?.messenger ?? 'other',
  accountId: row.account_id,
  businessId: row.business_id,
  displayPhone: row.display_phone,
  settings: row.config.settings,
  ...(row.config.keys.id === 'phoneNumberId' ? { phoneNumberId: row.account_id, wabaId: row.business_id } : {}),
  ...(typeof row.config.settings.graphUrl === 'string' ? { graphUrl: row.config.settings.graphUrl } : {}),
  secretRotation: row.config.previousAppSecretHash !== null,
  taskTemplateId: row.task_template_id,
  newTaskIfNoActive: row.new_task_if_no_active,
  reopenLastTask: row.reopen_last_task,
  bulk: row.bulk,
  coexistence: row.coexistence,
  pacing: row.messages_per_second === null ? null : { perSecond: row.messages_per_second },
  templates: { syncedAt: row.templates_synced_at?.toISOString() ?? null, problem: row.templates_problem },
  webhook: {
    verifiedAt: row.webhook_verified_at?.toISOString() ?? null,
    lastSignedAt: row.webhook_signed_at?.toISOString() ?? null,
    lastRefusedAt: row.webhook_refused_at?.toISOString() ?? null,
    refusal: row.webhook_refusal,
  },
  account: {
    name: row.account.name ?? null,
    quality: row.account.quality ?? null,
    qualityNews: row.quality,
    qualityNewsAt: row.quality_at?.toISOString() ?? null,
    messagingLimit: row.account.messagingLimit ?? null,
    throughput: row.account.throughput ?? null,
    tokenExpiresAt: row.account.tokenExpiresAt ?? null,
    checkedAt: row.account.checkedAt ?? null,
  },
  restrictions: row.restrictions,
  providerAway: providerAwayView(row),
  closed: row.closed && { at: row.closed.at, by: row.closed.by, left: row.closed.left },
  history: historyView(row),
  phoneApp: phoneAppView(row),
  createdAt: row.created_at.toISOString(),
  lastInboundAt: row.last_inbound_at?.toISOString() ?? null,
  lastOutboundAt: row.last_outbound_at?.toISOString() ?? null,
})

function providerAwayView({ send_circuit: away }: ChannelRow) {
  if (away === null) return null
  const { since, code, circuit } = away
  const reason = code === 'unknown' ? 'No answer came' : providerErrorRule(code).words.en
  return {
    since: new Date(since).toISOString(),
    code,
    reason,
    nextTryAt: new Date(circuit.until).toISOString(),
  }
}

function phoneAppView(row: ChannelRow) {
  if (!row.coexistence) return null
  const silence = phoneSilence({
    heardAt: row.app_seen_at,
    connectedAt: row.created_at,
    warnedAt: row.state === 'connected' ? row.app_warned_at : null,
  })
  return {
    lastHeardAt: row.app_seen_at?.toISOString() ?? null,
    silentSince: silence?.since.toISOString() ?? null,
    endsAt: silence?.endsAt.toISOString() ?? null,
  }
}

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
const SigningKey = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]{1,2000}$/, 'must be one word of printable characters')

const KNOWN = allAdapters().map(({ provider }) => provider)
const providerError = spoken({
  en: `must be a provider that this installation knows: ${KNOWN.join(', ')}`,
  ru: `нужен провайдер, которого эта установка знает: ${KNOWN.join(', ')}`,
})

/** One form for each provider: its own keys, and those of every channel. */
function byProvider<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  keysOf = ({ account }: ChannelAdapter): z.ZodObject => account.keys,
) {
  const forms = allAdapters().map((adapter) =>
    z.strictObject({ provider: z.literal(adapter.provider), ...keysOf(adapter).shape, ...shape }),
  )
  const [first, ...others] = forms
  if (!first) throw new Error('there is no adapter')
  // The providers' keys are checked, and then kept by their names: their types are the adapters' own concern.
  return z.discriminatedUnion('provider', [first, ...others], { error: providerError }) as unknown as z.ZodType<
    { provider: string } & z.output<z.ZodObject<Shape>> & Record<string, unknown>
  >
}

/** What a connection is tried out with, before there is a channel. What can be made up need not be there yet. */
export const CheckBody = byProvider({}, ({ account, connection }) =>
  account.keys.extend(
    Object.fromEntries(
      connection.fields.flatMap(({ key, made }) => {
        const schema = account.keys.shape[key]
        return made && schema ? [[key, z.optional(schema)]] : []
      }),
    ),
  ),
).openapi('ChannelCheckRequest')

export const NewChannelBody = byProvider({
  name: Name,
  taskTemplateId: TemplateId.optional(),
  newTaskIfNoActive: z.boolean().default(true),
  reopenLastTask: z.boolean().default(true),
  bulk: Bulk.default({}),
  coexistence: z.boolean().optional().openapi({ description: 'absent: as the provider says' }),
  pacing: Pacing.optional(),
}).openapi('NewChannel')

export const ChannelChangesBody = z
  .looseObject({
    name: Name.optional(),
    previousAppSecret: SigningKey.nullable()
      .optional()
      .openapi({ description: 'a signing key that is accepted beside the current one; null ends that' }),
    keepOldAppSecret: z
      .boolean()
      .optional()
      .openapi({ description: 'With a new signing key: the one until now becomes the previous one' }),
    taskTemplateId: TemplateId.optional(),
    newTaskIfNoActive: z.boolean().optional(),
    reopenLastTask: z.boolean().optional(),
    bulk: Bulk.optional(),
    coexistence: z.boolean().optional(),
    pacing: Pacing.nullable().optional(),
  })
  .openapi('ChannelChanges', {
    description: "Beside these, the keys of the channel's provider except the one that names the account",
  })
