import type { ConversationEvent } from '../../domain/conversation-event.ts'
import type { InboundItem } from '../port.ts'
import { idAt, isObject, MalformedItem, objectAt, requiredId, requiredTime } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import { ADDRESSEE, type Client, type ContactBook, SENDER } from './clients.ts'
import { readEvent } from './events.ts'

/** Where an element stands: its number and its pointer in the body. */
export interface Place {
  account: string
  path: string
}

/**
 * One element of `messages[]`: something the client did.
 * @throws MalformedItem without id, time or client
 */
export function readInbound(element: unknown, contacts: ContactBook, place: Place): InboundItem {
  const message = requireObject(element)
  const client = senderOf(message, contacts)
  const event = readEvent(message, { by: 'contact', profile: client.profile })
  return {
    to: 'conversation',
    ...place,
    ...keyAndTime(message),
    identities: event.kind === 'contact.number_changed' && event.from.length > 0 ? event.from : client.identities,
    event,
    opensWindow: opensWindow(event, message),
  }
}

/** One element of `message_echoes[]`: something the owner did in the phone app. It never opens the window. */
export function readEcho(element: unknown, contacts: ContactBook, place: Place): InboundItem {
  const message = requireObject(element)
  const { identities } = contacts.clientOf(message, ADDRESSEE)
  const event = readEvent(message, { by: 'phone_app' })
  return { to: 'conversation', ...place, ...keyAndTime(message), identities, event, opensWindow: false }
}

/** A notice that a user id changed may name its user only inside `system` (reference §2.4). */
function senderOf(message: JsonObject, contacts: ContactBook): Client {
  const system = objectAt(message, 'system')
  if (system === null) return contacts.clientOf(message, SENDER)
  const named = { from_user_id: idAt(system, 'previous_user_id') ?? idAt(system, 'user_id'), ...message }
  return contacts.clientOf(named, SENDER)
}

/** Every element has an id of its own, reactions, edits and revokes too (reference §1.4). */
function keyAndTime(message: JsonObject): { dedupeKey: string; at: Date } {
  return { dedupeKey: `message:${requiredId(message, 'id')}`, at: requiredTime(message, 'timestamp') }
}

/**
 * Any message of the client opens Meta's window, buttons and reactions included (reference §8). Decided here:
 * - a set reaction opens it, a removed one does not; Meta is unclear, and a wrong guess costs one refused free text;
 * - so does a message that Meta keeps from us (131060, unknown kinds): the client did write;
 * - a message in a group does not: the window belongs to the private conversation.
 */
function opensWindow(event: ConversationEvent, message: JsonObject): boolean {
  if (idAt(message, 'group_id') !== null) return false
  if (event.kind === 'message.reacted') return event.emoji !== null
  return event.kind === 'message.received' && event.message.content.kind !== 'system'
}

function requireObject(element: unknown): JsonObject {
  if (!isObject(element)) throw new MalformedItem('it is no object')
  return element
}
