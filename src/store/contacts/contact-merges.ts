import { type SqlBool, sql } from 'kysely'
import type { ContactId, MergeId, UserId } from '../../domain/ids.ts'
import type { Actor } from '../actor.ts'
import type { Db, Tx } from '../database.ts'

/** A merge that can be taken back: whom this contact took in, when, and who did it. */
export interface ContactMergeView {
  id: MergeId
  from: { id: ContactId; name: string; phone: string | null }
  at: Date
  by: { id: UserId; name: string } | null
}

/** The merges into a contact that stand, the newest first: of those who came with a conversation that the actor may see. */
export async function mergesInto(
  db: Db | Tx,
  { channelIds }: Pick<Actor, 'channelIds'>,
  id: ContactId,
): Promise<ContactMergeView[]> {
  const rows = await db
    .selectFrom('contact_merges as m')
    .innerJoin('contacts as f', 'f.id', 'm.from_id')
    .leftJoin('users as u', 'u.id', 'm.merged_by')
    .select(['m.id', 'm.merged_at', 'f.id as from_id', 'f.name', 'f.phone', 'u.id as user_id', 'u.name as user_name'])
    .where('m.into_id', '=', id)
    .where('m.undone_at', 'is', null)
    .$if(channelIds !== null, (query) =>
      query.where(sql<SqlBool>`exists (select from conversations c
        where c.id = any(array(select jsonb_array_elements_text(m.moved -> 'conversations'))::uuid[])
          and c.channel_id = any(${channelIds}::uuid[]))`),
    )
    .orderBy('m.merged_at', 'desc')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    from: { id: row.from_id, name: row.name, phone: row.phone },
    at: row.merged_at,
    by: row.user_id && row.user_name !== null ? { id: row.user_id, name: row.user_name } : null,
  }))
}
