import type { TaskFilter } from '../api/tasks.ts'
import type { Task } from '../api/types.ts'
import { createStore } from '../ui/store.ts'

/** What something is done to: tasks that are known here, or all that match a filter. */
export type Target = { tasks: readonly Task[] } | { filter: TaskFilter }

export type Picker =
  | { pick: 'assign' | 'status' | 'snooze'; target: Target }
  /** name and sharing of a new view, or of one that is there */
  | { pick: 'view'; id: string | null; filter: TaskFilter }

/** The dialog that asks for the rest of a command; null: none. */
export const picker = createStore<Picker | null>(null)
