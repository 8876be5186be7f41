import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Me, Page, User } from '../api/types.ts'

export type Role = Me['role']

export interface UserContent {
  name: string
  email: string
  role: Role
  /** null: every channel */
  channelIds: string[] | null
}

export interface Group {
  id: string
  name: string
  memberIds: string[]
}

export interface Token {
  id: string
  name: string
  prefix: string
  role: Role
  channelIds: string[] | null
  createdBy: string | null
  createdAt: string
  lastUsedAt: string | null
  revokedAt: string | null
  expiresAt: string | null
}

export interface NewToken {
  name: string
  role: Role
  channelIds: string[] | null
  expiresAt: string | null
}

export interface Session {
  id: string
  userAgent: string | null
  createdAt: string
  seenAt: string
  expiresAt: string
  current: boolean
}

const PAGE = 100
const userPath = (id: string) => `/api/users/${encodeURIComponent(id)}`

/** A list of the API, page by page. */
const pagesOf = <Item>(key: readonly string[], path: string) =>
  infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ pageParam, signal }) =>
      request<Page<Item>>('GET', path, { query: { limit: PAGE, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })

/** Everybody, the deactivated too. */
export const userPagesQuery = pagesOf<User>(['users', 'pages'], '/api/users')
export const groupPagesQuery = pagesOf<Group>(['groups', 'pages'], '/api/groups')
export const tokenPagesQuery = pagesOf<Token>(['tokens', 'pages'], '/api/tokens')

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'] as const,
  queryFn: ({ signal }) => request<{ items: Session[] }>('GET', '/api/me/sessions', { signal }),
  select: ({ items }) => items,
})

export const createUser = (body: UserContent, idempotencyKey: string): Promise<User> =>
  request<User>('POST', '/api/users', { body, idempotencyKey })
export const changeUser = (id: string, body: Partial<UserContent> & { active?: boolean }): Promise<User> =>
  request<User>('PATCH', userPath(id), { body })
/** A link that signs the person in once, within an hour. */
export const makeSignInLink = (id: string): Promise<{ url: string }> =>
  request<{ url: string }>('POST', `${userPath(id)}/sign-in-link`)
export const signOutEverywhere = (id: string): Promise<void> => request<void>('DELETE', `${userPath(id)}/sessions`)

export const createGroup = (body: Omit<Group, 'id'>, idempotencyKey: string): Promise<Group> =>
  request<Group>('POST', '/api/groups', { body, idempotencyKey })
export const changeGroup = (id: string, body: Omit<Group, 'id'>): Promise<Group> =>
  request<Group>('PATCH', `/api/groups/${encodeURIComponent(id)}`, { body })
export const deleteGroup = (id: string): Promise<void> =>
  request<void>('DELETE', `/api/groups/${encodeURIComponent(id)}`)

export const createToken = (body: NewToken, idempotencyKey: string): Promise<Token & { token: string }> =>
  request<Token & { token: string }>('POST', '/api/tokens', { body, idempotencyKey })
export const revokeToken = (id: string): Promise<void> =>
  request<void>('DELETE', `/api/tokens/${encodeURIComponent(id)}`)

export const endSession = (id: string): Promise<void> =>
  request<void>('DELETE', `/api/me/sessions/${encodeURIComponent(id)}`)
