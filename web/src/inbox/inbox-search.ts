import type { TaskFilter } from '../api/tasks.ts'

/** The views that everybody has, in the order of their keys. */
export const VIEWS = ['mine', 'unassigned', 'awaiting', 'all', 'done', 'snoozed'] as const
export type InboxView = (typeof VIEWS)[number]
export const FIRST_VIEW: InboxView = 'all'

/** What of the inbox is in the address, so that a reload and the way back keep it, and a link shows the same. */
export interface InboxSearch {
  /** absent: FIRST_VIEW */
  view?: InboxView
  /** id of a view that somebody saved; it stands in place of `view` */
  saved?: string
  /** id of a channel */
  channel?: string
  tag?: string
  /** a person's id, `me` or `none` */
  assignee?: string
  unread?: true
  q?: string
  /** On narrow screens: is the contact's pane shown in place of the feed? */
  details?: true
}

const TEXTS = ['saved', 'channel', 'tag', 'assignee', 'q'] as const

export function readInboxSearch(search: Record<string, unknown>): InboxSearch {
  const read: InboxSearch = {}
  const view = VIEWS.find((one) => one === search.view)
  if (view !== undefined) read.view = view
  for (const name of TEXTS) {
    const value = search[name]
    // The router reads a number out of an address that has one: `?q=42`.
    if (typeof value === 'string' || typeof value === 'number') if (String(value) !== '') read[name] = String(value)
  }
  if (search.unread === true) read.unread = true
  if (search.details === true) read.details = true
  return read
}

/** The same list, whatever is open beside it: for links from one task to another. */
export function listOf({ details: _, ...search }: InboxSearch): InboxSearch {
  return search
}

const FILTERS: Record<InboxView, TaskFilter> = {
  mine: { status: 'active', assigneeId: 'me', snoozed: 'hide' },
  unassigned: { status: 'active', assigneeId: 'none', snoozed: 'hide' },
  awaiting: { status: 'active', awaiting: true, snoozed: 'hide', sort: 'awaiting' },
  all: { status: 'active', snoozed: 'hide' },
  done: { status: 'inactive' },
  snoozed: { snoozed: 'only' },
}

/**
 * What the API is asked for.
 * @param saved the filter of the saved view that the address names; null: it names none
 */
export function filterOf(search: InboxSearch, saved: TaskFilter | null = null): TaskFilter {
  const q = search.q?.trim() ?? ''
  const base = saved ?? FILTERS[search.view ?? FIRST_VIEW]
  const filter: TaskFilter = {
    ...base,
    ...(search.channel === undefined ? {} : { channelId: search.channel }),
    ...(search.tag === undefined ? {} : { tag: search.tag }),
    ...(search.assignee === undefined ? {} : { assigneeId: search.assignee }),
    ...(search.unread ? { unread: true } : {}),
    ...(q === '' ? {} : { q }),
  }
  // Who looks for something wants to find it, put aside or not.
  if (q !== '' && filter.snoozed === 'hide') delete filter.snoozed
  return filter
}

/** How many things narrow the view. */
export const narrowings = ({ channel, tag, assignee, unread }: InboxSearch): number =>
  [channel, tag, assignee, unread].filter((value) => value !== undefined).length

const KEYS: readonly (keyof TaskFilter)[] = [
  'status',
  'assigneeId',
  'participantId',
  'contactId',
  'channelId',
  'tag',
  'awaiting',
  'unread',
  'snoozed',
  'q',
  'sort',
]

/** A filter that was stored with a view: only what we know of, so that it is one and the same key of the cache. */
export function readFilter(stored: Record<string, unknown>): TaskFilter {
  const known: Record<string, unknown> = {}
  for (const key of KEYS) {
    const value = stored[key]
    if (key === 'awaiting' || key === 'unread') {
      if (value === true || value === 'true') known[key] = true
    } else if (typeof value === 'string' && !DEFAULTS.has(value)) known[key] = value
  }
  return known as TaskFilter
}

/** They say the same as nothing. */
const DEFAULTS = new Set(['', 'any', 'updated'])
