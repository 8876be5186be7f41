import { sql } from 'kysely'
import type { TaskId, UserId } from '../../domain/ids.ts'
import { maySee } from '../actor.ts'
import type { Db } from '../database.ts'
import { UNREAD } from './glance.ts'
import { IS_SNOOZED, type Viewer } from './task-filter.ts'
import { selectTasks, type TaskView, tasksFor } from './task-view.ts'

/** A task, and who wants to see it. */
export interface Look {
  viewer: Viewer
  task: TaskId
}

/** What is the same for everybody is read as somebody who has nothing of their own. */
const NOBODY: Viewer = { userId: null, channelIds: null }

/**
 * Tasks as each of several people sees them: what they share is read once, what is their own in one query for all.
 * @returns in the order of the looks; null where there is no such task, or where the viewer may not see it
 */
export async function tasksAsSeen(db: Db, looks: readonly Look[]): Promise<(TaskView | null)[]> {
  const ids = [...new Set(looks.map(({ task }) => task))]
  const rows = await selectTasks(db, NOBODY).where('t.id', 'in', ids).execute()
  const shared = new Map((await tasksFor(db, NOBODY, rows)).map((task) => [task.id, task]))
  const own = await loadOwn(
    db,
    looks.flatMap(({ viewer, task }) => (viewer.userId === null ? [] : [{ user: viewer.userId, task }])),
  )
  return looks.map(({ viewer, task: id }) => {
    const task = shared.get(id)
    if (!task || !maySee(viewer, task.channelId)) return null
    return { ...task, ...(viewer.userId === null ? {} : own.get(`${viewer.userId} ${id}`)) }
  })
}

type Own = Pick<TaskView, 'unread' | 'snoozed'>

async function loadOwn(db: Db, pairs: readonly { user: UserId; task: TaskId }[]): Promise<Map<string, Own>> {
  if (pairs.length === 0) return new Map()
  const { rows } = await sql<{ id: TaskId; user_id: UserId; unread: number; snoozed: boolean; until: Date | null }>`
    with mine as (
      select k.id, u.id as user_id, coalesce(r.position, u.read_from) as position, coalesce(r.arrived, u.read_from) as arrived
      from unnest(${pairs.map(({ task }) => task)}::uuid[], ${pairs.map(({ user }) => user)}::uuid[]) k (id, user_id)
      join users u on u.id = k.user_id
      left join task_reads r on r.task_id = k.id and r.user_id = k.user_id
    )
    select mine.id, mine.user_id, ${UNREAD} as unread, ${IS_SNOOZED} as snoozed, s.until
    from mine left join task_snoozes s on s.task_id = mine.id and s.user_id = mine.user_id`.execute(db)
  return new Map(
    rows.map(({ id, user_id, unread, snoozed, until }) => [
      `${user_id} ${id}`,
      { unread, snoozed: snoozed ? { until } : null },
    ]),
  )
}
