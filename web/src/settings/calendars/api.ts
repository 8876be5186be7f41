import { queryOptions } from '@tanstack/react-query'
import { request } from '../../api/request.ts'
import type { Page } from '../../api/types.ts'

export interface Hours {
  from: string
  to: string
}

export interface Holiday {
  date: string
  name?: string
  hours?: Hours[]
}

export interface CalendarValues {
  name: string
  timeZone: string
  /** seven days, Monday first */
  week: Hours[][]
  holidays: Holiday[]
}

export interface Calendar extends CalendarValues {
  id: string
}

export const calendarsQuery = queryOptions({
  queryKey: ['calendars'] as const,
  queryFn: ({ signal }) => request<Page<Calendar>>('GET', '/api/calendars', { query: { limit: 200 }, signal }),
  select: (page) => page.items,
})

const path = (id: string) => `/api/calendars/${encodeURIComponent(id)}`

export const createCalendar = (body: CalendarValues, idempotencyKey: string): Promise<Calendar> =>
  request<Calendar>('POST', '/api/calendars', { body, idempotencyKey })
export const changeCalendar = (id: string, body: CalendarValues): Promise<Calendar> =>
  request<Calendar>('PATCH', path(id), { body })
export const deleteCalendar = (id: string): Promise<void> => request<void>('DELETE', path(id))
