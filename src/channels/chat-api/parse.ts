import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { ClientProfile } from '../../domain/conversation-event.ts'
import type { DeliveryId, ProviderMessageId } from '../../domain/ids.ts'
import type { MessageContent } from '../../domain/message.ts'
import { digitsOf } from '../../domain/phone-variants.ts'
import { type InboundItem, OWN_ACCOUNT } from '../port.ts'
import { at, MalformedItem } from '../wire/fields.ts'
import { ItemList } from '../wire/item-list.ts'
import { contentOf } from './contents.ts'
import { eventOfFlat, isFlat, readBody } from './flat.ts'
import { type ChatEvent, chatEvent, flatMessage } from './wire.ts'

/**
 * A bridge's body → its items: `{ events: […] }`, one event alone, or one flat message. Total: an event that cannot be
 * read becomes a dead letter, its neighbours live. Of a flat message without id or time these are made up here: it is
 * the one place where the same bytes do not give the same items twice.
 */
export function parseWebhook(body: Uint8Array, contentType: string | null): InboundItem[] {
  const items = new ItemList()
  const json = readBody(body, contentType)
  if (!json.ok) {
    items.refuse('', null, 'not_json', json.detail)
    return items.all()
  }
  const { value } = json
  const events = at(value, 'events')
  if (Array.isArray(events)) {
    events.forEach((event, index) => {
      items.add(`/events/${index}`, null, () => itemOf(read(chatEvent, withType(event)), `/events/${index}`))
    })
  } else if (isFlat(value)) {
    const missing = { id: `parley-${randomUUID()}`, at: new Date().toISOString() }
    items.add('', null, () => itemOf(eventOfFlat(read(flatMessage, value), missing), ''))
  } else if (at(value, 'chat') !== undefined || at(value, 'type') !== undefined) {
    items.add('', null, () => itemOf(read(chatEvent, withType(value)), ''))
  } else {
    items.refuse('', null, 'unknown_object', 'neither `events`, nor an event, nor a flat message')
  }
  return items.all()
}

/** An event without a type is a message. */
const withType = (event: unknown): unknown =>
  typeof event === 'object' && event !== null && at(event, 'type') === undefined ? { ...event, type: 'message' } : event

/** @throws MalformedItem saying where it is wrong, and never what stands there */
function read<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const places = parsed.error.issues.map(({ path, code }) => `${path.join('.') || 'the event'}: ${code}`)
  throw new MalformedItem([...new Set(places)].slice(0, 5).join('; '))
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const deliveryIdOf = (id: string | null | undefined): DeliveryId | null =>
  id && UUID.test(id) ? (id.toLowerCase() as DeliveryId) : null

function itemOf(event: ChatEvent, path: string): InboundItem {
  if (event.type === 'status') return statusItem(event, path)
  const isContact = event.author === 'contact' && !(event.type === 'message' && event.echo)
  const place = {
    to: 'conversation' as const,
    account: OWN_ACCOUNT,
    path,
    identities: [{ kind: 'chat_id' as const, value: event.chat.id }],
    at: new Date(event.at),
    opensWindow: isContact && event.type === 'message',
  }
  const by = isContact ? 'contact' : 'phone_app'
  switch (event.type) {
    case 'message':
      return messageItem(event, place, isContact)
    case 'edited': {
      const content = saidBy(event)
      const dedupeKey = keyOf(event, `${event.messageId}:${event.at}`)
      return { ...place, dedupeKey, event: { kind: 'message.edited', target: targetOf(event), content, by } }
    }
    case 'deleted':
      return {
        ...place,
        dedupeKey: keyOf(event, event.messageId),
        event: { kind: 'message.deleted', target: targetOf(event), by },
      }
    case 'reaction':
      return {
        ...place,
        dedupeKey: keyOf(event, `${event.messageId}:${event.author}:${event.at}`),
        event: { kind: 'message.reacted', target: targetOf(event), emoji: event.emoji || null, by },
      }
  }
}

type Place = Omit<Extract<InboundItem, { to: 'conversation' }>, 'dedupeKey' | 'event'>
type MessageEvent = Extract<ChatEvent, { type: 'message' }>

function messageItem(message: MessageEvent, place: Place, isContact: boolean): InboundItem {
  const id = message.id as ProviderMessageId
  const deliveryId = isContact ? null : deliveryIdOf(message.deliveryId)
  // What Parley sent, seen again: proof that it left, and no second message.
  if (deliveryId !== null) return reported(id, deliveryId, 'sent', place.at, place.path)
  const arrived = {
    id,
    content: saidBy(message),
    context: {
      quoted: (message.replyTo ?? null) as ProviderMessageId | null,
      forwarded: 'no' as const,
      referral: null,
      product: null,
    },
  }
  return {
    ...place,
    dedupeKey: `message:${id}`,
    event: isContact
      ? { kind: 'message.received', message: arrived, profile: profileOf(message) }
      : { kind: 'message.echoed', message: arrived, by: 'other_system' },
  }
}

function saidBy(said: Parameters<typeof contentOf>[0]): MessageContent {
  const content = contentOf(said)
  if (content === null) throw new MalformedItem('neither text, attachments nor a button')
  return content
}

function profileOf({ contact }: MessageEvent): ClientProfile {
  const phone = contact?.phone ? digitsOf(contact.phone) : null
  return {
    name: contact?.name ?? null,
    username: contact?.username ?? null,
    ...(phone?.ok && { phone: `+${phone.digits}` }),
  }
}

const targetOf = ({ messageId }: { messageId: string }) => messageId as ProviderMessageId
const keyOf = ({ type, id }: { type: string; id?: string | undefined }, made: string) => `${type}:${id ?? made}`

function statusItem(event: Extract<ChatEvent, { type: 'status' }>, path: string): InboundItem {
  const deliveryId = deliveryIdOf(event.deliveryId)
  // The bridge may not know its own id of it (any more): ours stands for it.
  const id = event.messageId ?? deliveryId
  if (id === null) throw new MalformedItem('deliveryId is none of ours, and there is no messageId')
  const { error } = event
  const errors = error ? [{ code: error.code, title: error.message, details: null }] : []
  return reported(id as ProviderMessageId, deliveryId, event.state, new Date(event.at), path, errors)
}

function reported(
  providerMessageId: ProviderMessageId,
  deliveryId: DeliveryId | null,
  state: Extract<ChatEvent, { type: 'status' }>['state'],
  at: Date,
  path: string,
  errors: { code: string; title: string; details: null }[] = [],
): InboundItem {
  return {
    to: 'delivery',
    account: OWN_ACCOUNT,
    path,
    status: { providerMessageId, deliveryId, state, at, errors, identities: [], pricing: null },
  }
}
