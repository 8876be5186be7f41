import { z } from 'zod'

const json = z.record(z.string(), z.unknown())

/** A file: inline here, or the `file` part of a multipart form. */
const media = z.strictObject({
  dataBase64: z.base64().optional(),
  mime: z.string().min(1).max(200).optional(),
  name: z.string().max(512).optional(),
  caption: z.string().max(4096).optional(),
  voice: z.boolean().optional(),
  /** Sends a picture or film as a document. */
  asDocument: z.boolean().optional(),
})
export type MediaRequest = z.infer<typeof media>

const phone = z.string().regex(/^\+?[\d\s()-]{5,25}$/, 'must be a phone number')
const bsuid = z.string().regex(/^[A-Z]{2}\.(ENT\.)?[0-9A-Za-z]{1,128}$/, 'must be a business-scoped user id')

/** What a client can write; one kind of content per message. */
export const CONTENT_KEYS = [
  'text',
  'media',
  'button',
  'interactive',
  'location',
  'contacts',
  'reaction',
  'order',
  'edit',
  'revoke',
  'unsupported',
] as const

/** `POST /simulator/phone/messages` */
export const clientMessage = z
  .strictObject({
    from: phone,
    name: z.string().max(256).optional(),
    phoneNumberId: z.string().regex(/^\d+$/).optional(),
    text: z.string().min(1).max(65_536).optional(),
    media: media.optional(),
    /** A quick reply of a template. */
    button: z.strictObject({ payload: z.string().optional(), text: z.string() }).optional(),
    /** `button_reply`, `list_reply`, `nfm_reply` …, as on the wire. */
    interactive: json.and(z.object({ type: z.string() })).optional(),
    location: z
      .strictObject({
        latitude: z.number().min(-90).max(90),
        longitude: z.number().min(-180).max(180),
        name: z.string().optional(),
        address: z.string().optional(),
        url: z.string().optional(),
      })
      .optional(),
    contacts: z.array(json).min(1).max(257).optional(),
    /** An empty or absent emoji takes the reaction back. */
    reaction: z.strictObject({ messageId: z.string(), emoji: z.string().nullable().optional() }).optional(),
    order: json.optional(),
    edit: z.strictObject({ messageId: z.string(), text: z.string().min(1) }).optional(),
    revoke: z.strictObject({ messageId: z.string() }).optional(),
    unsupported: z
      .strictObject({
        type: z.string().optional(),
        code: z.number().int().default(131051),
        details: z.string().optional(),
      })
      .optional(),
    replyTo: z.string().optional(),
    forwarded: z.union([z.boolean(), z.literal('frequently')]).optional(),
    referral: json.optional(),
    userId: bsuid.optional(),
    username: z.string().optional(),
    /** The business does not see the number (reference §2.4); needs `userId`. */
    withoutPhone: z.boolean().optional(),
    /** ISO 8601, or Unix seconds. */
    timestamp: z.union([z.iso.datetime({ offset: true }), z.number().int().positive()]).optional(),
  })
  .superRefine((message, context) => {
    const given = CONTENT_KEYS.filter((key) => message[key] !== undefined)
    if (given.length !== 1) {
      context.addIssue({ code: 'custom', message: `exactly one of ${CONTENT_KEYS.join(', ')} is needed` })
    }
    if (message.media && !message.media.mime) context.addIssue({ code: 'custom', message: 'media needs its mime' })
  })
export type ClientMessage = z.infer<typeof clientMessage>

/** `POST /simulator/phone/echo`: the owner writes in the phone app (reference §4.4). */
export const echoMessage = z
  .strictObject({
    to: phone,
    name: z.string().max(256).optional(),
    phoneNumberId: z.string().regex(/^\d+$/).optional(),
    text: z.string().min(1).max(65_536).optional(),
    media: media.optional(),
    reaction: z.strictObject({ messageId: z.string(), emoji: z.string().nullable().optional() }).optional(),
    edit: z.strictObject({ messageId: z.string(), text: z.string().min(1) }).optional(),
    revoke: z.strictObject({ messageId: z.string() }).optional(),
    replyTo: z.string().optional(),
    timestamp: z.union([z.iso.datetime({ offset: true }), z.number().int().positive()]).optional(),
  })
  .superRefine((message, context) => {
    const given = [message.text, message.media, message.reaction, message.edit, message.revoke]
    if (given.filter((one) => one !== undefined).length !== 1) {
      context.addIssue({ code: 'custom', message: 'exactly one of text, media, reaction, edit, revoke is needed' })
    }
    if (message.media && !message.media.mime) context.addIssue({ code: 'custom', message: 'media needs its mime' })
  })
export type EchoMessage = z.infer<typeof echoMessage>

const who = { from: phone, phoneNumberId: z.string().regex(/^\d+$/).optional() }

export const readRequest = z.strictObject({ ...who, upTo: z.string().optional(), played: z.boolean().optional() })
export const numberChange = z
  .strictObject({ ...who, to: phone.optional(), userId: bsuid.optional() })
  .refine((change) => change.to !== undefined || change.userId !== undefined, 'to or userId is needed')
export const blockRequest = z.strictObject({ ...who, blocked: z.boolean().default(true) })
export const preferences = z.strictObject({
  ...who,
  marketing: z.enum(['stop', 'resume']).default('stop'),
  detail: z.string().optional(),
})
/** What the simulated world knows of a client, without a message. */
export const clientProfile = z.strictObject({
  from: phone,
  name: z.string().max(256).optional(),
  userId: bsuid.nullable().optional(),
  username: z.string().nullable().optional(),
  withoutPhone: z.boolean().optional(),
  /** false: there is no WhatsApp account; sends fail with 131026. */
  onWhatsApp: z.boolean().optional(),
})
