import type { CommentId } from '../../domain/ids.ts'
import { type Actor, maySee } from '../actor.ts'
import type { Db } from '../database.ts'

/** What a comment said before it was edited. */
export interface Revision {
  text: string | null
  replacedAt: Date
}

/**
 * The oldest first. Of a deleted comment there are none: what it said is kept for the audit, not for the feed.
 * @returns null where there is no such comment, or where the actor may not see it
 */
export async function listRevisions(
  db: Db,
  actor: Pick<Actor, 'channelIds'>,
  comment: CommentId,
): Promise<Revision[] | null> {
  const found = await db
    .selectFrom('comments')
    .select(['channel_id', 'deleted_at'])
    .where('id', '=', comment)
    .executeTakeFirst()
  if (!found || !maySee(actor, found.channel_id)) return null
  if (found.deleted_at !== null) return []
  return db
    .selectFrom('comment_revisions')
    .select(['text', 'replaced_at as replacedAt'])
    .where('comment_id', '=', comment)
    .orderBy('replaced_at')
    .execute()
}
