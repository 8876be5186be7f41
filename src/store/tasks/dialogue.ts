import { sql } from 'kysely'
import type { TaskId, UserId } from '../../domain/ids.ts'
import type { Dialogue } from '../../domain/suggested-notify.ts'
import type { Db } from '../database.ts'

/** Reads of a task's feed what decides whom the composer suggests to notify (src/domain/suggested-notify.ts). */
export async function loadDialogue(db: Db, task: TaskId, me: UserId): Promise<Dialogue> {
  const { rows } = await sql<{ assignees: UserId[]; writers: UserId[] | null; note_by: UserId | null }>`
    select t.assignee_ids as assignees,
      (select array_agg(distinct m.author_id) from comments m
        where m.task_id = t.id and m.author_kind = 'employee' and m.author_id is not null
          and m.notifies_contact and m.deleted_at is null) as writers,
      (select m.author_id from comments m
        where m.task_id = t.id and m.author_kind = 'employee' and m.author_id <> ${me} and m.deleted_at is null
          and not m.notifies_contact and ${me} = any(m.notified_user_ids)
          and m.position > coalesce((select max(mine.position) from comments mine
            where mine.task_id = t.id and mine.author_id = ${me} and mine.kind <> 'system'), '-infinity')
        order by m.position desc limit 1) as note_by
    from tasks t where t.id = ${task}`.execute(db)
  const row = rows[0]
  return {
    me,
    assigneeIds: row?.assignees ?? [],
    writers: row?.writers ?? [],
    openNote: row?.note_by ? { by: row.note_by } : null,
  }
}
