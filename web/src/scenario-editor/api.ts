import { queryOptions } from '@tanstack/react-query'
import { ApiFailure, request } from '../api/request.ts'
import type { Page } from '../api/types.ts'

const MINUTE = 60_000

/** What the document may name, as this installation has it. Whoever may not see it goes without. */
const listOf = <Item>(name: string, path: string, query: Record<string, string | number> = {}) =>
  queryOptions({
    queryKey: ['scenario-editor', name] as const,
    queryFn: async ({ signal }): Promise<Item[]> => {
      try {
        const items: Item[] = []
        for (let cursor: string | undefined; items.length < 1_000; ) {
          const page = await request<Page<Item>>('GET', path, { query: { ...query, limit: 200, cursor }, signal })
          items.push(...page.items)
          if (page.next === null) break
          cursor = page.next
        }
        return items
      } catch (error) {
        if (error instanceof ApiFailure && (error.status === 403 || error.status === 404)) return []
        throw error
      }
    },
    staleTime: MINUTE,
  })

interface Named {
  id: string
  name: string
}

export interface TaskTemplate extends Named {
  statuses: { key: string; name: string; active: boolean }[]
  fields: Record<string, unknown>
}

/** A value that a template takes; `name` null: it is counted. */
export interface TemplateParameter {
  name: string | null
  example: string | null
}

export interface MessageTemplate {
  id: string
  channelId: string
  name: string
  language: string
  category: string
  status: string
  components: {
    type: string
    text?: string
    format?: string
    buttons?: { type: string; text?: string; url?: string }[]
  }[]
  parameters: {
    header: (TemplateParameter & { kind: string }) | null
    body: TemplateParameter[]
    buttons: { index: number; kind: string; text: string; example: string | null; required: boolean }[]
  } | null
}

export const groupsQuery = listOf<Named & { memberIds: string[] }>('groups', '/api/groups')
export const calendarsQuery = listOf<Named & { timeZone: string }>('calendars', '/api/calendars')
export const endpointsQuery = listOf<Named & { url: string }>('endpoints', '/api/endpoints')
export const taskTemplatesQuery = listOf<TaskTemplate>('task-templates', '/api/task-templates')
export const templatesQuery = listOf<MessageTemplate>('templates', '/api/templates')
export const quickRepliesQuery = listOf<{
  id: string
  title: string
  shortcut: string | null
  shared: boolean
  text: string
}>('quick-replies', '/api/quick-replies')
export const scenariosQuery = listOf<Named & { key: string; kind: string }>('scenarios', '/api/scenarios')
export const peopleQuery = listOf<Named & { email: string; role: string }>('people', '/api/users', { active: 'true' })
export const channelsQuery = listOf<Named & { provider: string }>('channels', '/api/channels')

/** A part of a JSON Schema, as far as this editor reads it. */
export interface Schema {
  $ref?: string
  $defs?: Record<string, Schema>
  type?: string
  const?: unknown
  enum?: unknown[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  additionalProperties?: boolean | Schema
  description?: string
  default?: unknown
  minimum?: number
  maximum?: number
  maxLength?: number
}

export const schemaQuery = queryOptions({
  queryKey: ['scenario-editor', 'schema'] as const,
  queryFn: ({ signal }) => request<Schema>('GET', '/api/scenarios/schema.json', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})
