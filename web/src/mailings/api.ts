import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Channel, DeliveryState, ErrorWords, MessageKind, Page } from '../api/types.ts'
import type { TemplateParameters } from '../templates/template-values.ts'

export const CAMPAIGN_STATES = ['draft', 'scheduled', 'running', 'paused', 'finished', 'stopped'] as const
export type CampaignState = (typeof CAMPAIGN_STATES)[number]

export const EXCLUSIONS = ['bad_number', 'opted_out', 'no_consent', 'bad_parameters', 'duplicate'] as const
export type Exclusion = (typeof EXCLUSIONS)[number]
export type Excluded = Partial<Record<Exclusion, number>>

export interface Campaign {
  id: string
  channelId: string
  name: string
  state: CampaignState
  /** why it was paused by itself */
  stateReason: { code: string; message: string } | null
  template: { name: string; language: string; parameters?: TemplateParameters }
  requireConsent: boolean
  scheduleAt: string | null
  timeZone: string | null
  createdBy: { id: string | null; name: string }
  createdAt: string
  startedAt: string | null
  endedAt: string | null
}

/** Cumulative: who has read is also among the delivered, sent and queued. */
export interface CampaignCounts {
  total: number
  queued: number
  sent: number
  delivered: number
  read: number
  failed: number
  held: number
  replied: number
  expired: number
  waiting: number
  unknown: number
  cancelled: number
  excluded: number
}

export interface CountedCampaign extends Campaign {
  counts: CampaignCounts
  excluded: Excluded
}

export interface RowError {
  row: number
  to: string
  code: Exclusion
  message: string
}

export interface CampaignOrder {
  channelId: string
  name: string
  template: { name: string; language: string; parameters?: TemplateParameters }
  recipients?: { to: string; name?: string | null; parameters?: TemplateParameters | null }[]
  csv?: string
  filter?: { tags?: string[]; tagMatch?: 'any' | 'all'; q?: string; everybody?: true; fields?: Record<string, unknown> }
  scheduleAt?: string | null
  timeZone?: string | null
  requireConsent?: boolean
  draft?: boolean
}

export interface CampaignExample {
  row: number
  to: string
  name: string | null
  rendered: {
    header: string | null
    body: string
    footer: string | null
    buttons: { kind: string; text: string; url?: string; phone?: string }[]
  }
}

export interface CampaignPreview {
  counts: Pick<CampaignCounts, 'total' | 'queued' | 'excluded'>
  excluded: Excluded
  errors: RowError[]
  ignoredColumns: string[]
  examples: CampaignExample[]
  perSecond: number
  estimatedSeconds: number
  scheduleAt: string | null
}

export type RecipientState = DeliveryState | 'excluded' | 'cancelled'

export interface Recipient {
  row: number
  to: string
  name: string | null
  state: RecipientState
  exclusion: { code: Exclusion; message: string } | null
  error: ErrorWords | null
  replied: boolean
  taskId: string | null
  deliveryId: string | null
  sentAt: string | null
  deliveredAt: string | null
  readAt: string | null
  failedAt: string | null
}

/** A channel with what says how fast it sends, and what the bulk rule goes by. */
export interface SendingChannel extends Channel {
  coexistence: boolean
  pacing: { perSecond: number } | null
  bulk: { threshold?: number; windowSeconds?: number; holdDays?: number; by?: 'content' | 'kind' }
}

const one = (id: string) => `/api/campaigns/${encodeURIComponent(id)}`

