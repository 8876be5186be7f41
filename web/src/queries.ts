import { QueryClient } from '@tanstack/react-query'
import { ApiFailure } from './api/request.ts'

/** The cache of what the API said. Live updates keep it true, so nothing is asked for again on a timer. */
export function createAppQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        // Our own banner speaks of a lost connection; a request is always tried.
        networkMode: 'always',
        retry: (count, error) => count < 3 && (!(error instanceof ApiFailure) || error.passing),
      },
      mutations: { networkMode: 'always', retry: false },
    },
  })
}
