import type { ChannelEffect } from '../../domain/channel-event.ts'
import type { ConversationEvent } from '../../domain/conversation-event.ts'
import type { ReportedState } from '../../domain/delivery-state.ts'
import type { ProviderMessageId } from '../../domain/ids.ts'
import type { InboundItem, ProviderError } from '../port.ts'
import { at, idAt, isObject, MalformedItem, objectAt, requiredId, requiredTime, textAt } from '../wire/fields.ts'
import { ItemList } from '../wire/item-list.ts'
import { type JsonObject, readJson } from '../wire/json.ts'
import { identityOf } from './addresses.ts'
import { contentOf } from './contents.ts'

const AUTHORS = {
  incomingMessageReceived: 'contact',
  outgoingMessageReceived: 'phone_app',
  outgoingAPIMessageReceived: 'other_system',
} as const
type Author = (typeof AUTHORS)[keyof typeof AUTHORS]

/** A webhook's body → its one item (reference §12). Total: what cannot be read becomes a dead letter. */
export function parseWebhook(body: Uint8Array): InboundItem[] {
  const items = new ItemList()
  const json = readJson(body)
  if (!json.ok) {
    items.refuse('', null, 'not_json', json.detail)
    return items.all()
  }
  const event = json.value
  const account = idAt(objectAt(event, 'instanceData'), 'idInstance')
  const type = textAt(event, 'typeWebhook')
  if (!isObject(event) || account === null || type === null) {
    items.refuse('', null, 'unknown_object', 'the body is about no instance')
    return items.all()
  }
  items.add('', { accountId: account }, () => itemOf(event, type, account))
  return items.all()
}

function itemOf(event: JsonObject, type: string, account: string): InboundItem {
  if (Object.hasOwn(AUTHORS, type)) return messageItem(event, AUTHORS[type as keyof typeof AUTHORS], account)
  if (type === 'outgoingMessageStatus') return statusItem(event, account)
  return accountItem(event, type, account)
}

function messageItem(event: JsonObject, author: Author, account: string): InboundItem {
  const id = requiredId(event, 'idMessage') as ProviderMessageId
  const sender = objectAt(event, 'senderData')
  const chatId = requiredId(sender, 'chatId')
  const data = objectAt(event, 'messageData')
  if (data === null) throw new MalformedItem('no messageData')
  const said = eventOf(data, { id, chatId, author, name: nameOf(sender, chatId) })
  return {
    to: 'conversation',
    account,
    path: '',
    dedupeKey: `message:${id}`,
    identities: [identityOf(chatId)],
    at: requiredTime(event, 'timestamp'),
    event: said,
    opensWindow: said.kind === 'message.received' && !chatId.endsWith('@g.us'),
  }
}

interface Said {
  id: ProviderMessageId
  chatId: string
  author: Author
  name: string | null
}

function eventOf(data: JsonObject, { id, chatId, author, name }: Said): ConversationEvent {
  const by = author === 'contact' ? 'contact' : 'phone_app'
  switch (textAt(data, 'typeMessage')) {
    case 'reactionMessage': {
      const target = requiredId(objectAt(data, 'quotedMessage'), 'stanzaId') as ProviderMessageId
      const said = objectAt(data, 'extendedTextMessageData') ?? objectAt(data, 'extendedTextMessage')
      return { kind: 'message.reacted', target, emoji: textAt(said, 'text'), by }
    }
    case 'deletedMessage': {
      const target = requiredId(objectAt(data, 'deletedMessageData'), 'stanzaId') as ProviderMessageId
      return { kind: 'message.deleted', target, by }
    }
    case 'editedMessage': {
      const edited = objectAt(data, 'editedMessageData')
      const target = requiredId(edited, 'stanzaId') as ProviderMessageId
      const text = textAt(edited, 'textMessage') ?? textAt(edited, 'caption')
      if (text === null) throw new MalformedItem('an edit without words')
      return { kind: 'message.edited', target, content: { kind: 'text', text, data: {}, media: null }, by }
    }
    default:
      return arrival(data, { id, chatId, author, name })
  }
}

