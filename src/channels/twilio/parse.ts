import type { InboundItem } from '../port.ts'
import { isObject, textAt } from '../wire/fields.ts'
import { ItemList } from '../wire/item-list.ts'
import { readInbound } from './inbound.ts'
import { readStatus } from './statuses.ts'
import { readFields } from './wire-form.ts'

/** Words of a status that say nothing new: Twilio has the message, and has not sent it yet. */
const NOT_YET: ReadonlySet<string> = new Set(['accepted', 'scheduled', 'queued', 'sending'])

/**
 * A webhook's body → its one item (reference §12): a message of a client, or how far one of ours has come. Total: what
 * cannot be read becomes a dead letter.
 * @param now Twilio tells no times: that of the call stands for them
 */
export function parseWebhook(body: Uint8Array, contentType: string | null, now: Date): InboundItem[] {
  const items = new ItemList()
  const fields = readFields(body, contentType)
  if (!fields.ok) {
    items.refuse('', null, 'not_json', fields.detail)
    return items.all()
  }
  const { value } = fields
  if (!isObject(value) || textAt(value, 'MessageSid') === null) {
    items.refuse('', null, 'unknown_object', 'the body is about no message')
    return items.all()
  }
  const status = textAt(value, 'MessageStatus') ?? textAt(value, 'SmsStatus')
  if (status === null || status === 'received' || status === 'receiving') {
    items.add('', null, () => readInbound(value, now))
  } else if (!NOT_YET.has(status)) {
    items.add('', null, () => readStatus(value, status, now))
  }
  return items.all()
}
