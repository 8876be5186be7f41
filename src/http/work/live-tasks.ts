import DataLoader from 'dataloader'
import type { TaskId } from '../../domain/ids.ts'
import type { Db } from '../../store/database.ts'
import type { Viewer } from '../../store/tasks/task-filter.ts'
import type { TaskView } from '../../store/tasks/task-view.ts'
import { type Look, tasksAsSeen } from '../../store/tasks/tasks-as-seen.ts'
import type { LiveMessage } from './live-queue.ts'

/** Updates after which a row of somebody's list looks different. */
const CHANGES_A_ROW = new Set<LiveMessage['event']>(['task', 'comment', 'read'])
/** Looks that one reading answers. */
const MOST_AT_ONCE = 500

/** Puts the task itself beside its id, as the one who gets the message sees it. */
export type AddTasks = (viewer: Viewer, messages: readonly LiveMessage[]) => Promise<LiveMessage[]>

/**
 * An inbox would ask for each changed task, and fifty inboxes fifty times. Here the server asks once for all browsers
 * that are told at the same moment.
 *
 * Of several updates of one task the last brings it (`task`), the others say so (`taskFollows`).
 */
export function liveTasks(db: Db): AddTasks {
  const loader = new DataLoader<Look, TaskView | null>((looks) => tasksAsSeen(db, looks), {
    cache: false,
    maxBatchSize: MOST_AT_ONCE,
  })
  return async (viewer, messages) => {
    const lastOf = new Map<TaskId, LiveMessage>()
    for (const message of messages) {
      const { event, data } = message
      if (CHANGES_A_ROW.has(event) && isTaskId(data.taskId)) lastOf.set(data.taskId, message)
    }
    const ids = [...lastOf.keys()]
    const tasks = await Promise.all(ids.map((task) => loader.load({ viewer, task })))
    const byId = new Map(ids.map((id, index) => [id, tasks[index] ?? null]))
    return messages.map((message) => {
      const { event, data } = message
      const id = data.taskId
      if (!CHANGES_A_ROW.has(event) || !isTaskId(id)) return message
      return {
        ...message,
        data: { ...data, ...(lastOf.get(id) === message ? { task: byId.get(id) } : { taskFollows: true }) },
      }
    })
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const isTaskId = (id: unknown): id is TaskId => typeof id === 'string' && UUID.test(id)
