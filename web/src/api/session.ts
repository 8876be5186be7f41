import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { ApiFailure, request } from './request.ts'
import type { Me } from './types.ts'

/** Who is signed in; null: nobody. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      return await request<Me>('GET', '/api/me', { signal })
    } catch (error) {
      if (error instanceof ApiFailure && error.status === 401) return null
      throw error
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
})

/** Another person, or nobody, is at this browser now: nothing that was fetched for the one before stays. */
export function nowSignedIn(client: QueryClient, person: Me | null): void {
  client.setQueryData(meQuery.queryKey, person)
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== meQuery.queryKey[0] })
}

export type Credentials = { email: string; password: string } | { link: string }

export const signIn = (credentials: Credentials): Promise<Me> =>
  request<Me>('POST', '/api/session', { body: credentials })

export const signOut = (): Promise<void> => request<void>('DELETE', '/api/session')

export const setPassword = (body: { currentPassword?: string; newPassword: string }): Promise<void> =>
  request<void>('POST', '/api/me/password', { body })
