import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { meQuery } from '../api/session.ts'
import {
  changeMany,
  type ManyChanged,
  markMany,
  type TaskMark,
  taskCountsQuery,
  taskListKey,
  type WhichTasks,
} from '../api/tasks.ts'
import type { Task } from '../api/types.ts'
import { showChange, trimLists } from '../live/lists.ts'
import { changeAll, type Many, type Outcome } from './change-many.ts'
import { picker, type Target } from './picker.ts'
import { clearSelection } from './selection.ts'
import { useReportMany } from './use-report-many.ts'

/** What is known of the tasks of a target: all of them, or the filter that finds them. */
const manyOf = (target: Target): Many =>
  'filter' in target ? { filter: target.filter } : { ids: target.tasks.map(({ id }) => id) }

/** Changes many tasks: those that are on the screen at once, the others as the server gets to them. */
export function useChangeTarget(target: Target) {
  const client = useQueryClient()
  const me = useQuery(meQuery).data?.id ?? null
  const { report, reportStopped } = useReportMany()
  const [progress, setProgress] = useState<number | null>(null)

  async function run(
    call: (which: WhichTasks) => Promise<ManyChanged>,
    shown: (task: Task) => Partial<Task>,
    undo?: () => Promise<unknown>,
  ) {
    let sofar: Outcome = { changed: 0, failed: [] }
    const tasks = 'tasks' in target ? target.tasks : []
    const takeBack = new Map(tasks.map(({ id }) => [id, showChange(client, id, shown, me)]))
    setProgress(0)
    // What is on the screen changes at once: nobody waits for it with a dialog open.
    if (tasks.length > 0) picker.set(null)
    try {
      const outcome = await changeAll(manyOf(target), call, (now) => {
        sofar = now
        setProgress(now.changed)
      })
      for (const { id } of outcome.failed) takeBack.get(id)?.()
      report(outcome, undo && (() => void undo().finally(refresh)))
    } catch (error) {
      for (const back of takeBack.values()) back?.()
      reportStopped(sofar.changed, error)
    }
    picker.set(null)
    clearSelection()
    refresh()
  }
  function refresh() {
    trimLists(client)
    void client.invalidateQueries({ queryKey: taskListKey })
    void client.invalidateQueries({ queryKey: taskCountsQuery.queryKey })
  }

  return {
    /** How many are changed so far; null: nothing is under way. */
    progress,
    changeAll: (
      change: Parameters<typeof changeMany>[1],
      shown: (task: Task) => Partial<Task>,
      undo?: () => Promise<unknown>,
    ) => run((which) => changeMany(which, change), shown, undo),
    /** What I keep of them for myself. */
    markAll: (mark: TaskMark, shown: (task: Task) => Partial<Task>, undo?: () => Promise<unknown>) =>
      run((which) => markMany(which, mark), shown, undo),
  }
}

/** The one task that a target is; null: several, or a filter. */
export const onlyTask = (target: Target): Task | null =>
  'tasks' in target && target.tasks.length === 1 ? (target.tasks[0] ?? null) : null

/** Puts back what each of them had: together those that had the same. */
export async function putBack<Value>(
  tasks: readonly Task[],
  read: (task: Task) => Value,
  change: (value: Value) => Parameters<typeof changeMany>[1],
): Promise<void> {
  const groups = new Map<string, { value: Value; ids: string[] }>()
  for (const task of tasks) {
    const value = read(task)
    const key = JSON.stringify(value)
    const group = groups.get(key)
    if (group) group.ids.push(task.id)
    else groups.set(key, { value, ids: [task.id] })
  }
  for (const { value, ids } of groups.values())
    await changeAll(
      { ids },
      (which) => changeMany(which, change(value)),
      () => undefined,
    )
}
