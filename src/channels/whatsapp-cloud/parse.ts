import type { ChannelEvent } from '../../domain/channel-event.ts'
import type { AccountRef, InboundItem } from '../port.ts'
import { at, idAt, isObject, MalformedItem, textAt } from '../wire/fields.ts'
import { ItemList } from '../wire/item-list.ts'
import { readJson } from '../wire/json.ts'
import { accountOf, type Change, readAccountEvent, readValueErrors } from './account-events.ts'
import { ADDRESSEE, CONTACT, ContactBook, type NameKeys, SENDER } from './clients.ts'
import { readHistory, readPhoneBook } from './history.ts'
import { type Place, readEcho, readInbound } from './inbound.ts'
import { readPreference } from './preferences.ts'
import { readStatus } from './statuses.ts'

/**
 * A webhook's body → its items, in the body's order (reference §1.4, §2.1): every entry, every change, every message,
 * status, echo and preference. Total: what cannot be read becomes a dead letter with its JSON pointer, its neighbours live.
 */
export function parseWebhook(body: Uint8Array): InboundItem[] {
  const items = new ItemList()
  const json = readJson(body)
  if (!json.ok) {
    items.refuse('', null, 'not_json', json.detail)
  } else if (at(json.value, 'object') !== 'whatsapp_business_account') {
    items.refuse('', null, 'unknown_object', 'the body is not about a WhatsApp business account')
  } else {
    eachElement(json.value, 'entry', '', null, items, readEntry)
  }
  return items.all()
}

function readEntry(entry: unknown, path: string, items: ItemList): void {
  const entryId = idAt(entry, 'id')
  const account = entryId === null ? null : { businessId: entryId }
  eachElement(entry, 'changes', path, account, items, (change, changePath) => {
    const field = textAt(change, 'field')
    const value = at(change, 'value')
    if (field === null || !isObject(value)) {
      items.refuse(changePath, account, 'malformed_item', 'a change without field or value')
    } else {
      readChange({ field, value, entryId, entryTime: at(entry, 'time'), path: changePath }, items)
    }
  })
}

function readChange(change: Change, items: ItemList): void {
  switch (change.field) {
    case 'messages':
      readMessages(change, items)
      break
    case 'smb_message_echoes':
      readConversationItems(change, 'message_echoes', ADDRESSEE, readEcho, items)
      break
    case 'user_preferences':
      readConversationItems(change, 'user_preferences', CONTACT, readPreference, items)
      break
    case 'history':
      readImported(change, items)
      break
    case 'smb_app_state_sync':
      items.add(change.path, accountOf(change), () => withMore(change, { phoneBook: readPhoneBook(change.value) }))
      break
    default:
      items.add(change.path, accountOf(change), () => readAccountEvent(change))
  }
}

/** One item for the whole change, however many messages it brings; those that cannot be read are dead letters. */
function readImported(change: Change, items: ItemList): void {
  const { messages, unreadable } = readHistory(change.value)
  const account = accountOf(change)
  items.add(change.path, account, () => withMore(change, { imported: messages }))
  for (const { path, detail } of unreadable) {
    items.refuse(`${change.path}${path}`, account, 'malformed_item', detail)
  }
}

function withMore(change: Change, more: Pick<ChannelEvent, 'imported' | 'phoneBook'>): InboundItem {
  const item = readAccountEvent(change)
  return item.to === 'channel' ? { ...item, event: { ...item.event, ...more } } : item
}

function readMessages(change: Change, items: ItemList): void {
  const { value, path } = change
  const account = accountOf(change)
  const known = ['messages', 'statuses', 'errors'].filter((key) => at(value, key) !== undefined)
  if (known.length === 0) {
    items.refuse(path, account, 'malformed_item', 'a change with neither messages, statuses nor errors')
  }
  for (const key of known) {
    if (key === 'messages') {
      readConversationItems(change, key, SENDER, readInbound, items)
    } else if (key === 'statuses') {
      eachElement(value, key, `${path}/value`, account, items, (element, elementPath) =>
        items.add(elementPath, account, () => readStatus(element, value, placeOf(account, elementPath))),
      )
    } else {
      items.add(`${path}/value/errors`, account, () => readValueErrors(change))
    }
  }
}

type ItemReader = (element: unknown, contacts: ContactBook, place: Place) => InboundItem

function readConversationItems(change: Change, key: string, keys: NameKeys, read: ItemReader, items: ItemList): void {
  const { value, path } = change
  const account = accountOf(change)
  const elements = at(value, key)
  const contacts = new ContactBook(value, Array.isArray(elements) ? elements : [], keys)
  eachElement(value, key, `${path}/value`, account, items, (element, elementPath) =>
    items.add(elementPath, account, () => read(element, contacts, placeOf(account, elementPath))),
  )
}

/** Messages are routed by their number, never by the entry: one business account has several (reference §2.1). */
function placeOf(account: AccountRef, path: string): Place {
  if (account.accountId === undefined) throw new MalformedItem('no phone_number_id')
  return { account: account.accountId, path }
}

/** Visits a list with the pointer of each element; a dead letter where there should be a list and is none. */
function eachElement(
  from: unknown,
  key: string,
  path: string,
  account: AccountRef | null,
  items: ItemList,
  visit: (element: unknown, path: string, items: ItemList) => void,
): void {
  const list = at(from, key)
  if (!Array.isArray(list)) {
    items.refuse(`${path}/${key}`, account, 'malformed_item', `${key} is no list`)
    return
  }
  list.forEach((element, index) => {
    visit(element, `${path}/${key}/${index}`, items)
  })
}
