import type { ChannelEffect } from '../../domain/channel-event.ts'
import type { IdentityValue } from '../../domain/conversation-event.ts'
import type { ReportedState } from '../../domain/delivery-state.ts'
import type { ProviderMessageId } from '../../domain/ids.ts'
import type { MediaKind, MessageContent } from '../../domain/message.ts'
import { ANY_ACCOUNT, type InboundItem, type ProviderError } from '../port.ts'
import { unsupportedText } from '../whatsapp-cloud/unsupported-text.ts'
import { at, idAt, isObject, MalformedItem, numberAt, objectAt, present, requiredId, textAt } from '../wire/fields.ts'
import { ItemList } from '../wire/item-list.ts'
import { type JsonObject, readJson } from '../wire/json.ts'
import { codeOf, errorOf } from './call.ts'

/** Lists that a body may hold, and what reads their elements. What is left out is about contacts and deals. */
const READERS: Readonly<Record<string, (element: JsonObject, path: string) => InboundItem>> = {
  messages: readMessage,
  statuses: readStatus,
  channelsUpdates: readChannel,
}

/**
 * A webhook's body → its items (reference §12): messages and statuses may come in one. Total: what cannot be read
 * becomes a dead letter. `{ "test": true }`, by which Wazzup tries an address, is nothing.
 */
export function parseWebhook(body: Uint8Array): InboundItem[] {
  const items = new ItemList()
  const json = readJson(body)
  if (!json.ok) {
    items.refuse('', null, 'not_json', json.detail)
    return items.all()
  }
  const { value } = json
  if (at(value, 'test') === true) return []
  const known = Object.keys(READERS).filter((key) => at(value, key) !== undefined)
  if (known.length === 0) items.refuse('', null, 'unknown_object', 'neither messages, statuses nor channels')
  for (const key of known) {
    const list = at(value, key)
    const read = READERS[key]
    if (!Array.isArray(list) || read === undefined) {
      items.refuse(`/${key}`, null, 'malformed_item', `${key} is no list`)
      continue
    }
    list.forEach((element: unknown, index) => {
      const path = `/${key}/${index}`
      if (!isObject(element)) items.refuse(path, null, 'malformed_item', 'it is no object')
      else if (!isNoNews(key, element)) items.add(path, null, () => read(element, path))
    })
  }
  return items.all()
}

/** `edited` says of our own message what we know. */
const isNoNews = (key: string, element: JsonObject): boolean =>
  key === 'statuses' && textAt(element, 'status') === 'edited'

function readMessage(message: JsonObject, path: string): InboundItem {
  const id = requiredId(message, 'messageId') as ProviderMessageId
  const isEcho = at(message, 'isEcho') === true
  const place = {
    to: 'conversation' as const,
    account: requiredId(message, 'channelId').toLowerCase(),
    path,
    identities: [clientOf(message)],
    at: requiredIso(message, 'dateTime'),
    opensWindow: false,
  }
  const by = isEcho ? 'phone_app' : 'contact'
  if (at(message, 'isDeleted') === true) {
    return { ...place, dedupeKey: `deleted:${id}`, event: { kind: 'message.deleted', target: id, by } }
  }
  const content = contentOf(message)
  if (at(message, 'isEdited') === true) {
    const dedupeKey = `edited:${id}:${place.at.toISOString()}`
    return { ...place, dedupeKey, event: { kind: 'message.edited', target: id, content, by } }
  }
  const arrived = {
    id,
    content,
    context: {
      quoted: idAt(objectAt(message, 'quotedMessage'), 'messageId') as ProviderMessageId | null,
      forwarded: 'no' as const,
      referral: objectAt(message, 'instPost'),
      product: null,
    },
  }
  const name = textAt(objectAt(message, 'contact'), 'name')?.trim() || null
  return {
    ...place,
    dedupeKey: `message:${id}`,
    opensWindow: !isEcho,
    event: isEcho
      ? { kind: 'message.echoed', message: arrived, by: 'phone_app' }
      : { kind: 'message.received', message: arrived, profile: { name, username: null } },
  }
}

