import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { newKey, request } from '../api/request.ts'
import type { Channel, Page } from '../api/types.ts'

export interface BulkOptions {
  threshold?: number
  windowSeconds?: number
  holdDays?: number
  by?: 'content' | 'kind'
}

/** A channel with all that the API tells of it. */
export interface ChannelDetails extends Channel {
  phoneNumberId: string
  wabaId: string | null
  graphUrl: string
  secretRotation: boolean
  taskTemplateId: string | null
  newTaskIfNoActive: boolean
  reopenLastTask: boolean
  bulk: BulkOptions
  coexistence: boolean
  pacing: { perSecond: number } | null
  templates: { syncedAt: string | null; problem: string | null }
  webhook: {
    verifiedAt: string | null
    lastSignedAt: string | null
    lastRefusedAt: string | null
    refusal: 'verify_token' | 'signature' | null
  }
  account: {
    name: string | null
    quality: string | null
    qualityNews: string | null
    qualityNewsAt: string | null
    messagingLimit: string | null
    throughput: string | null
    tokenExpiresAt: string | null
    checkedAt: string | null
  }
  /** what a restricted channel may not send; empty: nothing can be sent */
  restrictions: { type: string; blocks: 'templates' | 'replies' | 'utility_templates'; until: string | null }[]
  /** of a number that the phone app uses, too */
  history: {
    state: 'not_asked' | 'asked' | 'importing' | 'done' | 'declined'
    progress: number
    messages: number
    problem: string | null
    /** when it is asked again by itself */
    retryAt: string | null
  } | null
  /** the provider does not answer: what is to be sent waits, and goes by itself */
  providerAway: { since: string; code: string; reason: string; nextTryAt: string } | null
  /** ended here, with what a person still has to do at the provider */
  closed: { at: string; by: string; left: { what: string; message: string }[] } | null
  createdAt: string
}

export type ConnectionWay = 'new_number' | 'coexistence' | 'instagram' | 'third_party'

export interface ProviderField {
  key: string
  label: string
  help: string
  secret: boolean
  required: boolean
  pattern: string
  form: string
  choices: { value: string; label: string }[] | null
  rare: boolean
  made: boolean
}

export interface Provider {
  provider: string
  name: string
  ways: ConnectionWay[]
  fields: ProviderField[]
  capabilities: { replyWindowHours: number | null; templates: boolean; messagesPerSecond: number }
}

export interface CheckStep {
  step: string
  state: 'good' | 'warning' | 'bad' | 'unknown'
  name: string
  message: string
  detail: string | null
}

export interface Check {
  ok: boolean
  steps: CheckStep[]
  account: { displayPhone: string | null; name: string | null; coexistence: boolean } | null
}

export interface ChannelEvent {
  id: string
  kind: string
  effect: string
  reason: string | null
  values: Record<string, string | number | boolean>
  at: string
}

interface ChannelChanges {
  name?: string
  previousAppSecret?: null
  keepOldAppSecret?: boolean
  taskTemplateId?: string
  newTaskIfNoActive?: boolean
  reopenLastTask?: boolean
  bulk?: BulkOptions
  pacing?: { perSecond: number } | null
}

/** Changes of what a provider wants to know beside them: its own keys, such as `accessToken`. */
export type ConnectionChanges = ChannelChanges & Record<string, unknown>

/** What is below it hears of every change of a channel (live/apply-live.ts). */
const KEY = 'channels'
const path = (id: string) => `/api/channels/${encodeURIComponent(id)}`

export const channelListQuery = queryOptions({
  queryKey: [KEY] as const,
  queryFn: ({ signal }) => request<Page<ChannelDetails>>('GET', '/api/channels', { query: { limit: 200 }, signal }),
  select: (page) => page.items,
})

export const channelQuery = (id: string) =>
  queryOptions({
    queryKey: [KEY, id] as const,
    queryFn: ({ signal }) => request<ChannelDetails>('GET', path(id), { signal }),
  })

export const channelEventsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: [KEY, id, 'events'] as const,
    queryFn: ({ pageParam, signal }) =>
      request<Page<ChannelEvent>>('GET', `${path(id)}/events`, { query: { limit: 20, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })

/** The task of the first client who wrote; null: nobody has yet. */
export const firstTaskQuery = (id: string) =>
  queryOptions({
    queryKey: [KEY, id, 'first-task'] as const,
    queryFn: async ({ signal }) => {
      const query = { channelId: id, status: 'all', limit: 1 }
      const { items } = await request<Page<{ id: string }>>('GET', '/api/tasks', { query, signal })
      return items[0] ?? null
    },
  })

/** @param locale the API words the fields in the reader's language */
export const providersQuery = (locale: string) =>
  queryOptions({
    queryKey: ['channel-providers', locale] as const,
    queryFn: ({ signal }) => request<Page<Provider>>('GET', '/api/channel-providers', { signal }),
    select: (page) => page.items,
    staleTime: Number.POSITIVE_INFINITY,
  })

export type ConnectionValues = Record<string, string>

export const checkNew = (provider: string, values: ConnectionValues): Promise<Check> => {
  const { verifyToken: _chosen, ...asked } = given(values)
  return request<Check>('POST', '/api/channels/check', { body: { provider, ...asked } })
}

export const createChannel = (
  body: { provider: string; name: string; coexistence?: boolean },
  values: ConnectionValues,
  idempotencyKey: string,
): Promise<ChannelDetails> =>
  request<ChannelDetails>('POST', '/api/channels', { body: { ...given(values), ...body }, idempotencyKey })

/** Whether Meta's sign-up dialogue can be used here, and with what. */
export interface SignupOffer {
  available: boolean
  appId: string | null
  configId: string | null
  dialogUrl: string | null
  redirectUri: string | null
}

export const signupOfferQuery = queryOptions({
  queryKey: ['channels', 'signup'] as const,
  queryFn: ({ signal }) => request<SignupOffer>('GET', '/api/channels/signup', { signal }),
})

export const takeSignup = (
  body: { code: string; name: string; redirected: true; coexistence?: boolean },
  idempotencyKey: string,
): Promise<ChannelDetails> => request<ChannelDetails>('POST', '/api/channels/signup', { body, idempotencyKey })

export const checkChannel = (id: string): Promise<Check> => request<Check>('POST', `${path(id)}/check`)
export const changeChannel = (id: string, body: ConnectionChanges): Promise<ChannelDetails> =>
  request<ChannelDetails>('PATCH', path(id), { body })
export const deleteChannel = (id: string): Promise<void> => request<void>('DELETE', path(id))

export type ChannelAction = 'pause' | 'resume' | 'disconnect'
export const actOnChannel = (id: string, action: ChannelAction): Promise<ChannelDetails> =>
  request<ChannelDetails>('POST', `${path(id)}/${action}`)

/** What is not filled in is not sent. */
const given = (values: ConnectionValues): ConnectionValues =>
  Object.fromEntries(Object.entries(values).flatMap(([key, value]) => (value.trim() ? [[key, value.trim()]] : [])))

/** One word that nobody can guess. */
export const newVerifyToken = (): string => `parley-${newKey()}`

export interface TaskTemplateName {
  id: string
  name: string
}
export const taskTemplateNamesQuery = queryOptions({
  queryKey: ['task-templates'] as const,
  queryFn: ({ signal }) =>
    request<Page<TaskTemplateName>>('GET', '/api/task-templates', { query: { limit: 200 }, signal }),
  select: (page) => page.items,
})
