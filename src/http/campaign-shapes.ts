import { z } from '@hono/zod-openapi'
import { EXCLUSIONS } from '../domain/campaign/exclusion.ts'
import { exclusionWords } from '../domain/campaign/exclusion-words.ts'
import { pauseWords } from '../domain/campaign/pause-reason.ts'
import { MAX_RECIPIENTS } from '../domain/campaign/recipient.ts'
import { digitsOf } from '../domain/phone-variants.ts'
import type { CampaignCounts } from '../store/campaigns/campaign-view.ts'
import type { CampaignRow } from '../store/campaigns/control.ts'
import { RECIPIENT_STATES, type RecipientView } from '../store/campaigns/recipient-view.ts'
import { IdText } from './routes.ts'
import { errorWords, type Language } from './work/error-words.ts'
import { Template, TemplateParameters } from './work/shapes.ts'

const Time = z.string().openapi({ format: 'date-time' })

export const CAMPAIGN_STATES = ['draft', 'scheduled', 'running', 'paused', 'stopped', 'finished'] as const

const Filter = z
  .strictObject({
    tags: z.array(z.string().trim().min(1).max(60)).min(1).max(100).optional(),
    tagMatch: z.enum(['any', 'all']).optional().openapi({ description: 'one of the tags (if not said), or each' }),
    q: z.string().trim().min(1).max(200).optional().openapi({ description: 'part of a name, or of a phone number' }),
    fields: z.record(z.string().min(1).max(100), z.union([z.string().max(1000), z.number(), z.boolean()])).optional(),
    everybody: z.literal(true).optional().openapi({ description: 'every contact that the channel knows by a number' }),
  })
  .refine(
    ({ tags, q, fields, everybody }) => tags || q || (fields && Object.keys(fields).length > 0) || everybody,
    'says nothing; for every contact of the channel give everybody: true',
  )

const Recipient = z.strictObject({
  to: z.string().max(100).openapi({ description: 'A phone number with its country code', example: '+16505551234' }),
  name: z.string().max(500).nullish(),
  parameters: TemplateParameters.nullish().openapi({ description: 'stand over those of the campaign' }),
})

export const CampaignBody = z
  .strictObject({
    channelId: IdText,
    name: z.string().trim().min(1).max(200),
    template: Template,
    recipients: z.array(Recipient).min(1).max(MAX_RECIPIENTS).optional(),
    csv: z
      .string()
      .optional()
      .openapi({
        description:
          'The first line names the columns: `to` (or `phone`, `number`, …), `name`, the parameters of the body by name or ' +
          'as `1`, `2`, …, `header`, `button0`, …; delimiter `,`, `;` or tab',
      }),
    filter: Filter.optional().openapi({ description: 'Contacts that the channel knows by a number' }),
    scheduleAt: z.string().max(40).nullish().openapi({
      description: 'With an offset, or by the wall clock of `timeZone`; absent: at once',
      example: '2026-03-02T09:00',
    }),
    timeZone: z.string().max(64).nullish().openapi({ description: 'IANA name', example: 'Europe/Berlin' }),
    requireConsent: z.boolean().default(false).openapi({ description: 'Only to contacts who agreed to marketing' }),
    draft: z.boolean().default(false).openapi({ description: 'Store it without a start' }),
  })
  .refine(
    ({ recipients, csv, filter }) => [recipients, csv, filter].filter((one) => one !== undefined).length === 1,
    'needs one of recipients, csv and filter',
  )
  .openapi('CampaignOrder')

const Count = z.number().int()
export const Excluded = z
  .partialRecord(z.enum(EXCLUSIONS), Count)
  .openapi({ description: 'How many get nothing, by the reason' })
export const RowErrors = z
  .array(z.object({ row: Count, to: z.string(), code: z.enum(EXCLUSIONS), message: z.string() }))
  .openapi({ description: 'The first hundred who get nothing; `row` is the line of a CSV' })

export const Campaign = z
  .object({
    id: z.string(),
    channelId: z.string(),
    name: z.string(),
    state: z.enum(CAMPAIGN_STATES),
    stateReason: z
      .object({ code: z.string(), message: z.string() })
      .nullable()
      .openapi({ description: 'Why it was paused by itself' }),
    template: Template,
    requireConsent: z.boolean(),
    scheduleAt: Time.nullable(),
    timeZone: z.string().nullable(),
    createdBy: z.object({ id: z.string().nullable(), name: z.string() }),
    createdAt: Time,
    startedAt: Time.nullable(),
    endedAt: Time.nullable(),
  })
  .openapi('Campaign')

