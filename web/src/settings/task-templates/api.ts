import { queryOptions } from '@tanstack/react-query'
import { request } from '../../api/request.ts'
import type { Page, TaskStatus } from '../../api/types.ts'

export type FieldValue = string | number | boolean

export interface TaskTemplateValues {
  name: string
  titlePattern: string
  assigneeIds: string[]
  extraAssigneeIds: string[]
  statuses: TaskStatus[]
  fields: Record<string, unknown>
}

export interface TaskTemplate extends TaskTemplateValues {
  id: string
}

export const taskTemplatesQuery = queryOptions({
  queryKey: ['task-templates'] as const,
  queryFn: ({ signal }) => request<Page<TaskTemplate>>('GET', '/api/task-templates', { query: { limit: 200 }, signal }),
  select: (page) => page.items,
})

const path = (id: string) => `/api/task-templates/${encodeURIComponent(id)}`

export const createTaskTemplate = (body: TaskTemplateValues, idempotencyKey: string): Promise<TaskTemplate> =>
  request<TaskTemplate>('POST', '/api/task-templates', { body, idempotencyKey })
export const changeTaskTemplate = (id: string, body: TaskTemplateValues): Promise<TaskTemplate> =>
  request<TaskTemplate>('PATCH', path(id), { body })
export const deleteTaskTemplate = (id: string): Promise<void> => request<void>('DELETE', path(id))
