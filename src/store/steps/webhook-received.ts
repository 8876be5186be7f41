import type { ConversationEvent } from '../../domain/conversation-event.ts'
import { NOTHING_TO_DO, type StepOutcome } from '../../domain/step.ts'
import type { Tx } from '../database.ts'
import type { LiveEvent } from '../live-events.ts'
import type { ConversationState } from './conversation-state.ts'
import { meetContact } from './first-contact.ts'

/** Another system says something of the client, who may not have written yet. */
export async function workWebhook(
  tx: Tx,
  state: ConversationState,
  { webhook, about, only, body }: Extract<ConversationEvent, { kind: 'webhook.received' }>,
  live: LiveEvent[],
): Promise<StepOutcome> {
  if (!state.contact) await meetContact(tx, state, null, live)
  state.happened.push({ name: 'webhook.received', data: { webhook, about, body }, comment: null, cause: null, only })
  return NOTHING_TO_DO
}
