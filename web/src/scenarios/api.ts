import { queryOptions } from '@tanstack/react-query'
import { newKey, request } from '../api/request.ts'
import type { Page, Person } from '../api/types.ts'
import type { Finding } from '../scenario-editor/scenario-editor.tsx'

/** How the runs of a scenario fare: of the last 24 hours; `open`, `blocked` and `older` of any age. */
export interface Activity {
  runs: number
  failed: number
  ended: number
  open: number
  blocked: number
  /** open ones that keep an older version */
  older: number
  lastRunAt: string | null
}

export interface ScenarioSummary {
  id: string
  key: string
  kind: 'scenario' | 'button'
  name: string
  enabled: boolean
  published: { version: number; sha256: string; publishedAt: string } | null
  trigger: { event: string | null; label: string | null } | null
  hasChanges: boolean
  isReadable: boolean
  shadowSince: string | null
  updatedBy: Person | null
  updatedAt: string
}

export interface ListedScenario extends ScenarioSummary {
  activity: Activity
}

export type Format = 'yaml' | 'json'
export type Document = Record<string, unknown>

export interface Draft {
  text: string
  format: Format
  document: Document | null
  sha256: string | null
  isPublished: boolean
  problems: { message: string; path: string; line: number | null; column: number | null }[]
}

export interface Scenario extends ScenarioSummary {
  document: Document | null
  draft: Draft
}

export interface GalleryScenario {
  key: string
  name: string
  description: string
  kind: ScenarioSummary['kind']
  event: string | null
  text: string
}

export type InFlight = 'pin' | 'drain' | 'migrate' | 'restart'

export interface Version {
  version: number
  sha256: string
  inFlight: InFlight
  publishedAt: string
  publishedBy: Person | null
  openRuns: number
  state: 'published' | 'draining' | 'pinned' | 'retired'
}

export interface VersionWithDocument extends Version {
  document: Document
  /** as its author wrote it; null: published before this was kept */
  text: string | null
}

export interface PublishPreview {
  open: number
  canMove: number
  cannot: { reason: string; count: number }[]
}

export interface Published extends Scenario {
  warnings: Finding[]
  runs: { asked: number; kept: number }
}

const at = (id: string, ...rest: (string | number)[]): string =>
  ['/api/scenarios', ...[id, ...rest].map((part) => encodeURIComponent(part))].join('/')

export const scenariosKey = ['scenarios'] as const

/** Every scenario: there are tens or hundreds of them, and the list is searched while one types. */
export const scenariosQuery = queryOptions({
  queryKey: [...scenariosKey, 'list'] as const,
  async queryFn({ signal }) {
    const items: ListedScenario[] = []
    for (let cursor: string | undefined; ; ) {
      const page: Page<ListedScenario> = await request('GET', '/api/scenarios', {
        query: { limit: 200, cursor },
        signal,
      })
      items.push(...page.items)
      if (page.next === null) return items
      cursor = page.next
    }
  },
})

export const scenarioQuery = (id: string) =>
  queryOptions({
    queryKey: [...scenariosKey, 'one', id] as const,
    queryFn: ({ signal }) => request<Scenario>('GET', at(id), { signal }),
  })

export const galleryQuery = queryOptions({
  queryKey: ['scenario-gallery'] as const,
  queryFn: ({ signal }) => request<Page<GalleryScenario>>('GET', '/api/scenarios/gallery', { signal }),
  select: (page) => page.items,
  staleTime: Number.POSITIVE_INFINITY,
})

export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: [...scenariosKey, 'versions', id] as const,
    async queryFn({ signal }) {
      const items: Version[] = []
      for (let cursor: string | undefined; ; ) {
        const page: Page<Version> = await request('GET', at(id, 'versions'), { query: { limit: 100, cursor }, signal })
        items.push(...page.items)
        if (page.next === null) return items
        cursor = page.next
      }
    },
  })

/** A version never changes; how many runs are open on it is in the list. */
export const versionQuery = (id: string, version: number) =>
  queryOptions({
    queryKey: ['scenario-version', id, version] as const,
    queryFn: ({ signal }) => request<VersionWithDocument>('GET', at(id, 'versions', version), { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const previewQuery = (id: string, version: number | null, sha256: string | null) =>
  queryOptions({
    queryKey: [...scenariosKey, 'preview', id, version, sha256] as const,
    queryFn: ({ signal }) =>
      request<PublishPreview>('POST', at(id, 'publish', 'preview'), {
        body: version === null ? {} : { version },
        signal,
      }),
    staleTime: 0,
  })

/** What can be said against a text, kept or not. */
export const findingsQuery = (text: string) =>
  queryOptions({
    queryKey: ['scenario-findings', text] as const,
    queryFn: ({ signal }) =>
      request<{ ok: boolean; findings: Finding[] }>('POST', '/api/scenarios/check', {
        body: { document: text },
        signal,
      }),
    gcTime: 60_000,
  })

export const createScenario = (text: string, idempotencyKey: string): Promise<Scenario> =>
  request<Scenario>('POST', '/api/scenarios', { body: { document: text }, idempotencyKey })

/** @param seen `updatedAt` of the draft that was changed */
export const saveDraft = (id: string, text: string, seen: string): Promise<Scenario> =>
  request<Scenario>('PUT', at(id), { body: { document: text }, headers: { 'if-match': `"${seen}"` } })

export const deleteScenario = (id: string): Promise<void> => request<void>('DELETE', at(id))

export const setEnabled = (id: string, enabled: boolean): Promise<Scenario> =>
  request<Scenario>('POST', at(id, enabled ? 'enable' : 'disable'), { idempotencyKey: newKey() })

export interface PublishOrder {
  inFlight: InFlight
  version?: number
  expect?: string
}

export const publishScenario = (id: string, body: PublishOrder, idempotencyKey: string): Promise<Published> =>
  request<Published>('POST', at(id, 'publish'), { body, idempotencyKey })

export const startShadow = (id: string): Promise<{ since: string; sha256: string }> =>
  request('POST', at(id, 'shadow'), { idempotencyKey: newKey() })

export const stopShadow = (id: string): Promise<void> => request<void>('DELETE', at(id, 'shadow'))
