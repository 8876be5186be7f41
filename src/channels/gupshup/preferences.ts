import type { IdentityValue } from '../../domain/conversation-event.ts'
import type { InboundItem } from '../port.ts'
import { addIdentity, idAt, MalformedItem, textAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import { requiredMillis } from './times.ts'

/**
 * One element of a `preference-event`: the client stopped or resumed marketing messages in the app. It has no id: the
 * client, the category, the word and the time of the event together are its key.
 * @throws MalformedItem without a client, or for another category or word, so that a person sees what was added
 */
export function readPreference(element: JsonObject, event: JsonObject, app: string, path: string): InboundItem {
  const identities: IdentityValue[] = []
  const number = textAt(element, 'wa_id')
  addIdentity(identities, 'wa_id', number !== null && /^\d{7,15}$/.test(number) ? number : null)
  addIdentity(identities, 'bsuid', idAt(element, 'userid'))
  addIdentity(identities, 'parent_bsuid', idAt(element, 'parent_user_id'))
  const [client] = identities
  if (client === undefined) throw new MalformedItem('no usable client')
  const category = textAt(element, 'category')
  const value = textAt(element, 'value')
  if (category !== 'marketing_messages') throw new MalformedItem('a preference of an unknown category')
  if (value !== 'stop' && value !== 'resume') throw new MalformedItem('a preference that is neither stop nor resume')
  const at = requiredMillis(event, 'timestamp')
  return {
    to: 'conversation',
    account: app,
    path,
    dedupeKey: `preference:${client.value}:${category}:${value}:${at.getTime()}`,
    identities,
    at,
    event: {
      kind: value === 'stop' ? 'contact.opted_out' : 'contact.opted_in',
      scope: 'marketing',
      note: textAt(element, 'detail'),
    },
    opensWindow: false,
  }
}