export const Counts = z
  .object({
    total: Count.openapi({ description: 'everybody on the list' }),
    queued: Count.openapi({ description: 'everybody who was ever to get it: total without the excluded' }),
    sent: Count.openapi({ description: 'the provider took it' }),
    delivered: Count,
    read: Count,
    failed: Count,
    held: Count.openapi({ description: 'kept out of tasks, now or in the past' }),
    replied: Count,
    expired: Count,
    waiting: Count.openapi({ description: 'not with the provider yet' }),
    unknown: Count,
    cancelled: Count,
    excluded: Count,
  })
  .openapi('CampaignCounts', { description: 'Cumulative: who has read is also among the delivered, sent and queued' })

export const CampaignRecipient = z
  .object({
    row: Count.openapi({ description: 'The place in the list; the line of a CSV' }),
    to: z.string(),
    name: z.string().nullable(),
    state: z.enum(RECIPIENT_STATES),
    exclusion: z.object({ code: z.enum(EXCLUSIONS), message: z.string() }).nullable(),
    error: z.object({ code: z.string(), message: z.string(), detail: z.string().nullable() }).nullable(),
    replied: z.boolean(),
    contactId: z.string().nullable(),
    commentId: z.string().nullable(),
    taskId: z.string().nullable().openapi({ description: 'the task that the message is in, since they replied' }),
    deliveryId: z.string().nullable(),
    takenAt: Time.nullable(),
    sentAt: Time.nullable(),
    deliveredAt: Time.nullable(),
    readAt: Time.nullable(),
    failedAt: Time.nullable(),
  })
  .openapi('CampaignRecipient')

const iso = (at: Date | null): string | null => at?.toISOString() ?? null

export const campaignJson = (row: CampaignRow, language: Language) => ({
  id: row.id as string,
  channelId: row.channel_id as string,
  name: row.name,
  state: row.state,
  stateReason:
    row.state_reason === null ? null : { code: row.state_reason, message: pauseWords(row.state_reason, language) },
  template: row.template,
  requireConsent: row.require_consent,
  scheduleAt: iso(row.schedule_at),
  timeZone: row.time_zone,
  createdBy: { id: row.created_by as string | null, name: row.created_by_name },
  createdAt: row.created_at.toISOString(),
  startedAt: iso(row.started_at),
  endedAt: iso(row.ended_at),
})

/** With the counts that it has so far. */
export const CountedCampaign = Campaign.extend({ counts: Counts, excluded: Excluded }).openapi('CountedCampaign')

export const countedJson = (
  row: CampaignRow,
  counts: CampaignCounts,
  excluded: Record<string, number>,
  language: Language,
) => ({ ...campaignJson(row, language), counts, excluded })

/** null: they are not excluded; an older version left its English words */
export const whyExcluded = ({ reasons, detail }: Pick<RecipientView, 'reasons' | 'detail'>, language: Language) =>
  reasons ? exclusionWords(reasons)[language] : detail

export const recipientJson = (row: RecipientView, language: Language) => ({
  row: row.ordinal,
  to: shownNumber(row.phone),
  name: row.name,
  state: row.state,
  exclusion:
    row.exclusion === null ? null : { code: row.exclusion, message: whyExcluded(row, language) ?? row.exclusion },
  error: errorWords(row.error_code, row.error_detail, language),
  replied: row.replied,
  contactId: row.contact_id as string | null,
  commentId: row.comment_id as string | null,
  taskId: row.task_id as string | null,
  deliveryId: row.delivery_id as string | null,
  takenAt: iso(row.taken_at),
  sentAt: iso(row.sent_at),
  deliveredAt: iso(row.delivered_at),
  readAt: iso(row.read_at),
  failedAt: iso(row.failed_at),
})

/** A recipient's number for people; as given where it is none. */
export const shownNumber = (phone: string): string => (digitsOf(phone).ok && /^\d+$/.test(phone) ? `+${phone}` : phone)
