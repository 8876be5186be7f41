import { queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'
import type { Channel, Contact, Page, User } from './types.ts'

const MINUTES = 60_000

export const contactQuery = (id: string) =>
  queryOptions({
    queryKey: ['contact', id] as const,
    queryFn: ({ signal }) => request<Contact>('GET', `/api/contacts/${encodeURIComponent(id)}`, { signal }),
  })

export const usersQuery = queryOptions({
  queryKey: ['users'] as const,
  queryFn: ({ signal }) => request<Page<User>>('GET', '/api/users', { query: { active: 'true', limit: 200 }, signal }),
  select: (page) => page.items,
  staleTime: 5 * MINUTES,
})

export const channelsQuery = queryOptions({
  queryKey: ['channels'] as const,
  queryFn: ({ signal }) => request<Page<Channel>>('GET', '/api/channels', { query: { limit: 200 }, signal }),
  select: (page) => page.items,
  staleTime: 5 * MINUTES,
})

/** Is the simulated phone there to play the client with? */
export const phoneQuery = queryOptions({
  queryKey: ['simulated-phone'] as const,
  queryFn: async ({ signal }) => {
    const response = await fetch('/simulator/phone/numbers', { signal })
    return response.ok && /^application\/json\b/.test(response.headers.get('content-type') ?? '')
  },
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
})
