import type { ProviderMessageId } from '../../domain/ids.ts'
import type { MediaKind, MessageContent, ProviderMedia } from '../../domain/message.ts'
import type { InboundItem } from '../port.ts'
import { unsupportedText } from '../whatsapp-cloud/unsupported-text.ts'
import { idAt, numberAt, present, requiredId, textAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import { bareMime } from '../wire/mime.ts'
import { digitsIn } from './address.ts'

/** A message of a client (reference §12). @throws MalformedItem without id or numbers */
export function readInbound(fields: JsonObject, now: Date): InboundItem {
  const id = requiredId(fields, 'MessageSid') as ProviderMessageId
  return {
    to: 'conversation',
    account: `+${digitsIn(textAt(fields, 'To'))}`,
    path: '',
    dedupeKey: `message:${id}`,
    identities: [{ kind: 'wa_id', value: numberOf(fields) }],
    at: now,
    event: {
      kind: 'message.received',
      message: {
        id,
        content: readContent(fields),
        context: {
          quoted: idAt(fields, 'OriginalRepliedMessageSid') as ProviderMessageId | null,
          forwarded: isTrue(fields, 'FrequentlyForwarded')
            ? 'frequently'
            : isTrue(fields, 'Forwarded')
              ? 'forwarded'
              : 'no',
          referral: referralIn(fields),
          product: null,
        },
      },
      profile: { name: textAt(fields, 'ProfileName')?.trim() || null, username: null },
    },
    opensWindow: true,
  }
}

/** `WaId` is what WhatsApp calls the client, and may differ from the number in `From`, as for Brazil. */
function numberOf(fields: JsonObject): string {
  const digits = digitsIn(textAt(fields, 'From'))
  const stated = textAt(fields, 'WaId')
  return stated !== null && /^\d{7,15}$/.test(stated) ? stated : digits
}

const isTrue = (fields: JsonObject, key: string): boolean => textAt(fields, key)?.toLowerCase() === 'true'

function readContent(fields: JsonObject): MessageContent {
  const text = textAt(fields, 'Body')
  const files = filesIn(fields)
  const [first, ...others] = files
  if (first) {
    return { kind: first.kind, text, data: {}, media: first.media, ...(others.length > 0 && { moreMedia: others }) }
  }
  const payload = textAt(fields, 'ButtonPayload')
  const button = textAt(fields, 'ButtonText')
  if (payload !== null || button !== null) {
    return { kind: 'button', text: button ?? text ?? payload, data: present({ payload, text: button }), media: null }
  }
  const row = textAt(fields, 'ListId')
  if (row !== null) {
    const title = textAt(fields, 'ListTitle') ?? text
    return { kind: 'interactive', text: title, data: present({ type: 'list_reply', id: row, title }), media: null }
  }
  const latitude = numberAt(fields, 'Latitude')
  const longitude = numberAt(fields, 'Longitude')
  if (latitude !== null && longitude !== null) {
    const name = textAt(fields, 'Label')
    const address = textAt(fields, 'Address')
    const words = [name, address].filter((word) => word !== null).join(', ')
    const data = present({ latitude, longitude, name, address })
    return { kind: 'location', text: words || `${latitude}, ${longitude}`, data, media: null }
  }
  if (text !== null) return { kind: 'text', text, data: {}, media: null }
  return {
    kind: 'unsupported',
    text: unsupportedText(textAt(fields, 'MessageType'), []),
    data: { raw: fields },
    media: null,
  }
}

/** WhatsApp allows one file in a message; more than so many are no message of a person. */
const MAX_FILES = 10

function filesIn(fields: JsonObject): { kind: MediaKind; media: ProviderMedia }[] {
  const count = Math.min(numberAt(fields, 'NumMedia') ?? 0, MAX_FILES)
  const files: { kind: MediaKind; media: ProviderMedia }[] = []
  for (let index = 0; index < count; index++) {
    const mediaId = idAt(fields, `MediaUrl${index}`)
    const mime = bareMime(textAt(fields, `MediaContentType${index}`)) ?? 'application/octet-stream'
    if (mediaId !== null) files.push({ kind: kindOf(mime), media: { mediaId, mime, sha256: null, fileName: null } })
  }
  return files
}

/** Twilio tells the type of a file and not what it was sent as: voice notes are OGG, stickers WebP. */
function kindOf(mime: string): MediaKind {
  if (mime === 'image/webp') return 'sticker'
  if (mime === 'audio/ogg') return 'voice'
  const [family] = mime.split('/')
  return family === 'image' || family === 'video' || family === 'audio' ? family : 'document'
}

/** What an advertisement says of itself, as it came. */
function referralIn(fields: JsonObject): Record<string, unknown> | null {
  const entries = Object.entries(fields).filter(
    ([key, value]) => key.startsWith('Referral') && key !== 'ReferralNumMedia' && value !== '',
  )
  return entries.length === 0 ? null : Object.fromEntries(entries)
}
