import type { Context } from 'hono'
import type { z } from 'zod'
import { mediaAddress, storeMedia } from '../media-store.ts'
import { Refusal } from '../refusal.ts'
import { checked, parsedBody } from '../request-body.ts'
import type { Simulation } from '../simulation.ts'
import type { Message, StoredMedia } from '../world/entries.ts'
import type { MediaRequest } from './request.ts'

/** Inbound files may have 100 MB; larger ones arrive as an error (reference §6). */
export const INBOUND_MAX_BYTES = 100 * 1024 * 1024

/**
 * The message of a request: JSON, or a multipart form with the JSON in `message` and the file in `file`.
 * Form fields of the same names may stand in for `message`.
 */
export async function messageRequest<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
): Promise<{ message: z.infer<Schema>; upload: Uint8Array | null }> {
  if (!c.req.header('content-type')?.toLowerCase().startsWith('multipart/form-data')) {
    return { message: await parsedBody(c, schema), upload: null }
  }
  const form = await c.req.raw.formData()
  const file = form.get('file')
  const packed = form.get('message')
  let value: Record<string, unknown>
  try {
    value = typeof packed === 'string' ? JSON.parse(packed) : plainFields(form)
  } catch {
    throw new Refusal(400, 'invalid_json', 'The form field "message" is not valid JSON.')
  }
  if (!(file instanceof File)) return { message: checked(value, schema), upload: null }
  const described = { mime: file.type || 'application/octet-stream', name: file.name, ...(value.media as object) }
  return {
    message: checked({ ...value, media: described }, schema),
    upload: new Uint8Array(await file.arrayBuffer()),
  }
}

const MEDIA_FIELDS = ['mime', 'caption', 'voice', 'asDocument']

function plainFields(form: FormData): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  const media: Record<string, unknown> = {}
  for (const [key, value] of form.entries()) {
    if (typeof value !== 'string') continue
    if (MEDIA_FIELDS.includes(key)) media[key] = value === 'true' ? true : value
    else fields[key] = value
  }
  return { ...fields, media }
}

/** Stores the file that a client or the owner attaches. @throws Refusal 400 when there is none */
export async function storeArrival(
  sim: Simulation,
  phoneNumberId: string,
  media: MediaRequest,
  upload: Uint8Array | null,
): Promise<StoredMedia> {
  const bytes = upload ?? (media.dataBase64 === undefined ? null : Buffer.from(media.dataBase64, 'base64'))
  if (bytes === null) throw new Refusal(400, 'invalid_request', 'media needs dataBase64 or an uploaded file')
  const bare = media.mime ?? 'application/octet-stream'
  const mime = media.voice === true && !bare.includes(';') ? `${bare}; codecs=opus` : bare
  return storeMedia(sim, { phoneNumberId, mime, name: media.name || null, bytes, from: 'webhook' })
}

/** The type under which WhatsApp carries a file. */
export function arrivalType(media: MediaRequest): 'image' | 'video' | 'audio' | 'document' | 'sticker' {
  const mime = (media.mime ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  if (media.voice) return 'audio'
  if (media.asDocument) return 'document'
  if (mime === 'image/webp') return 'sticker'
  if (mime === 'image/jpeg' || mime === 'image/png') return 'image'
  if (mime === 'video/mp4' || mime === 'video/3gpp') return 'video'
  if (mime.startsWith('audio/')) return 'audio'
  return 'document'
}

/** The wire object of an arriving file; `sha256` is base64 here, and `url` lives 5 minutes (reference §2.2). */
export function arrivalObject(
  sim: Simulation,
  base: string,
  type: string,
  media: MediaRequest,
  stored: StoredMedia,
): Record<string, unknown> {
  const captioned = type === 'image' || type === 'video' || type === 'document'
  return {
    ...(captioned && media.caption ? { caption: media.caption } : {}),
    ...(type === 'document' && media.name ? { filename: media.name } : {}),
    mime_type: stored.mime,
    sha256: Buffer.from(stored.sha256, 'hex').toString('base64'),
    id: stored.id,
    url: mediaAddress(sim, base, stored).replace('source=getMedia', 'source=webhook'),
    ...(type === 'audio' ? { voice: media.voice === true } : {}),
    ...(type === 'sticker' ? { animated: false } : {}),
  }
}

/** A message record with everything at rest. */
export function newMessage(
  message: Pick<Message, 'id' | 'phoneNumberId' | 'client' | 'direction' | 'author' | 'kind' | 'at' | 'state'> &
    Partial<Message>,
): Message {
  return {
    text: null,
    body: {},
    mediaId: null,
    fileName: null,
    quoted: null,
    template: null,
    buttons: [],
    callbackData: null,
    input: null,
    error: null,
    reactions: [],
    editedAt: null,
    deletedAt: null,
    ...message,
  }
}

/** Milliseconds of a request's `timestamp`; whole seconds, as the wire has no finer ones. */
export function timeOf(sim: Simulation, timestamp: string | number | undefined): number {
  if (timestamp === undefined) return sim.now()
  return typeof timestamp === 'number' ? timestamp * 1000 : Math.floor(Date.parse(timestamp) / 1000) * 1000
}