/** One account at Wazzup has several messengers; this channel is of WhatsApp. */
function clientOf(message: JsonObject): IdentityValue {
  const chat = requiredId(message, 'chatId')
  switch (textAt(message, 'chatType')) {
    case 'whatsapp':
      if (!/^\d{5,20}$/.test(chat)) throw new MalformedItem('no usable chatId')
      return { kind: 'wa_id', value: chat }
    case 'whatsgroup':
      return { kind: 'chat_id', value: chat }
    default:
      throw new MalformedItem('it is of no WhatsApp chat')
  }
}

function requiredIso(from: unknown, key: string): Date {
  const text = textAt(from, key)
  const time = text !== null && /^\d{4}-\d\d-\d\dT/.test(text) ? new Date(text) : null
  if (time === null || Number.isNaN(time.getTime())) throw new MalformedItem(`no usable ${key}`)
  return time
}

const FILES: Readonly<Record<string, MediaKind>> = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  document: 'document',
  sticker: 'sticker',
}
/** Wazzup names no type: it is told from the bytes once they are here. */
const GUESSED: Readonly<Record<MediaKind, string>> = {
  image: 'image/jpeg',
  video: 'video/mp4',
  audio: 'audio/ogg',
  voice: 'audio/ogg',
  document: 'application/octet-stream',
  sticker: 'image/webp',
}

function contentOf(message: JsonObject): MessageContent {
  const type = textAt(message, 'type') ?? 'unknown'
  const text = textAt(message, 'text')
  const kind = Object.hasOwn(FILES, type) ? FILES[type] : undefined
  if (kind !== undefined) {
    const mediaId = textAt(message, 'contentUri')
    const media =
      mediaId === null || mediaId.length > 2000 ? null : { mediaId, mime: GUESSED[kind], sha256: null, fileName: null }
    return { kind, text, data: {}, media }
  }
  if (type === 'text' || type === 'wapi_template') {
    if (text !== null) return { kind: 'text', text, data: {}, media: null }
  }
  if (type === 'geo') {
    const place = objectAt(message, 'geo') ?? message
    const [latitude, longitude] = [numberAt(place, 'latitude'), numberAt(place, 'longitude')]
    return { kind: 'location', text, data: present({ latitude, longitude }), media: null }
  }
  if (type === 'vcard') return { kind: 'contacts', text, data: { contacts: [] }, media: null }
  return { kind: 'unsupported', text: unsupportedText(type, []), data: { subtype: type, raw: message }, media: null }
}

const STATES: Readonly<Record<string, ReportedState>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  error: 'failed',
}

/** A status names no channel: the message alone says whose it is. */
function readStatus(status: JsonObject, path: string): InboundItem {
  const word = textAt(status, 'status') ?? ''
  const state = Object.hasOwn(STATES, word) ? STATES[word] : undefined
  if (state === undefined) throw new MalformedItem('an unknown status word')
  const error = objectAt(status, 'error')
  const name = errorOf(error)
  const errors: ProviderError[] =
    state === 'failed'
      ? [{ code: codeOf(name) ?? 'api_refused', title: name ?? 'error', details: textAt(error, 'description') }]
      : []
  return {
    to: 'delivery',
    account: ANY_ACCOUNT,
    path,
    status: {
      providerMessageId: requiredId(status, 'messageId') as ProviderMessageId,
      deliveryId: null,
      state,
      at: requiredIso(status, 'timestamp'),
      errors,
      identities: [],
      pricing: null,
    },
  }
}

function readChannel(update: JsonObject, path: string): InboundItem {
  const account = requiredId(update, 'channelId').toLowerCase()
  const state = textAt(update, 'state')?.slice(0, 100) ?? 'unknown'
  const time = textAt(update, 'timestamp')
  return {
    to: 'channel',
    account: { accountId: account },
    path,
    dedupeKey: `account:${account}:${state}:${time?.slice(0, 40) ?? ''}`,
    at: time !== null && /^\d{10,14}$/.test(time) ? new Date(Number(time.padEnd(13, '0'))) : null,
    event: { kind: 'channelsUpdates', value: { state }, effect: effectOf(state) },
  }
}

function effectOf(state: string): ChannelEffect {
  switch (state) {
    case 'active':
      return { does: 'reconnect' }
    case 'init':
      return { does: 'nothing' }
    case 'blocked':
      return { does: 'restrict', reason: 'WhatsApp has blocked the number' }
    default:
      return { does: 'needs_attention', reason: `The channel is not connected at Wazzup: ${state}` }
  }
}
