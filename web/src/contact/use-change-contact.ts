import { useMutation, useQueryClient } from '@tanstack/react-query'
import { contactQuery } from '../api/people.ts'
import type { Contact } from '../api/types.ts'
import { type ContactChange, changeContact } from './contact-api.ts'

/**
 * Changes a contact; the screen shows it at once, and takes it back should the server refuse. Changes go out one after the
 * other: two lists of tags that overtake each other would lose a tag.
 */
export function useChangeContact(id: string) {
  const client = useQueryClient()
  const { queryKey } = contactQuery(id)
  const mutationKey = ['change-contact', id]
  return useMutation({
    mutationKey,
    scope: { id: mutationKey.join(' ') },
    mutationFn: (change: ContactChange) => changeContact(id, change),
    onMutate: (change) => {
      // Not waited for: what somebody sees must not turn back for a moment while an answer is given up.
      void client.cancelQueries({ queryKey }, { revert: false })
      const before = client.getQueryData(queryKey)
      client.setQueryData(queryKey, (contact) => contact && expected(contact, change))
      return { before }
    },
    onError: (_error, _change, context) => client.setQueryData(queryKey, context?.before),
    // What one contact alone shows (its merges) is not in the answer.
    onSuccess: (contact) => {
      // While another change is on its way, the answer is older than what is shown.
      if (client.isMutating({ mutationKey }) > 1) return
      client.setQueryData(queryKey, (known) => ({ ...known, ...contact }))
    },
  })
}

function expected(contact: Contact, { fields, ...change }: ContactChange): Contact {
  const now = new Date().toISOString()
  return {
    ...contact,
    ...change,
    ...(change.optedOut === undefined ? {} : { optedOutAt: change.optedOut ? now : null }),
    ...(change.consent === undefined ? {} : { consentAt: change.consent ? now : null }),
    ...(fields ? { fields: laidOver(contact.fields, fields) } : {}),
  }
}

/** Null takes a field away; what is not named stays. */
export const laidOver = (fields: Record<string, unknown>, change: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries({ ...fields, ...change }).filter(([, value]) => value !== null))
