import type { ChannelId } from '../../domain/ids.ts'
import type { Db, Tx } from '../database.ts'

/** The oldest channel of those that somebody may use; null: there is none. @param only null: every channel */
export async function firstChannel(db: Db | Tx, only: readonly ChannelId[] | null): Promise<ChannelId | null> {
  let query = db.selectFrom('channels').select('id').where('deleted_at', 'is', null)
  if (only !== null) query = query.where('id', 'in', only.length > 0 ? [...only] : [null as never])
  const row = await query.orderBy('created_at').orderBy('id').limit(1).executeTakeFirst()
  return row?.id ?? null
}
