import { z } from '@hono/zod-openapi'
import { DELIVERY_STATES } from '../../domain/delivery-state.ts'
import { MESSAGE_KINDS } from '../../domain/message.ts'
import { IdText } from '../routes.ts'

/** The answers of the daily work, as contract.md has them. Times are ISO 8601 in UTC. */
export const Time = z.string().openapi({ format: 'date-time' })
const Id = z.string()
export const Person = z.object({ id: Id, name: z.string() }).openapi('Person')
const Fields = z.record(z.string(), z.any())

/** Own fields of a task or a contact, as they are changed: each one may be an event to scenarios. */
export const ChangedFields = z
  .record(z.string().max(100), z.any())
  .refine((fields) => Object.keys(fields).length <= 100, 'at most 100 fields at once')
  .openapi({ description: 'Laid over what is there; null takes a field away' })

export const Task = z
  .object({
    id: Id,
    number: z.number().int(),
    title: z.string(),
    status: z.object({ key: z.string(), name: z.string(), active: z.boolean() }),
    requester: z.object({ id: Id, name: z.string(), phone: z.string().nullable() }),
    assignees: z.array(Person),
    participants: z.array(Person),
    channelId: Id,
    conversationId: Id,
    templateId: Id.nullable(),
    fields: Fields,
    dueAt: Time.nullable().openapi({ description: 'By when it is to be done; null: nobody said' }),
    createdAt: Time,
    updatedAt: Time,
    closedAt: Time.nullable(),
    tags: z.array(z.string()).openapi({ description: "The requester's" }),
    unread: z
      .number()
      .int()
      .openapi({ description: "The client's messages that you have not read, at most 999; an API token has read all" }),
    awaitingSince: Time.nullable().openapi({
      description: 'When the client wrote the oldest message that nobody answered; null: none, or the task is inactive',
    }),
    lastMessageAt: Time.nullable().openapi({ description: 'Of the newest message from or to the client' }),
    preview: z
      .object({
        text: z.string().nullable().openapi({ description: 'At most 140 characters; null: without words, or deleted' }),
        kind: z.enum(MESSAGE_KINDS),
        authorKind: z.enum(['contact', 'employee', 'scenario', 'system', 'phone_app']),
        authorId: z
          .string()
          .nullable()
          .openapi({ description: 'Which employee; null: nobody of them, or an API token' }),
        toClient: z.boolean(),
        at: Time,
      })
      .nullable()
      .openapi({ description: 'The newest entry of the feed that is no line of the system' }),
    snoozed: z
      .object({ until: Time.nullable().openapi({ description: 'null: until the client writes' }) })
      .nullable()
      .openapi({ description: 'You have put it aside; nobody else is concerned' }),
  })
  .openapi('Task')

export const OpenedTask = Task.extend({
  statuses: z
    .array(z.object({ key: z.string(), name: z.string(), active: z.boolean() }))
    .openapi({ description: 'The statuses that this task can have' }),
  suggestedNotify: z
    .object({ contact: z.boolean(), employeeIds: z.array(Id) })
    .openapi({ description: 'What the composer pre-selects for whoever asks; a suggestion, never a decision' }),
  window: z
    .object({ open: z.boolean(), closesAt: Time.nullable() })
    .openapi({ description: 'May free text be sent to the client now? `closesAt` null: no window, or never written' }),
  hasHistory: z.boolean().openapi({
    description: 'A phone app handed over what the client wrote before the number was connected: `GET …/history`',
  }),
}).openapi('OpenedTask')

const ErrorWords = z
  .object({ code: z.string(), message: z.string(), detail: z.string().nullable() })
  .openapi({ description: '`message` for a person; `detail` in the words of the provider' })

export const DeliveryPart = z
  .object({
    id: Id,
    state: z.enum(DELIVERY_STATES),
    providerMessageId: z.string().nullable(),
    error: ErrorWords.nullable(),
    parked: z.string().nullable().openapi({ description: 'Why it waits though nothing is wrong with it' }),
    holdUntil: Time.nullable().openapi({
      description: 'It can be taken back until then (`POST …/undo`); null: no more',
    }),
    maybeTwice: z.boolean().openapi({
      description: 'A call of unknown outcome was made again, as its author wished: the client may have got it twice',
    }),
  })
  .openapi('DeliveryPart')

export const AttachmentShape = z
  .object({
    id: Id,
    name: z.string(),
    mime: z.string(),
    size: z.number().int().nullable(),
    state: z.enum(['pending', 'stored', 'failed']),
    url: z.string(),
    error: ErrorWords.nullable(),
  })
  .openapi('Attachment')

