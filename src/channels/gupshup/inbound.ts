import type { ConversationEvent } from '../../domain/conversation-event.ts'
import type { ProviderMessageId } from '../../domain/ids.ts'
import type { MediaKind, MessageContent, MessageContext } from '../../domain/message.ts'
import type { InboundItem } from '../port.ts'
import { unsupportedText } from '../whatsapp-cloud/unsupported-text.ts'
import { at, idAt, MalformedItem, numberAt, objectAt, objectsAt, present, requiredId, textAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import { bareMime } from '../wire/mime.ts'
import { requiredMillis } from './times.ts'

/** A message of a client, or a sign on one (reference §12). @throws MalformedItem without id, time or number */
export function readInbound(envelope: JsonObject, app: string): InboundItem {
  const payload = objectAt(envelope, 'payload')
  if (payload === null) throw new MalformedItem('no payload')
  const id = requiredId(payload, 'id') as ProviderMessageId
  const client = textAt(payload, 'source') ?? ''
  if (!/^\d{7,15}$/.test(client)) throw new MalformedItem('no usable source')
  const event = eventOf(payload, id)
  return {
    to: 'conversation',
    account: app,
    path: '/payload',
    dedupeKey: `message:${id}`,
    identities: [{ kind: 'wa_id', value: client }],
    at: requiredMillis(envelope, 'timestamp'),
    event,
    opensWindow: event.kind !== 'message.reacted' || event.emoji !== null,
  }
}

function eventOf(payload: JsonObject, id: ProviderMessageId): ConversationEvent {
  if (textAt(payload, 'type') === 'reaction') return readReaction(objectAt(payload, 'payload'))
  const context = objectAt(payload, 'context')
  return {
    kind: 'message.received',
    message: {
      id,
      content: readContent(payload),
      context: {
        // Of our own messages we know Gupshup's id, of the client's WhatsApp's.
        quoted: (idAt(context, 'gsId') ?? idAt(context, 'id')) as ProviderMessageId | null,
        forwarded: forwardedOf(context),
        referral: objectAt(payload, 'referral'),
        product: null,
      },
    },
    profile: { name: textAt(objectAt(payload, 'sender'), 'name')?.trim() || null, username: null },
  }
}

const forwardedOf = (context: JsonObject | null): MessageContext['forwarded'] =>
  at(context, 'frequently_forwarded') === true ? 'frequently' : at(context, 'forwarded') === true ? 'forwarded' : 'no'

/** A client put a sign on a message, or took it back (`emoji` empty). @throws MalformedItem without a message */
function readReaction(body: JsonObject | null): ConversationEvent {
  const target = (idAt(body, 'gsId') ?? requiredId(body, 'id')) as ProviderMessageId
  return { kind: 'message.reacted', target, emoji: textAt(body, 'emoji'), by: 'contact' }
}

const FILES: Readonly<Record<string, MediaKind>> = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  voice: 'voice',
  file: 'document',
  sticker: 'sticker',
}

function readContent(payload: JsonObject): MessageContent {
  const type = textAt(payload, 'type') ?? 'unknown'
  const body = objectAt(payload, 'payload')
  const known = body === null ? null : readKnown(type, body)
  return known ?? { kind: 'unsupported', text: unsupportedText(type, []), data: { raw: payload }, media: null }
}

function readKnown(type: string, body: JsonObject): MessageContent | null {
  const media = Object.hasOwn(FILES, type) ? FILES[type] : undefined
  if (media !== undefined) return readFile(media, body)
  switch (type) {
    case 'text':
      // Both words have been seen for a tap on a template's button.
      return textAt(body, 'type') === 'button'
        ? readTap(body)
        : { kind: 'text', text: textAt(body, 'text'), data: {}, media: null }
    case 'quick_reply':
    case 'button':
      return readTap(body)
    case 'button_reply':
    case 'list_reply': {
      const title = textAt(body, 'title')
      const data = present({ type, id: textAt(body, 'postbackText') ?? textAt(body, 'id'), title })
      return { kind: 'interactive', text: title, data, media: null }
    }
    case 'location': {
      const latitude = numberAt(body, 'latitude')
      const longitude = numberAt(body, 'longitude')
      if (latitude === null || longitude === null) return null
      const data = present({ latitude, longitude, name: textAt(body, 'name'), address: textAt(body, 'address') })
      return { kind: 'location', text: textAt(body, 'name') ?? `${latitude}, ${longitude}`, data, media: null }
    }
    case 'contact': {
      const contacts = objectsAt(body, 'contacts')
      const names = contacts.map((card) => textAt(objectAt(card, 'name'), 'formatted_name') ?? 'a contact')
      return { kind: 'contacts', text: names.join(', ') || null, data: { contacts }, media: null }
    }
    default:
      return null
  }
}

function readTap(body: JsonObject): MessageContent {
  const text = textAt(body, 'text')
  const payload = textAt(body, 'postbackText') ?? textAt(body, 'payload')
  return { kind: 'button', text, data: present({ payload, text }), media: null }
}

/** `url` is where the file is; it runs out at `urlExpiry`. */
function readFile(kind: MediaKind, body: JsonObject): MessageContent {
  const mediaId = idAt(body, 'url')
  const mime = bareMime(textAt(body, 'contentType')) ?? 'application/octet-stream'
  const media = mediaId === null ? null : { mediaId, mime, sha256: null, fileName: textAt(body, 'name') }
  return { kind, text: textAt(body, 'caption'), data: {}, media }
}
