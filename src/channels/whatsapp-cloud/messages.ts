import type { MediaKind, MessageContent, ProviderMedia } from '../../domain/message.ts'
import { at, idAt, numberAt, objectAt, objectsAt, present, textAt } from '../wire/fields.ts'
import { type JsonObject, readJsonText } from '../wire/json.ts'
import { bareMime } from '../wire/mime.ts'
import { unsupportedText } from './unsupported-text.ts'
import { errorsAt } from './webhook-errors.ts'

type ContentReader = (body: JsonObject) => MessageContent

/** One reader per kind with content of its own (reference §2.2). Reactions, edits and the like are events: events.ts. */
const READERS: Record<string, ContentReader> = {
  text: readText,
  image: (body) => readMedia('image', body),
  video: (body) => readMedia('video', body),
  audio: (body) => readMedia(at(body, 'voice') === true ? 'voice' : 'audio', body),
  document: (body) => readMedia('document', body),
  sticker: (body) => readMedia('sticker', body, { animated: at(body, 'animated') === true }),
  location: readLocation,
  interactive: readInteractive,
  button: readButton,
  order: readOrder,
  system: readSystem,
}

/**
 * What one element of `messages[]` (or of `message_echoes[]`, or an edit's new message) says. Total: a kind that we do
 * not know, or a known one without its object, is `unsupported` with the raw element in `data.raw`.
 */
export function readContent(message: JsonObject): MessageContent {
  const type = textAt(message, 'type') ?? 'unknown'
  const content = readKnown(type, message) ?? readUnsupported(type, message)
  const errors = errorsAt(message, 'errors')
  if (errors.length > 0) content.data.errors = errors
  const group = idAt(message, 'group_id')
  if (group !== null) content.data.groupId = group
  return content
}

function readKnown(type: string, message: JsonObject): MessageContent | null {
  if (type === 'contacts') return readCards(message)
  const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined
  const body = objectAt(message, type)
  return read !== undefined && body !== null ? read(body) : null
}

function readText(body: JsonObject): MessageContent {
  return { kind: 'text', text: textAt(body, 'body'), data: {}, media: null }
}

function readMedia(kind: MediaKind, body: JsonObject, data: Record<string, unknown> = {}): MessageContent {
  return { kind, text: textAt(body, 'caption'), data, media: mediaOf(body) }
}

/** The `url` beside the id is left out on purpose: it lives five minutes (reference §2.2). */
function mediaOf(body: JsonObject): ProviderMedia | null {
  const mediaId = idAt(body, 'id')
  if (mediaId === null) return null
  return {
    mediaId,
    mime: bareMime(textAt(body, 'mime_type')) ?? 'application/octet-stream',
    sha256: sha256Hex(textAt(body, 'sha256')),
    fileName: textAt(body, 'filename'),
  }
}

/** Base64 in live webhooks, hex in history's example (reference §2.2) → lower-case hex; null when it is neither. */
export function sha256Hex(value: string | null): string | null {
  if (value === null) return null
  if (/^[0-9a-f]{64}$/i.test(value)) return value.toLowerCase()
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(value)) return null
  return Buffer.from(value, 'base64').toString('hex')
}

function readLocation(body: JsonObject): MessageContent {
  const latitude = numberAt(body, 'latitude')
  const longitude = numberAt(body, 'longitude')
  const name = textAt(body, 'name')
  const address = textAt(body, 'address')
  const words = [name, address].filter((word) => word !== null).join(', ')
  const point = latitude === null || longitude === null ? null : `${latitude}, ${longitude}`
  return {
    kind: 'location',
    text: words === '' ? point : words,
    data: present({ latitude, longitude, name, address, url: textAt(body, 'url') }),
    media: null,
  }
}

function readCards(message: JsonObject): MessageContent {
  const cards = objectsAt(message, 'contacts')
  return { kind: 'contacts', text: cards.map(cardName).join(', ') || null, data: { contacts: cards }, media: null }
}

/** A card shared on request holds nothing but phones (reference §2.4). */
function cardName(card: JsonObject): string {
  const name = objectAt(card, 'name')
  const parts = [textAt(name, 'first_name'), textAt(name, 'last_name')].filter((part) => part !== null)
  const phone = objectsAt(card, 'phones').map((one) => textAt(one, 'phone') ?? textAt(one, 'wa_id'))[0]
  return textAt(name, 'formatted_name') ?? (parts.join(' ') || phone || 'a contact')
}

function readInteractive(body: JsonObject): MessageContent {
  const type = textAt(body, 'type') ?? 'unknown'
  const reply = objectAt(body, type)
  const interactive = (text: string | null, data: Record<string, unknown>): MessageContent => ({
    kind: 'interactive',
    text,
    data: { type, ...present(data) },
    media: null,
  })
  if (reply !== null && (type === 'button_reply' || type === 'list_reply')) {
    const title = textAt(reply, 'title')
    return interactive(title, { id: textAt(reply, 'id'), title, description: textAt(reply, 'description') })
  }
  if (reply !== null && type === 'nfm_reply') {
    const name = textAt(reply, 'name')
    return interactive(textAt(reply, 'body') ?? name, { name, response: flowResponse(textAt(reply, 'response_json')) })
  }
  if (reply !== null && type === 'call_permission_reply') {
    const response = textAt(reply, 'response')
    return interactive(`Answer to a call request: ${response ?? 'unknown'}`, {
      response,
      expiresAt: textAt(reply, 'expiration_timestamp'),
      source: textAt(reply, 'response_source'),
    })
  }
  return interactive(`An interactive reply (${type})`, { raw: body })
}

/** A string of JSON (reference §2.2); what cannot be read stays the string it is. */
function flowResponse(text: string | null): unknown {
  if (text === null) return null
  const json = readJsonText(text)
  return json.ok ? json.value : text
}

/** A template's quick reply; not the same as an interactive `button_reply`. */
function readButton(body: JsonObject): MessageContent {
  const text = textAt(body, 'text')
  const payload = textAt(body, 'payload')
  return { kind: 'button', text: text ?? payload, data: present({ payload, text }), media: null }
}

function readOrder(body: JsonObject): MessageContent {
  const items = objectsAt(body, 'product_items').map((item) => ({
    productRetailerId: textAt(item, 'product_retailer_id'),
    quantity: numberAt(item, 'quantity'),
    itemPrice: numberAt(item, 'item_price'),
    currency: textAt(item, 'currency'),
  }))
  const lines = items.map(({ productRetailerId, quantity, itemPrice, currency }) => {
    const price = itemPrice === null ? '' : ` at ${itemPrice} ${currency ?? ''}`.trimEnd()
    return `${quantity ?? 1} × ${productRetailerId ?? 'a product'}${price}`
  })
  const note = textAt(body, 'text')
  return {
    kind: 'order',
    text: [`Order: ${lines.join(', ') || 'no products'}`, note].filter((line) => line !== null).join('\n'),
    data: present({ catalogId: textAt(body, 'catalog_id'), text: note, items: items.map(present) }),
    media: null,
  }
}

function readSystem(body: JsonObject): MessageContent {
  return { kind: 'system', text: textAt(body, 'body'), data: { type: textAt(body, 'type'), raw: body }, media: null }
}

function readUnsupported(type: string, message: JsonObject): MessageContent {
  // A known kind that came without its object; or the kind that Meta itself could not read.
  const subtype = textAt(objectAt(message, 'unsupported'), 'type') ?? (type === 'unsupported' ? null : type)
  return {
    kind: 'unsupported',
    text: unsupportedText(subtype, errorsAt(message, 'errors')),
    data: present({ subtype, raw: message }),
    media: null,
  }
}
