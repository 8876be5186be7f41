import { sql } from 'kysely'
import type { CommentId, TaskId } from '../../domain/ids.ts'
import type { Db } from '../database.ts'
import { readFrom, type Viewer } from '../tasks/task-filter.ts'

/** The first message of the client that the viewer has not read; null: none, or they keep no marks. */
export async function firstUnread(db: Db, viewer: Viewer, task: TaskId): Promise<CommentId | null> {
  if (viewer.userId === null) return null
  const { rows } = await sql<{ id: CommentId }>`
    with mine as (
      select coalesce(r.position, ${readFrom(viewer)}) as position, coalesce(r.arrived, ${readFrom(viewer)}) as arrived
      from (select) as one
      left join task_reads r on r.task_id = ${task}::uuid and r.user_id = ${viewer.userId}::uuid
    )
    select m.id from mine, comments m
    where m.task_id = ${task}::uuid and m.author_kind = 'contact' and m.deleted_at is null
      and (m.position > mine.position or (m.arrived is not null and m.arrived > mine.arrived))
    order by m.position limit 1`.execute(db)
  return rows[0]?.id ?? null
}
