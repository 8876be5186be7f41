import type { ClientProfile } from '../../domain/conversation-event.ts'
import { lastInbound } from '../../domain/last-inbound.ts'
import type { ArrivedMessage } from '../../domain/message.ts'
import { messageData } from '../../domain/scenario/engine/message-data.ts'
import type { Json } from '../../domain/scenario/expressions/scope.ts'
import { NOTHING_TO_DO, type StepOutcome } from '../../domain/step.ts'
import { placeOutgoing } from '../bulk/place-outgoing.ts'
import type { Tx } from '../database.ts'
import type { LiveEvent } from '../live-events.ts'
import { bulkHappening } from './bulk-happening.ts'
import type { ConversationState, RecordedEvent } from './conversation-state.ts'
import { addMessage, findCommentByProviderId, placeInFeed } from './feed.ts'
import { meetContact, taskForMessage } from './first-contact.ts'
import { releaseHolds } from './holds.ts'
import { commentChanged, countedEcho, voidOutgoing } from './outgoing.ts'
import { settlesUnknown } from './own-echoes.ts'

/** A message of the client. Only these open the reply window (reference §8); it releases what was held for them. */
export async function workClientMessage(
  tx: Tx,
  state: ConversationState,
  event: RecordedEvent,
  message: ArrivedMessage,
  profile: ClientProfile | null,
  live: LiveEvent[],
): Promise<StepOutcome> {
  const contact = await meetContact(tx, state, profile, live)
  const task = await taskForMessage(tx, state, live)
  const position = await placeInFeed(tx, state, task, event)
  const reply = { event, quoted: message.context.quoted, before: position }
  const replyToBulk = await releaseHolds(tx, state, task, reply, live)
  const author = { kind: 'contact' as const, id: contact.id, name: contact.name }
  const extra = replyToBulk ? { replyToBulk } : {}
  const added = await addMessage(tx, state, { task, position }, author, message, event, extra)
  if (!added) return NOTHING_TO_DO

  state.inbox.heard.add(task)
  state.lastAuthor = 'contact'
  state.hasNewMessage = true
  if (event.opensWindow) state.lastInAt = lastInbound(state.lastInAt, event)
  live.push(commentChanged(state, added.comment, task))
  state.happened.push({
    name: 'message.received',
    data: messageData(message, replyToBulk as unknown as Json),
    comment: added.comment,
    cause: null,
  })
  if (replyToBulk) {
    state.happened.push({
      name: 'bulk.replied',
      data: { reply_to_bulk: replyToBulk as unknown as Json, text: message.content.text },
      comment: added.comment,
      cause: null,
    })
  }
  return { sends: [], fetches: added.files }
}

/**
 * An echo of what somebody wrote to the client outside Parley: in the phone app, or with another system. It counts as an
 * answer, and is held where the bulk rule says so. From the phone app it is a person's word to the client, and disturbs
 * runs that wait; another system may be an automation itself.
 */
export async function workEcho(
  tx: Tx,
  state: ConversationState,
  event: RecordedEvent,
  { message, by }: { message: ArrivedMessage; by: 'phone_app' | 'other_system' },
  live: LiveEvent[],
): Promise<StepOutcome> {
  const counted = await countedEcho(tx, state, message.id)
  // An echo may be of a message that we sent ourselves; it is in the feed already (P2).
  if (await findCommentByProviderId(tx, state, message.id)) {
    if (counted) await voidOutgoing(tx, counted)
    return NOTHING_TO_DO
  }
  if (await settlesUnknown(tx, state, event, message)) {
    if (counted) await voidOutgoing(tx, counted)
    return NOTHING_TO_DO
  }
  await meetContact(tx, state, null, live)
  const isHeld = counted !== null && (await placeOutgoing(tx, state, counted)) === 'held'
  const task = isHeld ? null : await taskForMessage(tx, state, live, { openedBy: 'message' })
  const author = { kind: 'phone_app' as const, id: null, name: state.channel.name }
  const added = await addMessage(tx, state, { task, position: null }, author, message, event)
  if (!added) return NOTHING_TO_DO
  if (counted) {
    await tx.updateTable('outgoing_messages').set({ comment_id: added.comment }).where('id', '=', counted).execute()
  }
  state.happened.push({
    name: 'message.echoed',
    data: { kind: message.content.kind, text: message.content.text, by },
    comment: added.comment,
    cause: null,
    ...(!isHeld && by === 'phone_app' && { interrupts: 'humanReply' as const }),
  })
  if (isHeld && counted) state.happened.push(...(await bulkHappening(tx, state, event, counted)))
  if (!isHeld) {
    state.lastAuthor = 'phone_app'
    state.hasNewMessage = true
    live.push(commentChanged(state, added.comment, task))
  }
  return { sends: [], fetches: added.files }
}
