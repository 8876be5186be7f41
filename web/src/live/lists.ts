import type { QueryClient } from '@tanstack/react-query'
import { type TaskFilter, taskListKey, taskQuery } from '../api/tasks.ts'
import type { OpenedTask, Task } from '../api/types.ts'
import { matchesFilter, placed, type TaskPages } from './task-place.ts'

/** The lists that are cached. */
function cachedLists(client: QueryClient) {
  return client
    .getQueryCache()
    .findAll({ queryKey: taskListKey })
    .map(({ queryKey }) => ({ queryKey, filter: queryKey[1] as TaskFilter }))
}

/** A task as it was last seen, opened or in a list. */
export function knownTask(client: QueryClient, id: string): Task | undefined {
  const opened = client.getQueryData(taskQuery(id).queryKey)
  if (opened) return opened
  for (const { queryKey } of cachedLists(client)) {
    for (const page of client.getQueryData<TaskPages>(queryKey)?.pages ?? []) {
      const found = page.items.find((task) => task.id === id)
      if (found) return found
    }
  }
  return undefined
}

/** Ids of a contact's tasks that are in a list. */
export function tasksOfContact(client: QueryClient, contactId: string): string[] {
  const items = cachedLists(client).flatMap(
    ({ queryKey }) => client.getQueryData<TaskPages>(queryKey)?.pages.flatMap((page) => page.items) ?? [],
  )
  return [...new Set(items.filter(({ requester }) => requester.id === contactId).map(({ id }) => id))]
}

/**
 * Puts a task as it is now into every list where it belongs, and out of the others.
 * @returns the lists of which only the server can tell
 */
export function placeInLists(client: QueryClient, task: Task, me: string | null): (readonly unknown[])[] {
  const unsure: (readonly unknown[])[] = []
  for (const { queryKey, filter } of cachedLists(client)) {
    const belongs = matchesFilter(task, filter, me)
    if (belongs === null) unsure.push(queryKey)
    client.setQueryData<TaskPages>(queryKey, (pages) => {
      if (!pages) return pages
      // Where only the server can tell, what is shown already stays, as it is now.
      const shown = belongs ?? pages.pages.some(({ items }) => items.some(({ id }) => id === task.id))
      return placed(pages, task, shown, filter.sort)
    })
  }
  return unsure
}

/** Shows a change of a task at once, everywhere. @returns takes it back; null: the task is not known here */
export function showChange(
  client: QueryClient,
  id: string,
  change: (task: Task) => Partial<Task>,
  me: string | null,
): (() => void) | null {
  const before = knownTask(client, id)
  if (!before) return null
  const show = (task: Task) => {
    client.setQueryData<OpenedTask>(taskQuery(id).queryKey, (opened) => opened && { ...opened, ...task })
    placeInLists(client, task, me)
  }
  show({ ...before, ...change(before) })
  return () => show(before)
}

/** Pages beyond what anybody looks at are forgotten before the lists are asked for anew: each is a request of its own. */
export function trimLists(client: QueryClient): void {
  for (const { queryKey } of cachedLists(client)) {
    client.setQueryData<TaskPages>(queryKey, (list) => {
      if (!list) return list
      const keep = pagesNeeded(list, depths.get(JSON.stringify(queryKey)) ?? 0)
      if (list.pages.length <= keep) return list
      return { pages: list.pages.slice(0, keep), pageParams: list.pageParams.slice(0, keep) }
    })
  }
}

/** How far down somebody looks at a list, by its key. */
const depths = new Map<string, number>()
export function noteDepth(queryKey: readonly unknown[], index: number): void {
  const key = JSON.stringify(queryKey)
  if (index <= 0) depths.delete(key)
  else depths.set(key, index)
}

function pagesNeeded({ pages }: TaskPages, index: number): number {
  let items = 0
  const last = pages.findIndex((page) => {
    items += page.items.length
    return items > index
  })
  return last < 0 ? pages.length : last + 1
}
