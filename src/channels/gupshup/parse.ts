import type { InboundItem } from '../port.ts'
import { at, idAt, isObject, objectAt, textAt } from '../wire/fields.ts'
import { ItemList } from '../wire/item-list.ts'
import { type JsonObject, readJson } from '../wire/json.ts'
import { readAccountEvent } from './account-events.ts'
import { readInbound } from './inbound.ts'
import { readPreference } from './preferences.ts'
import { isNoNews, readStatus } from './statuses.ts'

/**
 * A webhook's body → its items, mostly one (reference §12, form 2): a message of a client, how far one of ours has come,
 * who wants no advertising, or something of the account. Total: what cannot be read becomes a dead letter.
 */
export function parseWebhook(body: Uint8Array): InboundItem[] {
  const items = new ItemList()
  const json = readJson(body)
  if (!json.ok) {
    items.refuse('', null, 'not_json', json.detail)
    return items.all()
  }
  const event = json.value
  const app = idAt(event, 'app')
  const type = textAt(event, 'type')
  if (!isObject(event) || app === null || type === null) {
    items.refuse('', null, 'unknown_object', 'the body is about no app')
    return items.all()
  }
  const account = { accountId: app }
  if (type === 'preference-event') readPreferences(items, event, app)
  else if (type === 'message') items.add('/payload', account, () => readInbound(event, app))
  else if (type !== 'message-event') items.add('', account, () => readAccountEvent(event, app, type))
  else if (!isNoNews(event)) items.add('/payload', account, () => readStatus(event, app))
  return items.all()
}

function readPreferences(items: ItemList, event: JsonObject, app: string): void {
  const path = '/payload/payload/user_preferences'
  const account = { accountId: app }
  const list = at(objectAt(objectAt(event, 'payload'), 'payload'), 'user_preferences')
  if (!Array.isArray(list) || list.length === 0) {
    items.refuse(path, account, 'malformed_item', 'a preference of nobody')
    return
  }
  list.forEach((element: unknown, index) => {
    const place = `${path}/${index}`
    if (!isObject(element)) items.refuse(place, account, 'malformed_item', 'it is no object')
    else items.add(place, account, () => readPreference(element, event, app, place))
  })
}
