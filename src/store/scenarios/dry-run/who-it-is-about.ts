import { sql } from 'kysely'
import type { ContactId, ConversationId, TaskId } from '../../../domain/ids.ts'
import type { Db } from '../../database.ts'

/** Whose conversation it is, and the newest task in it. */
export interface About {
  contact: { id: ContactId; name: string } | null
  taskId: TaskId | null
}

export async function whoItIsAbout(
  db: Db,
  ids: readonly ConversationId[],
): Promise<ReadonlyMap<ConversationId, About>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: ConversationId; contact: About['contact']; taskId: TaskId | null }>`
    select c.id, case when k.id is null then null else jsonb_build_object('id', k.id, 'name', k.name) end as contact,
      (select t.id from tasks t where t.conversation_id = c.id order by t.number desc limit 1) as "taskId"
    from conversations c left join contacts k on k.id = c.contact_id
    where c.id = any(${ids}::uuid[])`.execute(db)
  return new Map(rows.map(({ id, ...about }) => [id, about]))
}