export const Comment = z
  .object({
    id: Id,
    taskId: Id.nullable(),
    conversationId: Id,
    author: z.object({
      kind: z.enum(['contact', 'employee', 'scenario', 'system', 'phone_app']),
      id: Id.nullable(),
      name: z.string(),
    }),
    text: z.string().nullable(),
    kind: z.enum(MESSAGE_KINDS),
    data: Fields,
    attachments: z.array(AttachmentShape),
    reactions: z.array(z.object({ emoji: z.string(), by: z.enum(['contact', 'phone_app']), at: Time })),
    editedAt: Time.nullable(),
    deletedAt: Time.nullable(),
    replyTo: Id.nullable(),
    notified: z.array(z.object({ kind: z.enum(['contact', 'employee']), id: Id })),
    delivery: DeliveryPart.nullable().openapi({ description: 'The part that is furthest behind' }),
    deliveries: z.array(DeliveryPart),
    bulk: z.boolean(),
    at: Time,
  })
  .openapi('Comment')

export const Uploaded = z
  .object({ id: Id, name: z.string(), mime: z.string(), size: z.number().int() })
  .openapi('UploadedAttachment')

export const Contact = z
  .object({
    id: Id,
    name: z.string(),
    phone: z.string().nullable(),
    identities: z.array(
      z.object({
        id: Id,
        channelId: Id,
        kind: z.string(),
        value: z.string(),
        label: z.string().nullable().openapi({ description: 'What the messenger shows for it', example: '@flora.fan' }),
        retiredAt: Time.nullable(),
      }),
    ),
    optedOut: z.boolean().openapi({ description: 'They want no marketing' }),
    optedOutAt: Time.nullable(),
    consent: z.boolean().openapi({ description: 'They agreed to marketing; `optedOut` stands above it' }),
    consentAt: Time.nullable(),
    fields: Fields,
    tags: z.array(z.string()),
    mergedInto: Id.nullable().openapi({ description: 'The contact that stands for this one since a merge' }),
    createdAt: Time,
    updatedAt: Time,
  })
  .openapi('Contact')

/** A value that fills a place of a template; Meta allows no longer text in all of a message. */
const Value = z.string().max(2000)

/** `{ name, language, parameters? }` of contract.md, `POST /api/outbound`. */
export const TemplateParameters = z
  .strictObject({
    header: z
      .array(
        z.union([
          Value,
          z.strictObject({ attachmentId: IdText }),
          z.strictObject({ link: z.url({ protocol: /^https$/ }).max(2000), fileName: z.string().max(240).optional() }),
          z.strictObject({
            latitude: z.number().min(-90).max(90),
            longitude: z.number().min(-180).max(180),
            name: z.string().max(1000),
            address: z.string().max(1000),
          }),
        ]),
      )
      .max(10)
      .optional(),
    body: z.union([z.array(Value).max(100), z.record(z.string().max(100), Value)]).optional(),
    buttons: z
      .array(z.union([Value, z.strictObject({ index: z.number().int().min(0).max(20), value: Value })]))
      .max(20)
      .optional(),
  })
  .openapi('TemplateParameters')

export const Template = z
  .strictObject({
    name: z.string().min(1).max(512),
    language: z.string().min(1).max(20),
    parameters: TemplateParameters.optional(),
  })
  .openapi('TemplateChoice')

export const Delivery = DeliveryPart.extend({
  commentId: Id,
  taskId: Id.nullable().openapi({ description: 'null while its message is in no task' }),
  conversationId: Id,
  channelId: Id,
  ordinal: z.number().int(),
  attempt: z.number().int(),
  queuedAt: Time,
  acceptedAt: Time.nullable(),
  sentAt: Time.nullable(),
  deliveredAt: Time.nullable(),
  readAt: Time.nullable(),
  playedAt: Time.nullable(),
  failedAt: Time.nullable(),
  attendedAt: Time.nullable().openapi({ description: 'A person has looked at its failure, and left it at that' }),
  taskNumber: z.number().int().nullable(),
  contact: z.object({ id: Id, name: z.string(), phone: z.string().nullable() }),
  message: z.object({
    kind: z.enum(MESSAGE_KINDS),
    text: z.string().nullable().openapi({ description: 'its beginning' }),
    by: z.object({ kind: z.string(), name: z.string() }),
  }),
}).openapi('Delivery')

export const DeliveryWithAttempts = Delivery.extend({
  attempts: z.array(
    z.object({
      attempt: z.number().int(),
      outcome: z.enum(['accepted', 'rejected', 'unknown']).nullable(),
      error: ErrorWords.nullable(),
      providerMessageId: z.string().nullable(),
      startedAt: Time,
      endedAt: Time.nullable(),
    }),
  ),
}).openapi('DeliveryWithAttempts')