function arrival(data: JsonObject, { id, chatId, author, name }: Said): ConversationEvent {
  const message = { id, content: contentOf(data, chatId, id), context: contextOf(data) }
  return author === 'contact'
    ? { kind: 'message.received', message, profile: { name, username: null } }
    : { kind: 'message.echoed', message, by: author }
}

function contextOf(data: JsonObject) {
  const said = objectAt(data, 'extendedTextMessageData') ?? objectAt(data, 'fileMessageData')
  const score = Number(textAt(said, 'forwardingScore') ?? 0)
  const isForwarded = at(said, 'isForwarded') === true
  return {
    quoted: idAt(objectAt(data, 'quotedMessage'), 'stanzaId') as ProviderMessageId | null,
    // WhatsApp calls five times and more "many times".
    forwarded: isForwarded ? (score >= 5 ? ('frequently' as const) : ('forwarded' as const)) : ('no' as const),
    referral: null,
    product: null,
  }
}

/** Of a group its name; else as the account's phone book has the client, or as they call themselves. */
function nameOf(sender: JsonObject | null, chatId: string): string | null {
  const keys = chatId.endsWith('@g.us') ? ['chatName'] : ['senderContactName', 'senderName', 'chatName']
  for (const key of keys) {
    const name = textAt(sender, key)?.trim()
    if (name) return name
  }
  return null
}

const STATES: Readonly<Record<string, ReportedState>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  failed: 'failed',
  noAccount: 'failed',
  notInGroup: 'failed',
  yellowCard: 'failed',
}

function statusItem(event: JsonObject, account: string): InboundItem {
  const word = textAt(event, 'status') ?? ''
  const state = Object.hasOwn(STATES, word) ? STATES[word] : undefined
  if (state === undefined) throw new MalformedItem('an unknown status word')
  const errors: ProviderError[] =
    state === 'failed'
      ? [
          {
            code:
              word === 'noAccount' ? 'api_no_such_client' : word === 'yellowCard' ? 'api_account_down' : 'api_refused',
            title: word,
            details: textAt(event, 'description'),
          },
        ]
      : []
  return {
    to: 'delivery',
    account,
    path: '',
    status: {
      providerMessageId: requiredId(event, 'idMessage') as ProviderMessageId,
      deliveryId: null,
      state,
      at: requiredTime(event, 'timestamp'),
      errors,
      identities: [],
      pricing: null,
    },
  }
}

/** What is of the instance itself: whether its phone is linked; the rest is kept, and of no effect. */
function accountItem(event: JsonObject, type: string, account: string): InboundItem {
  const time = requiredTime(event, 'timestamp')
  const state = textAt(event, 'stateInstance')
  const effect: ChannelEffect = type === 'stateInstanceChanged' ? effectOf(state) : { does: 'nothing' }
  return {
    to: 'channel',
    account: { accountId: account },
    path: '',
    dedupeKey: `account:${type.slice(0, 100)}:${state?.slice(0, 100) ?? ''}:${time.getTime()}`,
    at: time,
    event: { kind: type.slice(0, 100), value: state === null ? {} : { stateInstance: state }, effect },
  }
}

function effectOf(state: string | null): ChannelEffect {
  switch (state) {
    case 'authorized':
      return { does: 'reconnect' }
    case 'notAuthorized':
      return { does: 'disconnect', reason: 'The phone is no longer linked at Green-API: link it there by its QR code' }
    case 'blocked':
      return { does: 'restrict', reason: 'WhatsApp has blocked the number' }
    case 'yellowCard':
      return {
        does: 'needs_attention',
        reason: 'WhatsApp lets the number write for a while no more; Green-API keeps quiet',
      }
    default:
      return { does: 'nothing' }
  }
}
