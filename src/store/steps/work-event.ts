import { NOTHING_TO_DO, type StepOutcome } from '../../domain/step.ts'
import type { Tx } from '../database.ts'
import type { LiveEvent } from '../live-events.ts'
import { workFailure, workIdentityChange, workMarketingChoice } from './contact-changes.ts'
import type { ConversationState, RecordedEvent } from './conversation-state.ts'
import { standAfterWhatCameBefore } from './feed.ts'
import { workBulkFound } from './fold-back.ts'
import { commentHappening, pressHappening, taskHappenings } from './happenings.ts'
import { holdAnew } from './holds.ts'
import { workDeletion, workEdit, workReaction } from './message-changes.ts'
import { workClientMessage, workEcho } from './messages.ts'
import { workQueuedMessage } from './outgoing.ts'
import { parkedDeliveries } from './parked-deliveries.ts'

/**
 * Works off one event: exhaustive over everything that can happen in a conversation.
 * @param state what stands now; changed as the event changes it
 * @param live filled with what people's screens must learn
 */
export async function workEvent(
  tx: Tx,
  state: ConversationState,
  event: RecordedEvent,
  live: LiveEvent[],
): Promise<StepOutcome> {
  const { payload } = event
  switch (payload.kind) {
    case 'message.received':
      return workClientMessage(tx, state, event, payload.message, payload.profile, live)
    case 'message.echoed':
      return workEcho(tx, state, event, payload.message, live)
    case 'message.edited':
      return workEdit(tx, state, event, payload, live)
    case 'message.deleted':
      return workDeletion(tx, state, payload, live)
    case 'message.reacted':
      return workReaction(tx, state, event, payload, live)
    case 'contact.number_changed':
      return workIdentityChange(tx, state, event, payload, live)
    case 'contact.opted_out':
    case 'contact.opted_in':
      return workMarketingChoice(tx, state, event, payload.kind === 'contact.opted_out', live)
    case 'comment.added':
      if (payload.deliveries.length > 0) state.lastAuthor = 'employee'
      await standAfterWhatCameBefore(tx, payload.comment)
      state.happened.push(await commentHappening(tx, payload))
      return { sends: payload.deliveries, fetches: [] }
    case 'message.queued':
      return workQueuedMessage(tx, state, payload, live)
    case 'bulk.found':
      return workBulkFound(tx, state, payload, live)
    case 'delivery.retried':
      await holdAnew(tx, state, payload.delivery, event.at)
      return { sends: [payload.delivery], fetches: [] }
    case 'channel.resumed':
      return { sends: await parkedDeliveries(tx, state), fetches: [] }
    case 'delivery.failed':
      state.happened.push({ name: 'message.failed', data: { code: payload.code }, comment: null, cause: null })
      return workFailure(tx, state, payload, live)
    // Recorded for the audit and for what waits on them; nothing follows by itself.
    case 'hold.expired':
      state.happened.push({ name: 'bulk.expired', data: {}, comment: null, cause: null })
      return NOTHING_TO_DO
    case 'task.status_changed':
    case 'task.changed':
      state.happened.push(...(await taskHappenings(tx, payload)))
      return NOTHING_TO_DO
    case 'button.pressed':
      state.happened.push(await pressHappening(tx, payload))
      return NOTHING_TO_DO
    case 'delivery.settled':
    case 'run.sent':
    case 'run.due':
    case 'run.asked':
      return NOTHING_TO_DO
  }
}
