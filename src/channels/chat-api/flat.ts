import type { z } from 'zod'
import { isKnownKey } from '../shared-key.ts'
import { at, isObject, textAt } from '../wire/fields.ts'
import { readJson, readJsonText, type WireJson } from '../wire/json.ts'
import type { ChatEvent, flatMessage } from './wire.ts'

/** A body as it came, JSON or a form, as one value. */
export function readBody(body: Uint8Array, contentType: string | null): WireJson {
  if (!/^application\/x-www-form-urlencoded\b/i.test(contentType ?? '')) return readJson(body)
  // Through JSON once more: what cannot be stored is taken out there.
  return readJsonText(JSON.stringify(formFields(new URLSearchParams(Buffer.from(body).toString('utf8')))))
}

/** Planfix's form: `attachments[name]` and `attachments[url]` come in pairs, as often as there are files. */
function formFields(form: URLSearchParams): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const [key, value] of form) {
    if (!key.startsWith('attachments[') && value !== '' && key !== '__proto__') fields[key] = value
  }
  const names = form.getAll('attachments[name]')
  const urls = form.getAll('attachments[url]')
  if (urls.length > 0) fields.attachments = urls.map((url, index) => ({ url, name: names[index] ?? null }))
  if (fields.isEcho !== undefined) fields.isEcho = /^(1|true|yes)$/i.test(String(fields.isEcho))
  return fields
}

/** Is it one message, flat, as Planfix's bridges send it? */
export const isFlat = (value: unknown): value is Record<string, unknown> =>
  isObject(value) && at(value, 'chatId') !== undefined && at(value, 'events') === undefined

/** @param missing id and time for a message that has none */
export function eventOfFlat(flat: z.output<typeof flatMessage>, missing: { id: string; at: string }): ChatEvent {
  const { chatId, contactId, contactName, contactLastName, contactPhone } = flat
  const name = [contactName, contactLastName].filter(Boolean).join(' ')
  return {
    type: 'message',
    id: flat.id ?? missing.id,
    at: flat.at ?? missing.at,
    chat: { id: chatId },
    contact: { id: contactId, name: name || null, phone: contactPhone ?? null },
    text: flat.message ?? null,
    attachments: flat.attachments,
    author: flat.isEcho ? 'operator' : 'contact',
  }
}

/** Planfix's bridges show the secret in the body. Asked last: only then is a body read before anybody vouched for it. */
export function hasToken(secrets: readonly string[], body: Uint8Array, contentType: string | null): boolean {
  if (body.length > MAX_FLAT_BYTES) return false
  const json = readBody(body, contentType)
  return json.ok && isFlat(json.value) && isKnownKey(textAt(json.value, 'planfix_token'), secrets)
}

const MAX_FLAT_BYTES = 256 * 1024
