import type { ClientProfile } from '../../domain/conversation-event.ts'
import { lastInbound } from '../../domain/last-inbound.ts'
import type { ArrivedMessage } from '../../domain/message.ts'
import { NOTHING_TO_DO, type StepOutcome } from '../../domain/step.ts'
import type { Tx } from '../database.ts'
import type { LiveEvent } from '../live-events.ts'
import type { ConversationState, RecordedEvent } from './conversation-state.ts'
import { addMessage, findCommentByProviderId } from './feed.ts'
import { meetContact, taskForMessage } from './first-contact.ts'

/**
 * A message that arrived: the client's, or an echo of what somebody wrote to the client outside Parley.
 * Only the client's own opens the reply window (reference §8); an echo counts as an answer.
 */
export async function workMessage(
  tx: Tx,
  state: ConversationState,
  event: RecordedEvent,
  message: ArrivedMessage,
  from: { author: 'contact' | 'phone_app'; profile: ClientProfile | null },
  live: LiveEvent[],
): Promise<StepOutcome> {
  // An echo may be of a message that we sent ourselves; it is in the feed already (P2).
  if (from.author === 'phone_app' && (await findCommentByProviderId(tx, state, message.id))) return NOTHING_TO_DO

  const contact = await meetContact(tx, state, from.profile, live)
  const task = await taskForMessage(tx, state, live)
  const author =
    from.author === 'contact'
      ? { kind: 'contact' as const, id: contact.id, name: contact.name }
      : { kind: 'phone_app' as const, id: null, name: state.channel.name }
  const added = await addMessage(tx, state, task, author, message, event)
  if (!added) return NOTHING_TO_DO

  state.lastAuthor = from.author
  if (event.opensWindow) state.lastInAt = lastInbound(state.lastInAt, event)
  live.push({
    event: 'comment',
    data: { commentId: added.comment, taskId: task, conversationId: state.id, channelId: state.channel.id },
  })
  return { sends: [], fetches: added.file ? [added.file] : [] }
}
