import { keepPreviousData, useInfiniteQuery, useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import { type TaskFilter, taskListQuery, taskQuery } from '../api/tasks.ts'
import type { Task } from '../api/types.ts'
import { matchesFilter } from '../live/task-place.ts'
import { useWokenIds } from './woken.ts'

/** Beyond this a list is for nobody's eyes: search and filters find the rest, and the browser's memory stays small. */
export const MOST_LISTED = 10_000

/**
 * The tasks of a list as they are loaded. What has come back from a snooze stands first until it is looked at, however long
 * ago it was changed.
 */
export function useTaskList(filter: TaskFilter, me: string | null) {
  const query = useInfiniteQuery({ ...taskListQuery(filter), placeholderData: keepPreviousData })
  const back = useWokenIds()
  const woken = useQueries({
    queries: back.map((id) => ({ ...taskQuery(id), retry: false })),
    combine: (results) => results.flatMap(({ data }) => data ?? []),
  })
  const { tasks, wokenSet } = useMemo(() => {
    // The clock may be ahead of the server's word that its time has come.
    const first = woken
      .filter(({ snoozed }) => snoozed === null || (snoozed.until !== null && Date.parse(snoozed.until) <= Date.now()))
      .map((task): Task => ({ ...task, snoozed: null }))
      .filter((task) => matchesFilter(task, filter, me) === true)
    const listed = query.data?.pages.flatMap(({ items }) => items) ?? []
    // A task that moved between two pages while they were fetched is shown once.
    const byId = new Map<string, Task>([...first, ...listed].map((task) => [task.id, task]))
    return { tasks: [...byId.values()], wokenSet: new Set(first.map(({ id }) => id)) }
  }, [query.data, woken, filter, me])
  return { query, tasks, woken: wokenSet, full: tasks.length >= MOST_LISTED }
}

export type TaskListState = ReturnType<typeof useTaskList>
