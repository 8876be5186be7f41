import { queryOptions } from '@tanstack/react-query'
import { request } from '../../api/request.ts'
import type { Page } from '../../api/types.ts'

export type SecretKind = 'none' | 'bearer' | 'basic' | 'header'

export interface Endpoint {
  id: string
  name: string
  url: string
  headerNames: string[]
  secret: { kind: SecretKind; name: string | null }
  allowPrivateAddress: boolean
  enabled: boolean
  maxConcurrent: number
  perSecond: number
  timeoutMs: number
  state: 'closed' | 'open' | 'half_open'
  openUntil: string | null
  lastError: { code: string; at: string } | null
  lastCallAt: string | null
}

export interface EndpointChanges {
  name?: string
  url?: string
  headers?: Record<string, string>
  secret?: { kind: SecretKind; name?: string; value?: string }
  allowPrivateAddress?: boolean
  enabled?: boolean
  maxConcurrent?: number
  perSecond?: number
  timeoutMs?: number
}

export const endpointsQuery = queryOptions({
  queryKey: ['endpoints'] as const,
  queryFn: ({ signal }) => request<Page<Endpoint>>('GET', '/api/endpoints', { query: { limit: 200 }, signal }),
  select: (page) => page.items,
})

const path = (id: string) => `/api/endpoints/${encodeURIComponent(id)}`

export const createEndpoint = (body: EndpointChanges, idempotencyKey: string): Promise<Endpoint> =>
  request<Endpoint>('POST', '/api/endpoints', { body, idempotencyKey })
export const changeEndpoint = (id: string, body: EndpointChanges): Promise<Endpoint> =>
  request<Endpoint>('PATCH', path(id), { body })
export const deleteEndpoint = (id: string): Promise<void> => request<void>('DELETE', path(id))

export const TRIAL_METHODS = ['POST', 'GET', 'PUT', 'PATCH', 'DELETE'] as const
export type TrialMethod = (typeof TRIAL_METHODS)[number]

/** What came of a test call. */
export interface EndpointTrial {
  /** null: no whole answer came */
  status: number | null
  durationMs: number
  contentType: string | null
  /** its beginning, without the secrets; null: none, or no text */
  body: string | null
  isCut: boolean
  error: { code: string; message: string } | null
}

export const tryEndpoint = (
  id: string,
  body: { method: TrialMethod; path?: string; body?: unknown },
): Promise<EndpointTrial> => request<EndpointTrial>('POST', `${path(id)}/test`, { body })
