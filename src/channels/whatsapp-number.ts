import { z } from 'zod'
import type { IdentityValue } from '../domain/conversation-event.ts'
import { digitsOf } from '../domain/phone-variants.ts'

/** A number as an account's own: `+` and digits, however it was typed. */
export const ownNumber = z.string().transform((text, context) => {
  const number = digitsOf(text)
  if (number.ok) return `+${number.digits}`
  context.addIssue({ code: 'custom', message: 'must be a phone number with its country code' })
  return z.NEVER
})

/** The digits to write to, for providers that know numbers alone: the one the client wrote from, else a typed one. */
export function digitsToReach(recipient: readonly IdentityValue[]): string | null {
  for (const kind of ['wa_id', 'phone'] as const) {
    for (const identity of recipient) {
      const number = identity.kind === kind ? digitsOf(identity.value) : null
      if (number?.ok) return number.digits
    }
  }
  return null
}
