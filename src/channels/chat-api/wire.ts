import { z } from 'zod'

/**
 * What a bridge and Parley say to each other, as the API document shows it (docs/channels/chat-api.md). Keys that are
 * not named here are ignored, so that a bridge may be newer than this.
 */
const id = z.union([z.string().min(1).max(512), z.number().int()]).transform(String)
const time = z.iso.datetime({ offset: true }).describe('ISO 8601, with its time zone')
const text = z.string().max(100_000)

const chat = z.object({ id: id.describe('opaque; one conversation for each') })
const contact = z
  .object({
    id: id.optional(),
    name: z.string().max(500).nullish(),
    phone: z.string().max(40).nullish(),
    username: z.string().max(200).nullish(),
  })
  .describe('who wrote; of a message of an operator: to whom')

export const attachment = z
  .object({
    url: z
      .string()
      .max(2000)
      .regex(/^https?:\/\//i)
      .optional()
      .describe('https; on this machine also http, where the bridge is here'),
    id: id.optional().describe("instead: asked for as GET <the bridge's address>?file=<id>"),
    name: z.string().max(300).nullish(),
    mime: z.string().max(200).nullish(),
    size: z.number().int().nonnegative().nullish(),
    kind: z.enum(['image', 'video', 'audio', 'voice', 'document', 'sticker']).nullish().describe('absent: by `mime`'),
  })
  .refine(({ url, id: fileId }) => url !== undefined || fileId !== undefined, 'an attachment has `url` or `id`')

const author = z.enum(['contact', 'operator']).default('contact')

const said = {
  text: text.nullish(),
  attachments: z.array(attachment).max(30).optional(),
}

export const messageEvent = z.object({
  type: z.literal('message').default('message'),
  id: id.describe('unique in the channel: sent again, it is the same message'),
  chat,
  contact: contact.optional(),
  ...said,
  button: z
    .object({ id, title: z.string().max(500) })
    .nullish()
    .describe('a button of ours that was pressed'),
  replyTo: id.nullish().describe('the message that is quoted'),
  at: time,
  author,
  echo: z.boolean().optional().describe('true: as `author: "operator"`'),
  deliveryId: z.string().max(100).nullish().describe('of an echo: it is this delivery of Parley, not a new message'),
})

export const editedEvent = z.object({
  type: z.literal('edited'),
  id: id.optional().describe('of this event; absent: made of the message and the time'),
  messageId: id,
  chat,
  ...said,
  at: time,
  author,
})
export const deletedEvent = z.object({
  type: z.literal('deleted'),
  id: id.optional(),
  messageId: id,
  chat,
  at: time,
  author,
})
export const reactionEvent = z.object({
  type: z.literal('reaction'),
  id: id.optional(),
  messageId: id,
  chat,
  emoji: z.string().max(100).nullable().describe('null takes it back'),
  at: time,
  author,
})
export const statusEvent = z
  .object({
    type: z.literal('status'),
    messageId: id.optional().describe('as the bridge answered it'),
    deliveryId: z.string().max(100).nullish(),
    state: z.enum(['sent', 'delivered', 'read', 'played', 'failed']),
    error: z.object({ code: id.default('unknown'), message: z.string().max(1000).default('') }).nullish(),
    at: time,
  })
  .refine(({ messageId, deliveryId }) => messageId !== undefined || deliveryId, 'a status names a message')

export const chatEvent = z.discriminatedUnion('type', [
  // The default of `type` would hide it from the union.
  messageEvent.extend({ type: z.literal('message') }),
  editedEvent,
  deletedEvent,
  reactionEvent,
  statusEvent,
])
export type ChatEvent = z.output<typeof chatEvent>

/** Several at once; or one message alone, flat (flat.ts). */
export const chatEvents = z.object({ events: z.array(chatEvent).max(1000) })

/** Planfix's `newMessage`, and what it lacks. As JSON or as a form. */
export const flatMessage = z.object({
  cmd: z.literal('newMessage').optional(),
  chatId: id,
  message: text.optional(),
  contactId: id.optional(),
  contactName: z.string().max(500).optional(),
  contactLastName: z.string().max(500).optional(),
  contactPhone: z.string().max(40).optional(),
  attachments: z.array(attachment).max(30).optional(),
  isEcho: z.boolean().optional(),
  id: id.optional().describe('absent: a message that is sent again is a second message'),
  at: time.optional().describe('absent: now'),
  planfix_token: z.string().max(500).optional().describe('the secret, for who cannot set a header'),
})

/** What Parley posts to the bridge's address. */
export const outgoingCall = z.object({
  deliveryId: z
    .uuid()
    .describe('a key of idempotence: with one that was answered before, answer the same and send nothing'),
  chat: z.object({ id: z.string() }).nullable().describe('null: the first message, to a phone number'),
  contact: z.object({ phone: z.string().nullable() }),
  replyTo: z.string().nullable(),
  message: z.union([
    z.object({ text: z.string() }),
    z.object({
      attachment: z.object({
        url: z.string().describe('works for an hour, for who has it'),
        kind: z.string(),
        name: z.string().nullable(),
        mime: z.string().nullable(),
        size: z.number().nullable(),
        caption: z.string().nullable(),
      }),
    }),
    z.object({
      text: z.string(),
      buttons: z.array(z.object({ id: z.string(), title: z.string() })),
    }),
    z.object({ text: z.string(), link: z.object({ title: z.string(), url: z.string() }) }),
  ]),
})
export type OutgoingCall = z.output<typeof outgoingCall>

/** What the bridge answers, with any 2xx. */
export const outgoingAnswer = z.object({
  messageId: id,
  chat: z.object({ id }).nullish().describe('where `chat` was null: the chat that there is now'),
})
/** And with a 4xx: the message has not left, and is not tried again by itself. */
export const outgoingRefusal = z.object({
  error: z.object({ code: id.optional(), message: z.string().max(1000) }),
})
