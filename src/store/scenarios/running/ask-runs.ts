import type { RunDeed } from '../../../domain/conversation-event.ts'
import type { ConversationId, RunId } from '../../../domain/ids.ts'
import { type Actor, auditActor } from '../../actor.ts'
import { audit } from '../../audit.ts'
import { appendEvent, lockConversation } from '../../conversation-events.ts'
import type { Tx } from '../../database.ts'

/**
 * Asks something of open runs: to end, to go on, to move to another version, to begin anew. It is entered in the record
 * of their conversations, whose steps do it in order with everything else.
 * @param runs with their conversations; those that have ended by then are left alone
 * @returns the conversations to signal after the commit
 */
export async function askRuns(
  tx: Tx,
  actor: Actor,
  runs: readonly { id: RunId; conversation: ConversationId }[],
  deed: RunDeed,
): Promise<ConversationId[]> {
  const byConversation = new Map<ConversationId, RunId[]>()
  for (const { id, conversation } of runs) {
    byConversation.set(conversation, [...(byConversation.get(conversation) ?? []), id])
  }
  const conversations = [...byConversation.keys()].sort()
  for (const conversation of conversations) {
    await lockConversation(tx, conversation)
    const asked = byConversation.get(conversation) ?? []
    await appendEvent(tx, conversation, { kind: 'run.asked', runs: asked, deed, by: actor.userId }, { at: new Date() })
    await audit(tx, {
      actor: auditActor(actor),
      action: `run.${deed.do}`,
      subject: { kind: 'conversation', id: conversation },
      detail: { runs: asked, by: actor.key, ...('version' in deed ? { version: deed.version } : {}) },
    })
  }
  return conversations
}
