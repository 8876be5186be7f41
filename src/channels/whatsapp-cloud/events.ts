import type { ClientProfile, ConversationEvent, IdentityValue } from '../../domain/conversation-event.ts'
import type { ProviderMessageId } from '../../domain/ids.ts'
import { addIdentity, idAt, MalformedItem, objectAt, requiredId, textAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import { type NameKeys, namesOf, SENDER } from './clients.ts'
import { readContext } from './context.ts'
import { readContent } from './messages.ts'

/** Who wrote the element: the client (`messages`), or the owner in the phone app (`smb_message_echoes`). */
export type Author = { by: 'contact'; profile: ClientProfile } | { by: 'phone_app' }

/**
 * What one element of `messages[]` or `message_echoes[]` means for its conversation (reference §2.2, §4.4).
 * @throws MalformedItem when a reaction, edit or revoke names no message
 */
export function readEvent(message: JsonObject, author: Author): ConversationEvent {
  switch (textAt(message, 'type')) {
    case 'reaction':
      return readReaction(message, author)
    case 'edit':
      return readEdit(message, author)
    case 'revoke': {
      const target = requiredId(objectAt(message, 'revoke'), 'original_message_id') as ProviderMessageId
      return { kind: 'message.deleted', target, by: author.by }
    }
    case 'system':
      return readNumberChange(message) ?? readArrival(message, author)
    default:
      return readArrival(message, author)
  }
}

function readArrival(message: JsonObject, author: Author): ConversationEvent {
  const arrived = {
    id: requiredId(message, 'id') as ProviderMessageId,
    content: readContent(message),
    context: readContext(message),
  }
  return author.by === 'contact'
    ? { kind: 'message.received', message: arrived, profile: author.profile }
    : { kind: 'message.echoed', message: arrived, by: 'phone_app' }
}

/** No `emoji`, or an empty one, takes the reaction back. */
function readReaction(message: JsonObject, author: Author): ConversationEvent {
  const reaction = objectAt(message, 'reaction')
  const target = requiredId(reaction, 'message_id') as ProviderMessageId
  return { kind: 'message.reacted', target, emoji: textAt(reaction, 'emoji'), by: author.by }
}

function readEdit(message: JsonObject, author: Author): ConversationEvent {
  const edit = objectAt(message, 'edit')
  const target = requiredId(edit, 'original_message_id') as ProviderMessageId
  const rewritten = objectAt(edit, 'message')
  if (rewritten === null) throw new MalformedItem('an edit without its new message')
  return { kind: 'message.edited', target, content: readContent(rewritten), by: author.by }
}

const NEW_USER: NameKeys = { waId: 'wa_id', bsuid: 'user_id', parentBsuid: 'parent_user_id' }
const PREVIOUS_USER: NameKeys = {
  waId: 'previous_wa_id',
  bsuid: 'previous_user_id',
  parentBsuid: 'previous_parent_user_id',
}

/**
 * `user_changed_number` and `user_changed_user_id` (reference §2.2, §2.4). The sender is the old name; the new number
 * stands in `wa_id`, in older payloads in `new_wa_id`. Null: some other notice of the system.
 */
function readNumberChange(message: JsonObject): ConversationEvent | null {
  const system = objectAt(message, 'system')
  const type = textAt(system, 'type')
  // Payloads of version 11 and older name no type of ours, but carry the number's own key.
  const older = idAt(system, 'new_wa_id')
  if (type !== 'user_changed_number' && type !== 'user_changed_user_id' && older === null) return null

  const to = namesOf(system, NEW_USER)
  addIdentity(to, 'wa_id', older)
  if (to.length === 0) return null
  const from = namesOf(system, PREVIOUS_USER)
  for (const { kind, value } of namesOf(message, SENDER)) addIdentity(from, kind, value)
  const old = from.filter((name) => !includes(to, name))
  return { kind: 'contact.number_changed', from: old, to, note: textAt(system, 'body') }
}

const includes = (names: readonly IdentityValue[], wanted: IdentityValue): boolean =>
  names.some((name) => name.kind === wanted.kind && name.value === wanted.value)
