import type { ConversationId, TaskId } from '../../domain/ids.ts'
import { type Actor, maySee } from '../actor.ts'
import { lockConversation } from '../conversation-events.ts'
import type { Tx } from '../database.ts'

/**
 * Takes a task for a change by a person: its conversation first, then its row (src/store/migrations/0001, lock order).
 * @returns null where there is no such task, or where the actor may not see it
 */
export async function lockTask(tx: Tx, actor: Actor, id: TaskId) {
  const found = await tx
    .selectFrom('tasks')
    .select(['conversation_id', 'channel_id'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!found || !maySee(actor, found.channel_id)) return null
  const conversation = await lockConversation(tx, found.conversation_id as ConversationId)
  const task = await tx.selectFrom('tasks').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  return conversation && task ? { conversation, task } : null
}
