import type { ConversationId } from '../../domain/ids.ts'
import type { Db } from '../database.ts'

/** What the reply window of a conversation depends on. */
export async function loadWindow(
  db: Db,
  conversation: ConversationId,
): Promise<{ provider: string; lastInAt: Date | null }> {
  const row = await db
    .selectFrom('conversations as c')
    .innerJoin('channels as ch', 'ch.id', 'c.channel_id')
    .select(['ch.provider', 'c.last_in_at'])
    .where('c.id', '=', conversation)
    .executeTakeFirstOrThrow()
  return { provider: row.provider, lastInAt: row.last_in_at }
}
