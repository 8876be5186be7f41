import type { InboundItem } from '../port.ts'
import { MalformedItem, requiredTime, textAt } from '../wire/fields.ts'
import { CONTACT, type ContactBook } from './clients.ts'
import type { Place } from './inbound.ts'

/**
 * One element of `user_preferences[]` (reference §4.2): the client stopped or resumed marketing messages in the app.
 * It has no id: the client, the category, the word and the second together are its key.
 * @throws MalformedItem for another category or word, so that a person sees what Meta added
 */
export function readPreference(element: unknown, contacts: ContactBook, place: Place): InboundItem {
  const { identities } = contacts.clientOf(element, CONTACT)
  const category = textAt(element, 'category')
  const value = textAt(element, 'value')
  const at = requiredTime(element, 'timestamp')
  if (category !== 'marketing_messages') throw new MalformedItem('a preference of an unknown category')
  if (value !== 'stop' && value !== 'resume') throw new MalformedItem('a preference that is neither stop nor resume')
  const kind = value === 'stop' ? 'contact.opted_out' : 'contact.opted_in'
  return {
    to: 'conversation',
    ...place,
    dedupeKey: `preference:${identities[0]?.value}:${category}:${value}:${at.getTime() / 1000}`,
    identities,
    at,
    event: { kind, scope: 'marketing', note: textAt(element, 'detail') },
    opensWindow: false,
  }
}
