import type { IdentityValue } from '../../domain/conversation-event.ts'
import { digitsToReach } from '../whatsapp-number.ts'

/** `16505551234@c.us` is a number; a group (`@g.us`) and whatever else there is are chats of their own. */
export function identityOf(chatId: string): IdentityValue {
  const [, digits] = /^(\d{5,20})@c\.us$/.exec(chatId) ?? []
  return digits ? { kind: 'wa_id', value: digits } : { kind: 'chat_id', value: chatId }
}

/** The chat that was written in, else the client's number. */
export function chatIdOf(recipient: readonly IdentityValue[]): string | null {
  const chat = recipient.find(({ kind, value }) => kind === 'chat_id' && /^[\w.-]+@[\w.]+$/.test(value))
  if (chat) return chat.value
  const digits = digitsToReach(recipient)
  return digits === null ? null : `${digits}@c.us`
}
