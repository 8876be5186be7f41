import { NOTHING_TO_DO, type StepOutcome } from '../../domain/step.ts'
import type { Tx } from '../database.ts'
import { UNDONE } from '../deliveries/taken-back.ts'
import type { LiveEvent } from '../live-events.ts'
import { bulkHappening } from './bulk-happening.ts'
import { contactHappenings, mergeHappening } from './change-happenings.ts'
import { workFailure, workIdentityChange, workMarketingChoice } from './contact-changes.ts'
import type { ConversationState, RecordedEvent } from './conversation-state.ts'
import { standAfterWhatCameBefore } from './feed.ts'
import { workBulkFound } from './fold-back.ts'
import { commentHappenings, pressHappening, taskHappenings } from './happenings.ts'
import { holdAnew } from './holds.ts'
import { workDeletion, workEdit, workReaction } from './message-changes.ts'
import { deliveryHappening } from './message-happenings.ts'
import { workClientMessage, workEcho } from './messages.ts'
import { sendsOf, workQueuedMessage } from './outgoing.ts'
import { parkedDeliveries } from './parked-deliveries.ts'
import { timeHappenings } from './timed-happenings.ts'
import { workWebhook } from './webhook-received.ts'

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
      return workEcho(tx, state, event, payload, live)
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
      await standAfterWhatCameBefore(tx, state.id, payload.comment, event.seq)
      state.inbox.feeds.add(payload.task)
      state.happened.push(...(await commentHappenings(tx, payload)))
      return sendsOf(state, payload)
    case 'message.queued':
      return workQueuedMessage(tx, state, event, payload, live)
    case 'bulk.found':
      state.happened.push(...(await bulkHappening(tx, state, event, payload.message)))
      return workBulkFound(tx, state, payload, live)
    case 'delivery.retried':
      state.inbox.deliveries.add(payload.delivery)
      await holdAnew(tx, state, payload.delivery, event.at)
      return { sends: [payload.delivery], fetches: [] }
    case 'attachment.retried':
      return { sends: [], fetches: [payload.attachment] }
    case 'delivery.released':
      return { sends: payload.deliveries, fetches: [] }
    case 'channel.resumed':
      return { sends: await parkedDeliveries(tx, state), fetches: [] }
    case 'delivery.failed':
      state.inbox.deliveries.add(payload.delivery)
      // A person's wish is no failure; the run that waits for it hears of it all the same.
      if (payload.code === UNDONE) return NOTHING_TO_DO
      state.happened.push(...(await deliveryHappening(tx, 'message.failed', payload.delivery, payload.code)))
      return workFailure(tx, state, payload, live)
    case 'delivery.settled':
      state.inbox.deliveries.add(payload.delivery)
      // Settled as sent: `delivery.status` says so, where somebody listens.
      if (payload.outcome === 'failed') {
        state.happened.push(...(await deliveryHappening(tx, 'message.failed', payload.delivery)))
      }
      return NOTHING_TO_DO
    case 'delivery.status':
      state.happened.push(...(await deliveryHappening(tx, `message.${payload.state}`, payload.delivery)))
      return NOTHING_TO_DO
    // Recorded for the audit and for what waits on them; nothing follows by itself.
    case 'contact.changed':
      state.happened.push(...contactHappenings(payload))
      return NOTHING_TO_DO
    case 'contact.merged':
      state.happened.push(mergeHappening(payload))
      return NOTHING_TO_DO
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
    case 'webhook.received':
      return workWebhook(tx, state, payload, live)
    case 'time.reached':
      state.happened.push(...(await timeHappenings(tx, state, payload)))
      return NOTHING_TO_DO
    case 'run.sent':
    case 'run.answered':
    case 'run.due':
    case 'run.asked':
    case 'run.requested':
      return NOTHING_TO_DO
  }
}
