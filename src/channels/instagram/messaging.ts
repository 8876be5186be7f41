import type { ClientProfile, ConversationEvent, IdentityValue } from '../../domain/conversation-event.ts'
import type { ProviderMessageId } from '../../domain/ids.ts'
import type { InboundItem } from '../port.ts'
import { at, idAt, isObject, MalformedItem, numberAt, objectAt, requiredId, textAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import { readContent, readContext, readPostback } from './contents.ts'
import { requiredTimeIn } from './times.ts'

/** Where an element stands. */
export interface MessagingPlace {
  entry: JsonObject
  path: string
}

/** Who takes part in an element, and which of the two is the business. */
interface Parties {
  account: string
  client: string
  byBusiness: boolean
}

/** Webhooks say nothing of who the client is (reference §11.1). */
const NOBODY: ClientProfile = { name: null, username: null }
const MAX_EMOJI_LENGTH = 64

/**
 * One element of `messaging[]` (reference §11.1).
 * @throws MalformedItem for kinds that are not known, and where it names no client
 */
export function readMessaging(element: unknown, { entry, path }: MessagingPlace): InboundItem {
  if (!isObject(element)) throw new MalformedItem('it is no object')
  const parties = partiesOf(element, entry)
  const time = requiredTimeIn(element, entry)
  const message = objectAt(element, 'message')
  if (at(message, 'is_self') === true || parties.client === parties.account) {
    return channelItem(parties, path, time, 'self_message', { message: objectAt(element, 'message') })
  }
  const read = objectAt(element, 'read')
  if (read !== null) return readSeen(read, parties, path, time)
  const referral = objectAt(element, 'referral')
  if (referral !== null && message === null && objectAt(element, 'postback') === null) {
    // The chat was opened by a link; what the client then writes is a message of its own.
    return channelItem(parties, path, time, 'referral', { sender: parties.client, referral })
  }
  const { event, key, opensWindow } = readHappening(element, parties, time)
  const identities: IdentityValue[] = [{ kind: 'igsid', value: parties.client }]
  return {
    to: 'conversation',
    account: parties.account,
    path,
    dedupeKey: key,
    identities,
    at: time,
    event,
    // Only what the client does themselves: an edit or a withdrawal is no new message.
    opensWindow: opensWindow && !parties.byBusiness,
  }
}

/**
 * The business is whom the entry names. Some examples of Meta's print the client there: then, and where the entry names
 * nobody, the direction of the message decides.
 */
function partiesOf(element: JsonObject, entry: JsonObject): Parties {
  const sender = idAt(objectAt(element, 'sender'), 'id')
  const recipient = idAt(objectAt(element, 'recipient'), 'id')
  const entryId = idAt(entry, 'id')
  const message = objectAt(element, 'message')
  const isEcho = at(message, 'is_echo') === true
  const isWritten = message !== null || objectAt(element, 'message_edit') !== null
  const byBusiness = isEcho || (isWritten && sender !== null && sender === entryId && recipient !== null)
  const client = byBusiness ? recipient : sender
  if (client === null) throw new MalformedItem('it names no client')
  const business = byBusiness ? sender : recipient
  const account = entryId !== null && entryId !== client ? entryId : (business ?? entryId)
  if (account === null) throw new MalformedItem('it names no account')
  return { account, client, byBusiness }
}

interface Happening {
  event: ConversationEvent
  key: string
  opensWindow: boolean
}

function readHappening(element: JsonObject, parties: Parties, time: Date): Happening {
  const by = parties.byBusiness ? 'phone_app' : 'contact'
  const message = objectAt(element, 'message')
  if (message !== null) {
    const mid = requiredId(message, 'mid')
    if (at(message, 'is_deleted') === true) {
      const event = { kind: 'message.deleted' as const, target: mid as ProviderMessageId, by } as const
      return { event, key: `deleted:${mid}`, opensWindow: false }
    }
    return arrival(mid, { content: readContent(message), context: readContext(message) }, parties)
  }
  const postback = objectAt(element, 'postback')
  if (postback !== null) {
    // Older ones have no id of their own.
    const mid = idAt(postback, 'mid') ?? `postback:${parties.client}:${time.getTime()}`
    return arrival(mid, { content: readPostback(postback), context: readContext(postback) }, parties)
  }
  const edit = objectAt(element, 'message_edit')
  if (edit !== null) {
    const mid = requiredId(edit, 'mid')
    const content = { kind: 'text' as const, text: textAt(edit, 'text'), data: {}, media: null }
    const event = { kind: 'message.edited' as const, target: mid as ProviderMessageId, content, by } as const
    // The number is the edit's place; a documented example has no number but a word.
    const place = numberAt(edit, 'num_edit') ?? `at ${time.getTime()}`
    return { event, key: `edited:${mid}:${place}`, opensWindow: false }
  }
  const reaction = objectAt(element, 'reaction')
  if (reaction !== null) return readReaction(reaction, parties, time)
  throw new MalformedItem('an event of a kind that is not known')
}

function arrival(
  mid: string,
  said: Pick<Extract<ConversationEvent, { kind: 'message.received' }>['message'], 'content' | 'context'>,
  { byBusiness }: Parties,
): Happening {
  const message = { id: mid as ProviderMessageId, ...said }
  const event: ConversationEvent = byBusiness
    ? { kind: 'message.echoed', message, by: 'phone_app' }
    : { kind: 'message.received', message, profile: NOBODY }
  return { event, key: `message:${mid}`, opensWindow: true }
}

function readReaction(reaction: JsonObject, { client, byBusiness }: Parties, time: Date): Happening {
  const mid = requiredId(reaction, 'mid')
  const action = textAt(reaction, 'action')
  if (action !== 'react' && action !== 'unreact') throw new MalformedItem('a reaction without a known action')
  const emoji = action === 'react' ? (textAt(reaction, 'emoji') ?? HEART).slice(0, MAX_EMOJI_LENGTH) : null
  const by = byBusiness ? 'phone_app' : 'contact'
  return {
    event: { kind: 'message.reacted', target: mid as ProviderMessageId, emoji, by },
    key: `reacted:${mid}:${byBusiness ? 'business' : client}:${time.getTime()}:${action}`,
    opensWindow: emoji !== null,
  }
}

/** What Instagram calls `love`: the only reaction that had no emoji of its own at first. */
const HEART = '❤️'

/** Everything up to this message is read (field messaging_seen). There is no other report (reference §11.1). */
function readSeen(read: JsonObject, { account }: Parties, path: string, time: Date): InboundItem {
  const providerMessageId = requiredId(read, 'mid') as ProviderMessageId
  return {
    to: 'delivery',
    account,
    path,
    status: {
      providerMessageId,
      deliveryId: null,
      state: 'read',
      upTo: true,
      at: time,
      errors: [],
      identities: [],
      pricing: null,
    },
  }
}

function channelItem(
  { account, client }: Parties,
  path: string,
  time: Date,
  kind: string,
  value: Record<string, unknown>,
): InboundItem {
  return {
    to: 'channel',
    account: { accountId: account },
    path,
    dedupeKey: `${kind}:${client}:${time.getTime()}`,
    at: time,
    event: { kind, value, effect: { does: 'nothing' } },
  }
}