export const campaignsKey = ['campaigns'] as const
export const campaignsQuery = (filter: { channelId: string; state: string }) =>
  infiniteQueryOptions({
    queryKey: [...campaignsKey, filter] as const,
    queryFn: ({ pageParam, signal }) =>
      request<Page<Campaign>>('GET', '/api/campaigns', { query: { ...filter, limit: 30, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })

export const campaignQuery = (id: string) =>
  queryOptions({
    queryKey: ['campaign', id] as const,
    queryFn: ({ signal }) => request<CountedCampaign>('GET', one(id), { signal }),
  })

export const draftOrderQuery = (id: string) =>
  queryOptions({
    queryKey: ['campaign-order', id] as const,
    queryFn: ({ signal }) => request<CampaignOrder>('GET', `${one(id)}/order`, { signal }),
    staleTime: 0,
    gcTime: 0,
  })

export interface RecipientFilter {
  state?: string
  exclusion?: string
  replied?: boolean
}

export const recipientsQuery = (id: string, filter: RecipientFilter) =>
  infiniteQueryOptions({
    queryKey: ['campaign-recipients', id, filter] as const,
    queryFn: ({ pageParam, signal }) =>
      request<Page<Recipient>>('GET', `${one(id)}/recipients`, {
        query: { ...filter, limit: 100, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })

export const recipientsFile = (id: string, filter: RecipientFilter): string => {
  const query = Object.entries(filter).map(([key, value]) => [key, String(value)])
  return `${one(id)}/recipients.csv${query.length === 0 ? '' : `?${new URLSearchParams(query)}`}`
}

export const previewCampaign = (body: CampaignOrder, signal?: AbortSignal): Promise<CampaignPreview> =>
  request('POST', '/api/campaigns/preview', { body, ...(signal ? { signal } : {}) })

export type SavedDraft = CountedCampaign & { errors: RowError[]; ignoredColumns: string[] }

export const createDraft = (body: CampaignOrder, idempotencyKey: string): Promise<SavedDraft> =>
  request('POST', '/api/campaigns', { body: { ...body, draft: true }, idempotencyKey })

export const replaceDraft = (id: string, body: CampaignOrder): Promise<SavedDraft> =>
  request('PUT', one(id), { body: { ...body, draft: true } })

export const deleteDraft = (id: string): Promise<void> => request('DELETE', one(id))

export const testCampaign = (id: string, to: string, idempotencyKey: string): Promise<{ deliveryId: string }> =>
  request('POST', `${one(id)}/test`, { body: { to }, idempotencyKey })

export type CampaignVerb = 'start' | 'pause' | 'resume' | 'stop' | 'retry-failed'

export const controlCampaign = (
  id: string,
  verb: CampaignVerb,
  idempotencyKey: string,
): Promise<CountedCampaign & { retried?: number }> => request('POST', `${one(id)}/${verb}`, { idempotencyKey })

/** A set of same-type messages, found by the bulk rule or a campaign's. */
export interface Cluster {
  id: string
  channelId: string
  fingerprint: string
  campaignId: string | null
  count: number
  firstAt: string | null
  lastAt: string | null
  held: number
  replied: number
  expired: number
}

export const BULK_STATES = ['counted', 'shown', 'folding', 'held', 'replied', 'expired', 'void'] as const

export interface BulkMessage {
  id: string
  contact: { id: string; name: string; phone: string | null } | null
  taskId: string | null
  kind: MessageKind | null
  text: string | null
  state: (typeof BULK_STATES)[number]
  at: string
  holdUntil: string | null
  settledAt: string | null
  delivery: { id: string; state: DeliveryState; error: ErrorWords | null } | null
}

export const bulkKey = ['bulk'] as const
export const clustersQuery = (channelId: string) =>
  infiniteQueryOptions({
    queryKey: [...bulkKey, 'list', channelId] as const,
    queryFn: ({ pageParam, signal }) =>
      request<Page<Cluster>>('GET', '/api/bulk', { query: { channelId, limit: 30, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })

export const clusterQuery = (id: string) =>
  queryOptions({
    queryKey: [...bulkKey, 'one', id] as const,
    queryFn: ({ signal }) => request<Cluster>('GET', `/api/bulk/${encodeURIComponent(id)}`, { signal }),
  })

export const clusterMessagesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: [...bulkKey, 'messages', id] as const,
    queryFn: ({ pageParam, signal }) =>
      request<Page<BulkMessage>>('GET', `/api/bulk/${encodeURIComponent(id)}/messages`, {
        query: { limit: 100, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })

export const accountQuery = queryOptions({
  queryKey: ['settings'] as const,
  queryFn: ({ signal }) =>
    request<{ name: string; timeZone: string; locale: string }>('GET', '/api/settings', { signal }),
  staleTime: 5 * 60_000,
})
