import { queryOptions } from '@tanstack/react-query'
import { phoneVariants } from '../../../src/domain/phone-variants.ts'
import { request } from '../api/request.ts'
import type { Contact, Page, Task } from '../api/types.ts'
import type { ChosenTemplate } from '../templates/template-values.ts'

export interface FirstMessage {
  channelId: string
  to: string
  template: ChosenTemplate
  contactName?: string
}

export const writeFirst = (
  body: FirstMessage,
  idempotencyKey: string,
): Promise<{ taskId: string; conversationId: string; commentId: string; deliveryId: string }> =>
  request('POST', '/api/outbound', { body, idempotencyKey })

/** Who has this number already, with their newest tasks; null: nobody. @param digits with country code */
export const knownByNumberQuery = (digits: string) =>
  queryOptions({
    queryKey: ['contact-by-number', digits] as const,
    queryFn: async ({ signal }): Promise<{ contact: Contact; tasks: Task[] } | null> => {
      const forms = phoneVariants(digits)
      const pages = await Promise.all(
        forms.map((form) =>
          request<Page<Contact>>('GET', '/api/contacts', { query: { q: `+${form}`, limit: 20 }, signal }),
        ),
      )
      const contact = pages.flatMap(({ items }) => items).find((one) => hasNumber(one, forms))
      if (!contact) return null
      const query = { contactId: contact.id, limit: 20 }
      const { items } = await request<Page<Task>>('GET', '/api/tasks', { query, signal })
      return { contact, tasks: items }
    },
    // Whoever was not known a moment ago may have written since, or been written to.
    staleTime: 0,
    gcTime: 0,
  })

/** Somebody in the phone book of who owns the channel's number, who never wrote. */
export interface PhoneBookPerson {
  name: string
  phone: string
}

/** @param text a part of the name, or of the number; at least two characters */
export const phoneBookQuery = (channelId: string, text: string) =>
  queryOptions({
    queryKey: ['phone-book', channelId, text] as const,
    queryFn: ({ signal }) =>
      request<Page<PhoneBookPerson>>('GET', `/api/channels/${encodeURIComponent(channelId)}/phone-book`, {
        query: { q: text },
        signal,
      }),
    select: (page) => page.items,
  })

function hasNumber({ phone, identities }: Contact, forms: readonly string[]): boolean {
  const numbers = [
    phone ?? '',
    ...identities.filter(({ kind, retiredAt }) => kind !== 'bsuid' && retiredAt === null).map(({ value }) => value),
  ]
  return numbers.some((number) => forms.includes(number.replace(/\D/g, '')))
}
