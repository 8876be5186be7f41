import type { IdentityKind, IdentityValue } from './conversation-event.ts'
import type { ConversationId } from './ids.ts'
import { phoneVariants } from './phone-variants.ts'

/** Names from the strongest to the weakest: where they point to two conversations, the stronger one decides. */
const STRENGTH: readonly IdentityKind[] = ['wa_id', 'phone', 'bsuid', 'parent_bsuid', 'igsid', 'chat_id']

/** A name of a client that is known already, and the conversation that it belongs to. */
export interface KnownName {
  kind: IdentityKind
  conversation: ConversationId
}

/**
 * Which conversation an event with several names belongs to. Names are never moved: where they disagree, the event goes
 * to the conversation of the strongest one, and the others are told, so that a person can merge the contacts.
 * @param known what was found for the event's names
 * @returns null where no name is known: a new conversation
 */
export function matchConversation(
  known: readonly KnownName[],
): { conversation: ConversationId; conflicts: ConversationId[] } | null {
  const [strongest] = known.toSorted((a, b) => STRENGTH.indexOf(a.kind) - STRENGTH.indexOf(b.kind))
  if (!strongest) return null
  const { conversation } = strongest
  const others = new Set(known.map((name) => name.conversation).filter((other) => other !== conversation))
  return { conversation, conflicts: [...others].sort() }
}

/**
 * Other names under which the same number may be known, likeliest first: as a person typed it, and in the forms that
 * carriers of some countries know (phone-variants.ts). For a lookup only; the name itself is stored as it came.
 */
export function candidateNames({ kind, value }: IdentityValue): IdentityValue[] {
  if (kind !== 'wa_id' && kind !== 'phone') return []
  const digits = value.replace(/\D/g, '')
  if (digits === '') return []
  const numbers = [...new Set([digits, ...phoneVariants(digits)])]
  const names = numbers.flatMap((number): IdentityValue[] => [
    { kind: 'wa_id', value: number },
    { kind: 'phone', value: number },
    { kind: 'phone', value: `+${number}` },
  ])
  return names.filter((name) => name.kind !== kind || name.value !== value)
}
