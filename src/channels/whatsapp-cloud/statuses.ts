import type { IdentityValue } from '../../domain/conversation-event.ts'
import type { ReportedState } from '../../domain/delivery-state.ts'
import type { DeliveryId, ProviderMessageId } from '../../domain/ids.ts'
import type { InboundItem } from '../port.ts'
import {
  addIdentity,
  isObject,
  MalformedItem,
  objectAt,
  objectsAt,
  requiredId,
  requiredTime,
  textAt,
} from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import { CONTACT, namesOf, RECIPIENT } from './clients.ts'
import type { Place } from './inbound.ts'
import { errorsAt } from './webhook-errors.ts'

const STATES: readonly string[] = ['sent', 'delivered', 'read', 'played', 'failed'] satisfies ReportedState[]
const isState = (word: string | null): word is ReportedState => word !== null && STATES.includes(word)

/**
 * One element of `statuses[]` (reference §3). No dedupe key: a state only moves forward, so a repetition changes nothing.
 * @param value the change's value; newer versions put the recipient's `contacts[]` there
 * @throws MalformedItem without id or time, or for a word that is no state of ours
 */
export function readStatus(element: unknown, value: JsonObject, place: Place): InboundItem {
  if (!isObject(element)) throw new MalformedItem('it is no object')
  const state = textAt(element, 'status')
  if (!isState(state)) throw new MalformedItem('an unknown status word')
  return {
    to: 'delivery',
    ...place,
    status: {
      providerMessageId: requiredId(element, 'id') as ProviderMessageId,
      deliveryId: deliveryIdOf(textAt(element, 'biz_opaque_callback_data')),
      state,
      at: requiredTime(element, 'timestamp'),
      errors: errorsAt(element, 'errors'),
      identities: recipientOf(element, value),
      pricing: objectAt(element, 'pricing'),
    },
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Our delivery ids are UUIDs; other systems on the same number put other things there. */
function deliveryIdOf(callbackData: string | null): DeliveryId | null {
  return callbackData !== null && UUID.test(callbackData) ? (callbackData.toLowerCase() as DeliveryId) : null
}

/** A group's status names the group, and a member who is not whom we wrote to: it reveals no name of a recipient. */
function recipientOf(status: JsonObject, value: JsonObject): IdentityValue[] {
  if (textAt(status, 'recipient_type') === 'group') return []
  const names = namesOf(status, RECIPIENT)
  for (const contact of objectsAt(value, 'contacts').slice(0, MAX_CONTACTS)) {
    const theirs = namesOf(contact, CONTACT)
    const same = theirs.some((one) => names.some((name) => name.kind === one.kind && name.value === one.value))
    if (same) for (const { kind, value: name } of theirs) addIdentity(names, kind, name)
  }
  return names
}

/** One contact stands beside a status; the bound keeps a hostile body from costing statuses × contacts. */
const MAX_CONTACTS = 20
