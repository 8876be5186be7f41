import type { BusinessNumber } from '../simulation.ts'
import type { Client, Message, Update } from '../world/entries.ts'

type Json = Record<string, unknown>

/**
 * One POST body out of updates (reference §1.4): neighbours of one business account share an entry,
 * neighbouring messages (or statuses) of one number share a change, as an album's photos do on the wire.
 */
export function webhookBody(updates: readonly Update[]): Json {
  const entries: { id: string; time?: number; changes: { value: Json; field: string }[] }[] = []
  for (const update of updates) {
    const last = entries.at(-1)
    const time = update.time ?? undefined
    if (last && last.id === update.wabaId && last.time === time) {
      const change = last.changes.at(-1)
      if (!change || !merge(change, update)) last.changes.push({ value: update.value, field: update.field })
      continue
    }
    const changes = [{ value: update.value, field: update.field }]
    entries.push(time === undefined ? { id: update.wabaId, changes } : { id: update.wabaId, time, changes })
  }
  return { object: 'whatsapp_business_account', entry: entries }
}

function merge(change: { value: Json; field: string }, update: Update): boolean {
  if (change.field !== 'messages' || update.field !== 'messages') return false
  if (phoneOf(change.value) !== phoneOf(update.value)) return false
  for (const list of ['messages', 'statuses']) {
    const ours = change.value[list]
    const theirs = update.value[list]
    if (!Array.isArray(ours) || !Array.isArray(theirs)) continue
    const contacts = mergedContacts(change.value.contacts, update.value.contacts)
    change.value = {
      ...change.value,
      ...(contacts.length > 0 ? { contacts } : {}),
      [list]: [...ours, ...theirs],
    }
    return true
  }
  return false
}

function mergedContacts(ours: unknown, theirs: unknown): unknown[] {
  const all = [...(Array.isArray(ours) ? ours : []), ...(Array.isArray(theirs) ? theirs : [])]
  return [...new Map(all.map((contact) => [JSON.stringify(contact), contact])).values()]
}

const phoneOf = (value: Json): unknown => (value.metadata as Json | undefined)?.phone_number_id

/** The head of every `messages` value. */
export function messagingValue(number: BusinessNumber): Json {
  return {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: number.displayPhone, phone_number_id: number.phoneNumberId },
  }
}

/** `contacts[]` of a client's message; without the number for a username user (reference §2.4). */
export function contactsOf(client: Client): Json[] {
  const profile = { name: client.name, ...(client.username ? { username: client.username } : {}) }
  return [
    {
      profile,
      ...(client.withoutPhone ? {} : { wa_id: client.key }),
      ...(client.userId ? { user_id: client.userId } : {}),
    },
  ]
}

/** One inbound message as an update. `system` messages carry no contacts (reference §2.1). */
export function inboundUpdate(number: BusinessNumber, client: Client, message: Json, withContacts = true): Update {
  return {
    wabaId: number.wabaId,
    phoneNumberId: number.phoneNumberId,
    field: 'messages',
    value: {
      ...messagingValue(number),
      ...(withContacts ? { contacts: contactsOf(client) } : {}),
      messages: [message],
    },
    time: null,
    about: { from: client.key, to: null, messageIds: [String(message.id)] },
  }
}

/** Head of an inbound message: who, which, when (seconds, as a string). */
export function messageHead(client: Client, id: string, at: number): Json {
  return {
    ...(client.withoutPhone ? {} : { from: client.key }),
    ...(client.userId ? { from_user_id: client.userId } : {}),
    id,
    timestamp: seconds(at),
  }
}

export type ReportedStatus = 'sent' | 'delivered' | 'read' | 'played' | 'failed'

/** One status of an outgoing message (reference §3), in the form of v24 and later: no `conversation`. */
export function statusUpdate(
  number: BusinessNumber,
  client: Client,
  message: Message,
  status: ReportedStatus,
  at: number,
): Update {
  const pricing = status === 'sent' || status === 'delivered' ? { pricing: pricingOf(message) } : {}
  const errors = status === 'failed' && message.error ? { errors: [asyncError(message.error)] } : {}
  const known = client.userId !== null && status !== 'failed'
  return {
    wabaId: number.wabaId,
    phoneNumberId: number.phoneNumberId,
    field: 'messages',
    value: {
      ...messagingValue(number),
      ...(known ? { contacts: contactsOf(client) } : {}),
      statuses: [
        {
          id: message.id,
          status,
          timestamp: seconds(at),
          ...(client.withoutPhone ? {} : { recipient_id: client.key }),
          ...(known ? { recipient_user_id: client.userId } : {}),
          ...(message.callbackData === null ? {} : { biz_opaque_callback_data: message.callbackData }),
          ...pricing,
          ...errors,
        },
      ],
    },
    time: null,
    about: { from: null, to: client.key, messageIds: [message.id] },
  }
}

function pricingOf(message: Message): Json {
  if (!message.template) {
    return { billable: false, pricing_model: 'PMP', type: 'free_customer_service', category: 'service' }
  }
  return {
    billable: true,
    pricing_model: 'PMP',
    type: 'regular',
    category: message.template.category.toLowerCase(),
  }
}

/** An error inside a webhook. */
export function asyncError(error: { code: number; title: string; details: string }): Json {
  return {
    code: error.code,
    title: error.title,
    message: error.title,
    error_data: { details: error.details },
    href: 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/',
  }
}

export const seconds = (at: number): string => String(Math.floor(at / 1000))
