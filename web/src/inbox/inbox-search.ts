import type { TaskFilter } from '../api/tasks.ts'

export const VIEWS = ['mine', 'active', 'done'] as const
export type InboxView = (typeof VIEWS)[number]

/** What of the inbox is in the address, so that a reload and the way back keep it. */
export interface InboxSearch {
  view?: InboxView
  q?: string
  /** On narrow screens: is the contact's pane shown in place of the feed? */
  details?: boolean
}

export function readInboxSearch(search: Record<string, unknown>): InboxSearch {
  const view = VIEWS.find((one) => one === search.view)
  const q = typeof search.q === 'string' || typeof search.q === 'number' ? String(search.q) : ''
  return {
    ...(view ? { view } : {}),
    ...(q === '' ? {} : { q }),
    ...(search.details === true ? { details: true } : {}),
  }
}

/** @param me who asks; an API token has no tasks of its own */
export function filterOf({ view = 'active', q = '' }: InboxSearch, me: string | null): TaskFilter {
  return {
    status: view === 'done' ? 'inactive' : 'active',
    ...(view === 'mine' && me !== null ? { assigneeId: me } : {}),
    ...(q.trim() === '' ? {} : { q: q.trim() }),
  }
}
