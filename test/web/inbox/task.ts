import type { Task } from '../../../web/src/api/types.ts'

const STATUSES = {
  new: { key: 'new', name: 'New', active: true },
  done: { key: 'done', name: 'Done', active: false },
}

export type TaskParts = Partial<Omit<Task, 'status'>> & { status?: keyof typeof STATUSES }

/** A task of a list; `minute` is when it was changed last. */
export function task(id: string, minute: number, { status = 'new', ...more }: TaskParts = {}): Task {
  const at = time(minute)
  return {
    id,
    number: 1,
    title: id,
    status: STATUSES[status],
    requester: { id: `contact-${id}`, name: id, phone: null },
    assignees: [],
    participants: [],
    channelId: 'channel-1',
    conversationId: `conversation-${id}`,
    createdAt: at,
    updatedAt: at,
    unread: 0,
    awaitingSince: null,
    lastMessageAt: at,
    preview: null,
    tags: [],
    snoozed: null,
    ...more,
  }
}

/** A time of one morning. */
export const time = (minute: number): string => new Date(Date.UTC(2026, 4, 4, 8, minute)).toISOString()
