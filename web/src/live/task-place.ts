import type { InfiniteData } from '@tanstack/react-query'
import type { TaskFilter } from '../api/tasks.ts'
import type { Page, Task } from '../api/types.ts'

export type TaskPages = InfiniteData<Page<Task>, string | undefined>

/**
 * Does the task belong into the list?
 * @param me id of who looks; null: a token, which has no tasks of its own
 * @returns null where only the server can tell: it alone searches
 */
export function matchesFilter(task: Task, filter: TaskFilter, me: string | null): boolean | null {
  const has = (people: Task['assignees'], who: string) => {
    const id = who === 'me' ? me : who
    return people.some((person) => person.id === id)
  }
  if (filter.status !== undefined && filter.status !== 'all' && task.status.active !== (filter.status === 'active')) {
    return false
  }
  if (filter.contactId !== undefined && task.requester.id !== filter.contactId) return false
  if (filter.channelId !== undefined && task.channelId !== filter.channelId) return false
  if (filter.assigneeId === 'none' && task.assignees.length > 0) return false
  if (filter.assigneeId !== undefined && filter.assigneeId !== 'none' && !has(task.assignees, filter.assigneeId)) {
    return false
  }
  if (filter.participantId !== undefined && !has(task.participants, filter.participantId)) return false
  if (filter.tag !== undefined && !task.tags.includes(filter.tag)) return false
  if (filter.awaiting && !isAwaiting(task)) return false
  if (filter.unread && task.unread === 0) return false
  if (filter.snoozed !== undefined && (task.snoozed !== null) !== (filter.snoozed === 'only')) return false
  return filter.q ? null : true
}

export const isAwaiting = (task: Task): boolean => task.status.active && task.awaitingSince !== null

/** Does one stand before the other? As the server sorts (src/store/tasks/list-tasks.ts). */
export function standsBefore(one: Task, other: Task, sort: TaskFilter['sort']): boolean {
  if (sort === 'awaiting') {
    if (isAwaiting(one) !== isAwaiting(other)) return isAwaiting(one)
    if (isAwaiting(one)) {
      const [a, b] = [one.awaitingSince ?? '', other.awaitingSince ?? '']
      return a === b ? one.id < other.id : a < b
    }
  }
  return one.updatedAt === other.updatedAt ? one.id > other.id : one.updatedAt > other.updatedAt
}

/** The pages with the task at its place, or without it. Pages that it does not concern stay the very same. */
export function placed(list: TaskPages, task: Task, belongs: boolean, sort?: TaskFilter['sort']): TaskPages {
  const without = list.pages.map((page) =>
    page.items.some(({ id }) => id === task.id)
      ? { ...page, items: page.items.filter(({ id }) => id !== task.id) }
      : page,
  )
  if (!belongs) return without.every((page, index) => page === list.pages[index]) ? list : { ...list, pages: without }
  const place = placeIn(without, task, sort)
  const page = place && without[place.page]
  if (!place || !page) return { ...list, pages: without }
  const items = page.items.toSpliced(place.index, 0, task)
  return { ...list, pages: without.toSpliced(place.page, 1, { ...page, items }) }
}

/** @returns null: behind everything that is loaded; it comes with its page */
function placeIn(pages: TaskPages['pages'], task: Task, sort: TaskFilter['sort']) {
  for (const [page, { items }] of pages.entries()) {
    const index = items.findIndex((other) => standsBefore(task, other, sort))
    if (index >= 0) return { page, index }
  }
  const last = pages.length - 1
  return pages[last]?.next === null ? { page: last, index: pages[last].items.length } : null
}
