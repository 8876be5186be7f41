import { queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'

const MINUTE = 60_000

/** Tags of contacts, the most used first. */
export const tagsQuery = queryOptions({
  queryKey: ['tags'] as const,
  queryFn: ({ signal }) =>
    request<{ items: { name: string; count: number }[] }>('GET', '/api/contacts/tags', { signal }),
  select: (page) => page.items,
  staleTime: MINUTE,
})
