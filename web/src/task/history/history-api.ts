import { infiniteQueryOptions } from '@tanstack/react-query'
import { request } from '../../api/request.ts'
import type { Attachment, Comment, MessageKind, Page } from '../../api/types.ts'

/** A message from before the number was connected, as its phone app handed it over. */
export interface ImportedMessage {
  id: string
  direction: 'in' | 'out'
  kind: MessageKind
  text: string | null
  data: Record<string, unknown>
  /** a file that has not come, and perhaps never will */
  placeholder: boolean
  file: Attachment | null
  at: string
}

export interface HistoryPage extends Page<ImportedMessage> {
  /** of all pages */
  count: number
  from: string | null
  to: string | null
}

const PAGE = 50

/** What was imported of a task's client, the newest first; older pages as somebody reads on. */
export const historyQuery = (taskId: string) =>
  infiniteQueryOptions({
    queryKey: ['history', taskId] as const,
    queryFn: ({ pageParam, signal }) =>
      request<HistoryPage>('GET', `/api/tasks/${encodeURIComponent(taskId)}/history`, {
        query: { limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  })

/** As an entry of the feed says it: the same things are shown in the same way. @param client how the client is called */
export const asComment = (message: ImportedMessage, taskId: string, client: string): Comment => ({
  id: message.id,
  taskId,
  author:
    message.direction === 'in'
      ? { kind: 'contact', id: null, name: client }
      : { kind: 'phone_app', id: null, name: '' },
  text: message.text,
  kind: message.kind,
  data: message.data,
  attachments: message.file === null ? [] : [message.file],
  reactions: [],
  editedAt: null,
  deletedAt: null,
  replyTo: null,
  notified: [],
  deliveries: [],
  delivery: null,
  bulk: false,
  at: message.at,
})
