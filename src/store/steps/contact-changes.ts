import { clientPhone } from '../../domain/client-name.ts'
import type { ConversationEvent } from '../../domain/conversation-event.ts'
import type { IdentityId } from '../../domain/ids.ts'
import { NOTHING_TO_DO, type StepOutcome } from '../../domain/step.ts'
import { audit } from '../audit.ts'
import type { Tx } from '../database.ts'
import type { LiveEvent } from '../live-events.ts'
import { newId } from '../new-id.ts'
import type { ConversationState, RecordedEvent } from './conversation-state.ts'
import { addSystemComment } from './feed.ts'
import { meetContact } from './first-contact.ts'

/**
 * The client's number or user id changed (reference §2.2, §2.4): the new names belong to this conversation, the old ones
 * are kept for finding and no longer written to. Where the new name already has a conversation of its own (the client
 * wrote before the provider told us), nothing is moved: the two stand in the audit for a person to merge.
 */
export async function workIdentityChange(
  tx: Tx,
  state: ConversationState,
  change: Extract<ConversationEvent, { kind: 'contact.number_changed' }>,
  live: LiveEvent[],
): Promise<StepOutcome> {
  const contact = await meetContact(tx, state, null, live)
  for (const { kind, value } of change.to) {
    const taken = await tx
      .insertInto('identities')
      .values({ id: newId<IdentityId>(), channel_id: state.channel.id, kind, value, conversation_id: state.id })
      .onConflict((oc) => oc.columns(['channel_id', 'kind', 'value']).doUpdateSet({ retired_at: null }))
      .returning('conversation_id')
      .executeTakeFirstOrThrow()
    if (taken.conversation_id !== state.id) {
      await audit(tx, {
        actor: { kind: 'system', id: null },
        action: 'identity.conflict',
        subject: { kind: 'conversation', id: state.id },
        detail: { otherConversationId: taken.conversation_id },
      })
      return NOTHING_TO_DO
    }
  }
  const kinds = change.to.map(({ kind }) => kind)
  if (kinds.length > 0) {
    await tx
      .updateTable('identities')
      .set({ retired_at: new Date() })
      .where('conversation_id', '=', state.id)
      .where('kind', 'in', kinds)
      .where(
        'value',
        'not in',
        change.to.map(({ value }) => value),
      )
      .where('retired_at', 'is', null)
      .execute()
  }
  const phone = clientPhone(change.to)
  if (phone && phone !== contact.phone) {
    await tx.updateTable('contacts').set({ phone, updated_at: new Date() }).where('id', '=', contact.id).execute()
    state.contact = { ...contact, phone }
  }
  await tellTheTask(
    tx,
    state,
    'The client changed their number',
    { change: 'number', from: contact.phone, to: phone ?? contact.phone },
    live,
  )
  live.push({ event: 'contact', data: { contactId: contact.id, channelId: state.channel.id } })
  return NOTHING_TO_DO
}

/** The client asked the messenger to stop, or to resume, marketing messages (reference §4.2, user_preferences). */
export async function workMarketingChoice(
  tx: Tx,
  state: ConversationState,
  event: RecordedEvent,
  optedOut: boolean,
  live: LiveEvent[],
): Promise<StepOutcome> {
  const contact = await meetContact(tx, state, null, live)
  await tx
    .updateTable('contacts')
    .set({ opted_out_at: optedOut ? event.at : null, updated_at: new Date() })
    .where('id', '=', contact.id)
    .execute()
  const words = optedOut ? 'The client stopped marketing messages' : 'The client allows marketing messages again'
  await tellTheTask(tx, state, words, { change: 'optedOut', to: optedOut }, live)
  live.push({ event: 'contact', data: { contactId: contact.id, channelId: state.channel.id } })
  return NOTHING_TO_DO
}

/** Such news open no task; where there is one, its people read of it. */
async function tellTheTask(
  tx: Tx,
  state: ConversationState,
  text: string,
  data: Record<string, unknown>,
  live: LiveEvent[],
): Promise<void> {
  if (!state.task) return
  const comment = await addSystemComment(tx, state, state.task.id, text, data)
  live.push({
    event: 'comment',
    data: { commentId: comment, taskId: state.task.id, conversationId: state.id, channelId: state.channel.id },
  })
}
