import { queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Page, UploadedFile } from '../api/types.ts'

export interface QuickReply {
  id: string
  title: string
  shortcut: string | null
  folder: string | null
  text: string
  attachments: UploadedFile[]
  shared: boolean
}

/** As it reads in a task; a variable without a value left nothing in its place. */
export interface FilledQuickReply {
  text: string
  missing: string[]
  attachments: UploadedFile[]
}

export const quickRepliesQuery = (q: string) =>
  queryOptions({
    queryKey: ['quick-replies', q] as const,
    queryFn: ({ signal }) =>
      request<Page<QuickReply>>('GET', '/api/quick-replies', { query: { limit: 200, q }, signal }),
    staleTime: 30_000,
  })

const path = (taskId: string, id: string) =>
  `/api/tasks/${encodeURIComponent(taskId)}/quick-replies/${encodeURIComponent(id)}`

export const filledQuery = (taskId: string, id: string) =>
  queryOptions({
    queryKey: ['quick-reply', id, taskId] as const,
    queryFn: ({ signal }) => request<FilledQuickReply>('GET', path(taskId, id), { signal }),
    staleTime: 30_000,
  })

/** The same, with its files as uploads of my own. Nothing is sent. */
export const takeQuickReply = (taskId: string, id: string, idempotencyKey: string): Promise<FilledQuickReply> =>
  request<FilledQuickReply>('POST', path(taskId, id), { idempotencyKey })

/** Those that match, the likeliest first: its shortcut, then its title, then anything in it. */
export function rankQuickReplies(all: readonly QuickReply[], query: string, folder: string | null): QuickReply[] {
  const wanted = query.trim().toLowerCase()
  const inFolder = all.filter((one) => folder === null || one.folder === folder)
  if (wanted === '') return inFolder
  return inFolder
    .map((one) => ({ one, rank: rankOf(one, wanted) }))
    .filter(({ rank }) => rank < MISS)
    .sort((a, b) => a.rank - b.rank || a.one.title.localeCompare(b.one.title))
    .map(({ one }) => one)
}

const MISS = 9

function rankOf({ shortcut, title, text }: QuickReply, wanted: string): number {
  const key = shortcut?.toLowerCase() ?? ''
  const name = title.toLowerCase()
  if (key === wanted) return 0
  if (key.startsWith(wanted)) return 1
  if (name.startsWith(wanted)) return 2
  if (name.split(/\s+/).some((word) => word.startsWith(wanted))) return 3
  if (name.includes(wanted) || key.includes(wanted)) return 4
  // All the words that were typed, wherever they stand.
  const whole = `${key} ${name} ${text.toLowerCase()}`
  return wanted.split(/\s+/).every((word) => whole.includes(word)) ? 5 : MISS
}
