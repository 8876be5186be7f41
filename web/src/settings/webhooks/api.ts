import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request } from '../../api/request.ts'
import type { Page } from '../../api/types.ts'

export interface Webhook {
  id: string
  name: string
  url: string
  events: string[]
  state: 'active' | 'disabled'
  allowPrivateAddress: boolean
  lastError: string | null
  lastErrorAt: string | null
  oldSecretUntil: string | null
}

export interface WebhookDelivery {
  id: string
  event: string
  state: 'queued' | 'delivered' | 'failed'
  nextAttemptAt: string | null
  attempts: { at: string; status: number | null; error: string | null; milliseconds: number }[]
  body: unknown
  createdAt: string
}

export interface WebhookValues {
  name: string
  url: string
  events: string[]
  allowPrivateAddress: boolean
}

export interface IncomingWebhook {
  id: string
  name: string
  url: string
  verify: 'standard' | 'token' | 'hmac-sha256'
  header: string | null
  oldSecretUntil: string | null
  lastReceivedAt: string | null
}

export interface IncomingEvent {
  id: string
  state: 'done' | 'ignored' | 'undeliverable'
  body: unknown
  outcomes: {
    scenarios: string[]
    starts: boolean
    conversationId: string | null
    problem: { code: string; message: string } | null
  }[]
  receivedAt: string
}

export type WithSecret<Hook> = Hook & { secret: string }

const PAGE = 20
const out = (id: string) => `/api/webhooks/${encodeURIComponent(id)}`
const into = (id: string) => `/api/incoming-webhooks/${encodeURIComponent(id)}`

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'] as const,
  queryFn: ({ signal }) => request<Page<Webhook>>('GET', '/api/webhooks', { query: { limit: 200 }, signal }),
  select: (page) => page.items,
})
export const deliveriesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['webhooks', id, 'deliveries'] as const,
    queryFn: ({ pageParam, signal }) =>
      request<Page<WebhookDelivery>>('GET', `${out(id)}/deliveries`, {
        query: { limit: PAGE, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })
export const createWebhook = (body: WebhookValues, idempotencyKey: string) =>
  request<WithSecret<Webhook>>('POST', '/api/webhooks', { body, idempotencyKey })
export const changeWebhook = (id: string, body: Partial<WebhookValues> & { state?: Webhook['state'] }) =>
  request<Webhook>('PATCH', out(id), { body })
export const deleteWebhook = (id: string) => request<void>('DELETE', out(id))
export const rotateWebhook = (id: string, idempotencyKey: string) =>
  request<WithSecret<Webhook>>('POST', `${out(id)}/rotate-secret`, { idempotencyKey })
export const testWebhook = (id: string, idempotencyKey: string) =>
  request<WebhookDelivery>('POST', `${out(id)}/test`, { idempotencyKey })
export const retryDelivery = (id: string, idempotencyKey: string) =>
  request<WebhookDelivery>('POST', `/api/webhook-deliveries/${encodeURIComponent(id)}/retry`, { idempotencyKey })

export const incomingQuery = queryOptions({
  queryKey: ['incoming-webhooks'] as const,
  queryFn: ({ signal }) =>
    request<Page<IncomingWebhook>>('GET', '/api/incoming-webhooks', { query: { limit: 200 }, signal }),
  select: (page) => page.items,
})
export const incomingEventsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['incoming-webhooks', id, 'events'] as const,
    queryFn: ({ pageParam, signal }) =>
      request<Page<IncomingEvent>>('GET', `${into(id)}/events`, { query: { limit: PAGE, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })
export const createIncoming = (
  body: { name: string; verify: IncomingWebhook['verify']; header?: string; secret?: string },
  idempotencyKey: string,
) => request<WithSecret<IncomingWebhook>>('POST', '/api/incoming-webhooks', { body, idempotencyKey })
export const deleteIncoming = (id: string) => request<void>('DELETE', into(id))
export const rotateIncoming = (id: string, idempotencyKey: string) =>
  request<WithSecret<IncomingWebhook>>('POST', `${into(id)}/rotate-secret`, { body: {}, idempotencyKey })
