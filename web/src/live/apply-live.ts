import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { ApiFailure } from '../api/request.ts'
import { fetchTask, type TaskFilter, taskListKey } from '../api/tasks.ts'
import type { Page, Task } from '../api/types.ts'
import type { LiveEvent } from './live-event.ts'

/** Events of the same moment are worked off together. */
const GATHER_MS = 60
/** More changed tasks than this at once: the lists are fetched anew instead. */
const MOST_SINGLE = 12

type TaskPages = InfiniteData<Page<Task>>

/** Keeps the query cache true to what the server tells: changed tasks move inside their lists, open feeds are read again. */
export function createLiveApplier(client: QueryClient, me: string | null) {
  const tasks = new Set<string>()
  const feeds = new Set<string>()
  const contacts = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined

  function flush() {
    timer = undefined
    for (const id of take(feeds)) void client.invalidateQueries({ queryKey: ['feed', id] })
    for (const id of take(contacts)) void client.invalidateQueries({ queryKey: ['contact', id] })
    const changed = take(tasks)
    if (changed.length > MOST_SINGLE) void client.invalidateQueries({ queryKey: taskListKey })
    else for (const id of changed) void refreshTask(id)
  }

  async function refreshTask(id: string) {
    try {
      const task = await client.fetchQuery({ queryKey: ['task', id], queryFn: ({ signal }) => fetchTask(id, signal) })
      for (const query of client.getQueryCache().findAll({ queryKey: taskListKey })) {
        const filter = query.queryKey[1] as TaskFilter
        // Only the server can tell whether a task matches a search.
        if (filter.q) void client.invalidateQueries({ queryKey: query.queryKey, exact: true })
        else
          client.setQueryData<TaskPages>(query.queryKey, (pages) => pages && placed(pages, task, matches(task, filter)))
      }
    } catch (error) {
      if (error instanceof ApiFailure && error.status === 404) client.removeQueries({ queryKey: ['task', id] })
      void client.invalidateQueries({ queryKey: taskListKey })
    }
  }

  return {
    apply({ name, taskId, contactId }: LiveEvent) {
      if (name === 'resync') return void client.invalidateQueries()
      if (name === 'channel') void client.invalidateQueries({ queryKey: ['channels'] })
      if (contactId !== null) contacts.add(contactId)
      if (taskId !== null) {
        feeds.add(taskId)
        if (name !== 'delivery') tasks.add(taskId)
      }
      timer ??= setTimeout(flush, GATHER_MS)
    },
    stop: () => clearTimeout(timer),
  }

  function matches(task: Task, filter: TaskFilter): boolean {
    if (filter.status !== 'all' && task.status.active !== (filter.status === 'active')) return false
    if (filter.contactId !== undefined && task.requester.id !== filter.contactId) return false
    return filter.assigneeId === undefined || (me !== null && task.assignees.some(({ id }) => id === filter.assigneeId))
  }
}

/** The pages with the task at its place by the time of its last change, or without it. */
export function placed(list: TaskPages, task: Task, belongs: boolean): TaskPages {
  const pages = list.pages.map((page) => ({ ...page, items: page.items.filter(({ id }) => id !== task.id) }))
  if (!belongs) return { ...list, pages }
  const at = pages.findIndex((page) => page.items.some((other) => other.updatedAt <= task.updatedAt))
  // Older than everything that is loaded: it comes with its page.
  const index = at >= 0 ? at : pages.at(-1)?.next === null ? pages.length - 1 : -1
  const page = pages[index]
  if (!page) return { ...list, pages }
  const before = page.items.findIndex((other) => other.updatedAt <= task.updatedAt)
  const items = before < 0 ? [...page.items, task] : page.items.toSpliced(before, 0, task)
  return { ...list, pages: pages.toSpliced(index, 1, { ...page, items }) }
}

function take<Item>(set: Set<Item>): Item[] {
  const items = [...set]
  set.clear()
  return items
}
