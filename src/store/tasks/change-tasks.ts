import type { ConversationId, TaskId } from '../../domain/ids.ts'
import type { Actor } from '../actor.ts'
import { type Db, inTransaction, type Tx } from '../database.ts'
import type { Refusable, Refusal } from '../refusal.ts'
import { changeTask, type TaskChange } from './change-task.ts'
import { markRead } from './read-marks.ts'
import { snoozeTask, wakeTask } from './snoozes.ts'

export interface ChangedTasks {
  changed: number
  /** They were like that already. */
  unchanged: number
  failed: ({ id: TaskId } & Pick<Refusal, 'code' | 'message'>)[]
}

/** A person waits for all of them, and everybody else for what is left of the connections. */
const AT_ONCE = 4

/** The same change for many tasks. `conversations`: whose workflows must hear of it. */
export async function changeTasks(
  db: Db,
  actor: Actor,
  ids: readonly TaskId[],
  change: TaskChange,
): Promise<ChangedTasks & { conversations: ConversationId[] }> {
  const conversations: ConversationId[] = []
  const result = await doToEach(
    db,
    ids,
    (tx, id) => changeTask(tx, actor, id, change),
    ({ conversation }) => {
      if (conversation !== null) conversations.push(conversation)
      return conversation !== null
    },
  )
  return { ...result, conversations }
}

/** What a person keeps of a task for themselves. `snooze` null: it is there again; its `until` null: until the client writes. */
export type TaskMark = { read: true } | { snooze: { until: Date | null } | null }

/** The same mark on many tasks, for one person. */
export const markTasks = (db: Db, actor: Actor, ids: readonly TaskId[], mark: TaskMark): Promise<ChangedTasks> =>
  doToEach(
    db,
    ids,
    (tx, id) => markTask(tx, actor, id, mark),
    (hasChanged) => hasChanged,
  )

function markTask(tx: Tx, actor: Actor, id: TaskId, mark: TaskMark): Promise<Refusable<boolean>> {
  if ('read' in mark) return markRead(tx, actor, id, null)
  return mark.snooze === null ? wakeTask(tx, actor, id) : snoozeTask(tx, actor, id, mark.snooze.until)
}

/** Each in a transaction of its own: one that cannot be changed does not keep the others. */
async function doToEach<T>(
  db: Db,
  ids: readonly TaskId[],
  deed: (tx: Tx, id: TaskId) => Promise<Refusable<T>>,
  hasChanged: (value: T) => boolean,
): Promise<ChangedTasks> {
  const result: ChangedTasks = { changed: 0, unchanged: 0, failed: [] }
  const wanted = [...new Set(ids)]
  for (let n = 0; n < wanted.length; n += AT_ONCE) {
    const some = wanted.slice(n, n + AT_ONCE)
    // A verb refuses before it writes, so there is nothing to roll back.
    const done = await Promise.all(some.map(async (id) => ({ id, ...(await inTransaction(db, (tx) => deed(tx, id))) })))
    for (const one of done) {
      if (one.refused) result.failed.push({ id: one.id, code: one.refused.code, message: one.refused.message })
      else if (hasChanged(one.value)) result.changed++
      else result.unchanged++
    }
  }
  return result
}
