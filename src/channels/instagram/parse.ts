import type { AccountRef, InboundItem } from '../port.ts'
import { at, idAt, isObject, objectAt, textAt } from '../wire/fields.ts'
import { ItemList } from '../wire/item-list.ts'
import { type JsonObject, readJson } from '../wire/json.ts'
import { readChange } from './changes.ts'
import { readMessaging } from './messaging.ts'

/**
 * A webhook's body → its items, in the body's order (reference §11.1). Total: what cannot be read becomes a dead letter
 * with its JSON pointer, its neighbours live.
 */
export function parseWebhook(body: Uint8Array): InboundItem[] {
  const items = new ItemList()
  const json = readJson(body)
  if (!json.ok) {
    items.refuse('', null, 'not_json', json.detail)
  } else if (at(json.value, 'object') !== 'instagram') {
    items.refuse('', null, 'unknown_object', 'the body is not about an Instagram account')
  } else {
    const entries = at(json.value, 'entry')
    if (Array.isArray(entries)) {
      for (const [index, entry] of entries.entries()) readEntry(entry, `/entry/${index}`, items)
    } else items.refuse('/entry', null, 'malformed_item', 'entry is no list')
  }
  return items.all()
}

function readEntry(entry: unknown, path: string, items: ItemList): void {
  if (!isObject(entry)) {
    items.refuse(path, null, 'malformed_item', 'an entry that is no object')
    return
  }
  const entryId = idAt(entry, 'id')
  const account = entryId === null ? null : { accountId: entryId }
  const known = ['messaging', 'changes', 'field'].filter((key) => at(entry, key) !== undefined)
  if (known.length === 0) items.refuse(path, account, 'malformed_item', 'an entry of a kind that is not known')
  for (const key of known) {
    if (key === 'field') {
      readChanged(entry, entry, path, account, items)
      continue
    }
    const list = at(entry, key)
    if (!Array.isArray(list)) {
      items.refuse(`${path}/${key}`, account, 'malformed_item', `${key} is no list`)
      continue
    }
    list.forEach((element: unknown, index) => {
      const place = `${path}/${key}/${index}`
      if (key === 'changes') readChanged(element, entry, place, account, items)
      else items.add(place, account, () => readMessaging(element, { entry, path: place }))
    })
  }
}

/** Fields whose value has the form of an element of `messaging[]`: so the dashboard's test button sends them. */
const MESSAGING_FIELDS: ReadonlySet<string> = new Set([
  'messages',
  'message_echoes',
  'message_edit',
  'message_reactions',
  'messaging_postbacks',
  'messaging_referral',
  'messaging_seen',
])

function readChanged(
  change: unknown,
  entry: JsonObject,
  path: string,
  account: AccountRef | null,
  items: ItemList,
): void {
  const field = textAt(change, 'field')
  const value = objectAt(change, 'value')
  if (field === null || value === null) {
    items.refuse(path, account, 'malformed_item', 'a change without field or value')
  } else if (MESSAGING_FIELDS.has(field)) {
    items.add(path, account, () => readMessaging(value, { entry, path }))
  } else {
    items.add(path, account, () => readChange({ field, value, entry, path }))
  }
}
