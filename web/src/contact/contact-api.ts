import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Contact, Page } from '../api/types.ts'

export interface ContactChange {
  name?: string
  /** laid over what is there; null takes a field away */
  fields?: Record<string, unknown>
  tags?: string[]
  optedOut?: boolean
  consent?: boolean
}

export const changeContact = (id: string, body: ContactChange): Promise<Contact> =>
  request<Contact>('PATCH', `/api/contacts/${encodeURIComponent(id)}`, { body })

export const tagsQuery = (q: string) =>
  queryOptions({
    queryKey: ['contact-tags', q] as const,
    queryFn: ({ signal }) =>
      request<Page<{ name: string; count: number }>>('GET', '/api/contacts/tags', { query: { q }, signal }),
    select: ({ items }) => items,
    staleTime: 60_000,
  })

export const contactSearchQuery = (q: string) =>
  queryOptions({
    queryKey: ['contacts', q] as const,
    queryFn: ({ signal }) => request<Page<Contact>>('GET', '/api/contacts', { query: { q, limit: 20 }, signal }),
    select: ({ items }) => items,
  })

export const mergeContacts = (intoId: string, fromId: string, idempotencyKey: string) =>
  request<{ mergeId: string; contact: Contact }>('POST', '/api/contacts/merge', {
    body: { intoId, fromId },
    idempotencyKey,
  })

export const unmergeContacts = (mergeId: string, idempotencyKey: string) =>
  request<{ contact: Contact; into: Contact }>('POST', '/api/contacts/unmerge', { body: { mergeId }, idempotencyKey })

/** A task as the lists of a panel show it. */
export interface ContactTask {
  id: string
  number: number
  title: string
  status: { key: string; name: string; active: boolean }
  channelId: string
  updatedAt: string
}

/** Every task of a contact, over all channels, the newest updated first. */
export const contactTasksQuery = (contactId: string, limit: number) =>
  infiniteQueryOptions({
    queryKey: ['contact-tasks', contactId, limit] as const,
    queryFn: ({ pageParam, signal }) =>
      request<Page<ContactTask>>('GET', '/api/tasks', {
        query: { status: 'all', contactId, limit, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })

/** The template that a task was made from, for the fields that it should have. */
export const taskTemplateQuery = (id: string) =>
  queryOptions({
    queryKey: ['task-template', id] as const,
    queryFn: ({ signal }) =>
      request<{ id: string; name: string; fields: Record<string, unknown> }>(
        'GET',
        `/api/task-templates/${encodeURIComponent(id)}`,
        { signal },
      ),
    staleTime: 5 * 60_000,
  })
