import { queryOptions } from '@tanstack/react-query'
import type { TemplateFields } from '../../../src/domain/template/template-fields.ts'
import { request } from '../api/request.ts'
import type { Page } from '../api/types.ts'

/** One part of a template, in the provider's own keys. */
export interface TemplateComponent {
  type: string
  [key: string]: unknown
}

/** A template as last heard from the provider (`GET /api/templates`). */
export interface Template {
  id: string
  channelId: string
  name: string
  language: string
  category: string
  /** only `approved` can be sent */
  status: string
  quality: string | null
  parameterFormat: 'positional' | 'named'
  components: TemplateComponent[]
  parameters: TemplateFields
  /** why it was rejected, paused or disabled */
  reason: string | null
  syncedAt: string
}

export const templatesKey = ['templates'] as const

/** Meta allows 6000 templates to an account. */
const MOST_PAGES = 40

/** Every template of a channel, by name: so few and so small that searching them needs no server. */
export const templatesQuery = (channelId: string) =>
  queryOptions({
    queryKey: [...templatesKey, channelId] as const,
    queryFn: async ({ signal }): Promise<Template[]> => {
      const all: Template[] = []
      let cursor: string | undefined
      for (let page = 0; page < MOST_PAGES; page++) {
        const query = { channelId, limit: 200, cursor }
        const { items, next } = await request<Page<Template>>('GET', '/api/templates', { query, signal })
        all.push(...items)
        if (next === null) break
        cursor = next
      }
      return all
    },
    staleTime: 5 * 60_000,
  })

export interface SyncedTemplates {
  syncedAt: string
  count: number
  added: number
  changed: number
  gone: number
}

export const syncTemplates = (channelId: string): Promise<SyncedTemplates> =>
  request<SyncedTemplates>('POST', '/api/templates/sync', { body: { channelId } })

export interface TemplateDefinition {
  name: string
  language: string
  category: string
  parameterFormat: 'positional' | 'named'
  components: TemplateComponent[]
}

export const createTemplate = (
  body: TemplateDefinition & { channelId: string },
  idempotencyKey: string,
): Promise<Template> => request<Template>('POST', '/api/templates', { body, idempotencyKey })

export const changeTemplate = (
  id: string,
  body: { components?: TemplateComponent[]; category?: string },
): Promise<Template> => request<Template>('PATCH', `/api/templates/${encodeURIComponent(id)}`, { body })

/** A sample of a heading's file, as the provider names it. */
export interface TemplateSample {
  handle: string
  format: 'IMAGE' | 'VIDEO' | 'DOCUMENT'
}

export const giveSample = (channelId: string, attachmentId: string): Promise<TemplateSample> =>
  request<TemplateSample>('POST', '/api/templates/samples', { body: { channelId, attachmentId } })

export const deleteTemplate = (id: string): Promise<void> =>
  request<void>('DELETE', `/api/templates/${encodeURIComponent(id)}`)

/** Something that happened to a template while it was known. */
export interface TemplateHappening {
  at: string
  action: string
  from: string | null
  to: string | null
  by: string | null
}

export const templateHistoryQuery = (id: string) =>
  queryOptions({
    queryKey: [...templatesKey, 'history', id] as const,
    queryFn: ({ signal }) =>
      request<Page<TemplateHappening>>('GET', `/api/templates/${encodeURIComponent(id)}/history`, { signal }),
    select: (page) => page.items,
  })
