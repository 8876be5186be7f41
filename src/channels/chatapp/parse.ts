import type { IdentityValue } from '../../domain/conversation-event.ts'
import type { ReportedState } from '../../domain/delivery-state.ts'
import type { ProviderMessageId } from '../../domain/ids.ts'
import type { InboundItem, ProviderError } from '../port.ts'
import { at, idAt, isObject, MalformedItem, objectAt, requiredId, requiredTime, textAt } from '../wire/fields.ts'
import { ItemList } from '../wire/item-list.ts'
import { type JsonObject, readJson } from '../wire/json.ts'
import { WHATSAPP_MESSENGERS } from './config.ts'
import { contentOf } from './contents.ts'

type Reader = (item: JsonObject, account: string, path: string) => InboundItem

/** By `meta.type`: what the line was told to send. */
const READERS: Readonly<Record<string, Reader>> = { message: readMessage, messageStatus: readStatus }

/**
 * A webhook's body → its items (reference §12): `{ "data": [...], "meta": { "type", "licenseId", "messengerType" } }`,
 * or a list of these. Total: what cannot be read becomes a dead letter. An empty body, by which ChatApp tries an
 * address, is nothing.
 */
export function parseWebhook(body: Uint8Array): InboundItem[] {
  if (body.length === 0) return []
  const items = new ItemList()
  const json = readJson(body)
  if (!json.ok) {
    items.refuse('', null, 'not_json', json.detail)
    return items.all()
  }
  const { value } = json
  if (!Array.isArray(value)) readEnvelope(items, value, '')
  else if (value.length === 0) items.refuse('', null, 'unknown_object', 'an empty list')
  else for (const [index, envelope] of value.entries()) readEnvelope(items, envelope, `/${index}`)
  return items.all()
}

function readEnvelope(items: ItemList, envelope: unknown, path: string): void {
  const meta = objectAt(envelope, 'meta')
  const account = accountOf(meta)
  const type = textAt(meta, 'type') ?? ''
  const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined
  if (account === null || read === undefined) {
    items.refuse(path, null, 'unknown_object', 'it is about no WhatsApp line, or of a type that was not asked for')
    return
  }
  const data = at(envelope, 'data')
  if (!Array.isArray(data) || data.length === 0) {
    items.refuse(`${path}/data`, { accountId: account }, 'malformed_item', 'data is no list, or empty')
    return
  }
  data.forEach((item: unknown, index) => {
    const place = `${path}/data/${index}`
    if (!isObject(item)) items.refuse(place, { accountId: account }, 'malformed_item', 'it is no object')
    else items.add(place, { accountId: account }, () => read(item, account, place))
  })
}

/** As the account's own key has it (`line`): a line has several messengers, and only two of them are WhatsApp. */
function accountOf(meta: JsonObject | null): string | null {
  const licence = textAt(meta, 'licenseId')
  const messenger = WHATSAPP_MESSENGERS.find((one) => one === textAt(meta, 'messengerType'))
  return licence !== null && /^\d{1,12}$/.test(licence) && messenger !== undefined ? `${licence}/${messenger}` : null
}

function readMessage(item: JsonObject, account: string, path: string): InboundItem {
  const id = requiredId(item, 'id') as ProviderMessageId
  const side = textAt(item, 'side')
  if (side !== 'in' && side !== 'out') throw new MalformedItem('neither of the client nor of the business')
  const isEcho = side === 'out' || at(item, 'fromMe') === true
  const chat = objectAt(item, 'chat')
  const client = clientOf(chat)
  const message = {
    id,
    content: contentOf(item),
    context: { quoted: null, forwarded: 'no' as const, referral: null, product: null },
  }
  return {
    to: 'conversation',
    account,
    path,
    dedupeKey: `message:${id}`,
    identities: [client],
    at: requiredTime(item, 'time'),
    opensWindow: !isEcho && client.kind === 'wa_id',
    event: isEcho
      ? { kind: 'message.echoed', message, by: isOfAnApp(item) ? 'other_system' : 'phone_app' }
      : { kind: 'message.received', message, profile: { name: nameOf(item, chat), username: null } },
  }
}

/** What leaves by the API, ours too, names the app that it came from. */
const isOfAnApp = (item: JsonObject): boolean =>
  at(item, 'fromApi') === true || textAt(objectAt(item, 'fromApp'), 'id') !== null

/** A chat with one person is known by their number; a group is a chat of its own. */
function clientOf(chat: JsonObject | null): IdentityValue {
  const id = requiredId(chat, 'id')
  if (textAt(chat, 'type') === 'group' || id.endsWith('@g.us')) return { kind: 'chat_id', value: id }
  const [digits] = /^\d{5,20}$/.exec(textAt(chat, 'phone') ?? id.replace(/@c\.us$/, '')) ?? []
  return digits === undefined ? { kind: 'chat_id', value: id } : { kind: 'wa_id', value: digits }
}

function nameOf(item: JsonObject, chat: JsonObject | null): string | null {
  const name = textAt(chat, 'name') ?? textAt(objectAt(item, 'fromUser'), 'name')
  return name?.trim() || null
}

const STATES: Readonly<Record<string, ReportedState>> = { sent: 'sent', delivered: 'delivered', viewed: 'read' }

/** A status with an error is a failure, whatever else it says: which words ChatApp has for one is not known. */
function readStatus(item: JsonObject, account: string, path: string): InboundItem {
  const word = textAt(item, 'type') ?? ''
  const errors = errorsOf(item)
  const state = errors.length > 0 ? 'failed' : Object.hasOwn(STATES, word) ? STATES[word] : undefined
  if (state === undefined) throw new MalformedItem('an unknown status word')
  return {
    to: 'delivery',
    account,
    path,
    status: {
      providerMessageId: requiredId(item, 'id') as ProviderMessageId,
      deliveryId: null,
      state,
      at: requiredTime(item, 'time'),
      errors,
      identities: [],
      pricing: null,
    },
  }
}

function errorsOf(item: JsonObject): ProviderError[] {
  const error = objectAt(item, 'error')
  const title = error === null ? textAt(item, 'error') : (idAt(error, 'code') ?? 'error')
  return title === null ? [] : [{ code: 'api_refused', title, details: textAt(error, 'message') }]
}
