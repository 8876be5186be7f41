import { sql } from 'kysely'
import { clientPhone } from '../../domain/client-name.ts'
import type { ConversationEvent, IdentityKind, IdentityValue } from '../../domain/conversation-event.ts'
import type { ConversationId, IdentityId } from '../../domain/ids.ts'
import { NOTHING_TO_DO, type StepOutcome } from '../../domain/step.ts'
import { audit } from '../audit.ts'
import type { Tx } from '../database.ts'
import type { LiveEvent } from '../live-events.ts'
import { newId } from '../new-id.ts'
import { optOutHappening } from './change-happenings.ts'
import type { ConversationState, RecordedEvent } from './conversation-state.ts'
import { addSystemComment } from './feed.ts'
import { meetContact } from './first-contact.ts'

/**
 * The client's number or user id changed (reference §2.2, §2.4): the new names belong to this conversation, the old ones
 * are kept for what was written before, and no longer written to: somebody else may get the number. Where the new name
 * already has a conversation of its own (the client wrote before the provider told us), it is not moved: the task is
 * told, and the two stand in the audit for a person to merge.
 */
export async function workIdentityChange(
  tx: Tx,
  state: ConversationState,
  event: RecordedEvent,
  change: Extract<ConversationEvent, { kind: 'contact.number_changed' }>,
  live: LiveEvent[],
): Promise<StepOutcome> {
  const contact = await meetContact(tx, state, null, live)
  await retireOthers(tx, state, event, change.to)
  const others = new Set<ConversationId>()
  for (const name of change.to) {
    const owner = await ownName(tx, state, event, name)
    if (owner !== state.id) others.add(owner)
  }
  for (const otherConversationId of others) {
    await audit(tx, {
      actor: { kind: 'system', id: null },
      action: 'identity.conflict',
      subject: { kind: 'conversation', id: state.id },
      detail: { otherConversationId },
    })
    const words = 'The client changed their number and writes in another conversation'
    await tellTheTask(tx, state, words, { change: 'number', otherConversationId }, live)
  }
  if (others.size > 0) return NOTHING_TO_DO
  state.happened.push({ name: 'contact.number_changed', data: {}, comment: null, cause: null })
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

/**
 * Makes a name this conversation's: a new one, its own, or one that somebody else has given up before.
 * @returns whose it is now
 */
async function ownName(
  tx: Tx,
  state: ConversationState,
  event: RecordedEvent,
  { kind, value }: IdentityValue,
): Promise<ConversationId> {
  const owned = await tx
    .insertInto('identities')
    .values({ id: newId<IdentityId>(), channel_id: state.channel.id, kind, value, conversation_id: state.id })
    .onConflict((oc) =>
      oc
        .columns(['channel_id', 'kind', 'value'])
        .doUpdateSet({ conversation_id: state.id, retired_at: null })
        .where('identities.retired_at', '<', event.at),
    )
    .returning('conversation_id')
    .executeTakeFirst()
  if (owned) return owned.conversation_id
  const other = await tx
    .selectFrom('identities')
    .select('conversation_id')
    .where('channel_id', '=', state.channel.id)
    .where('kind', '=', kind)
    .where('value', '=', value)
    .executeTakeFirstOrThrow()
  return other.conversation_id
}

/** The names of the same kinds that are not the client's any more; with a number also what people typed for it. */
async function retireOthers(
  tx: Tx,
  state: ConversationState,
  event: RecordedEvent,
  names: readonly IdentityValue[],
): Promise<void> {
  const kinds = names.flatMap(({ kind }): IdentityKind[] => (kind === 'wa_id' ? ['wa_id', 'phone'] : [kind]))
  if (kinds.length === 0) return
  await tx
    .updateTable('identities')
    .set({ retired_at: event.at })
    .where('conversation_id', '=', state.id)
    .where('kind', 'in', kinds)
    .where(
      'value',
      'not in',
      names.map(({ value }) => value),
    )
    .where('retired_at', 'is', null)
    .execute()
}

/** The recipient has stopped marketing messages of this business (reference §9). */
const MARKETING_STOPPED = '131050'

/**
 * The client asked the messenger to stop, or to resume, marketing messages (reference §4.2, user_preferences). An opt-out
 * is ended by a later word only: news of an earlier one may come late, and a person may have written down a newer one.
 */
export async function workMarketingChoice(
  tx: Tx,
  state: ConversationState,
  event: RecordedEvent,
  optedOut: boolean,
  live: LiveEvent[],
): Promise<StepOutcome> {
  const contact = await meetContact(tx, state, null, live)
  const chosen = await tx
    .updateTable('contacts')
    .set({
      opted_out_at: optedOut ? sql<Date>`greatest(opted_out_at, ${event.at}::timestamptz)` : null,
      updated_at: new Date(),
    })
    .where('id', '=', contact.id)
    .$if(!optedOut, (query) =>
      query.where((where) => where.or([where('opted_out_at', 'is', null), where('opted_out_at', '<=', event.at)])),
    )
    .returning('id')
    .executeTakeFirst()
  if (!chosen) return NOTHING_TO_DO
  if (optedOut) state.happened.push(optOutHappening(null))
  const words = optedOut ? 'The client stopped marketing messages' : 'The client allows marketing messages again'
  await tellTheTask(tx, state, words, { change: 'optedOut', to: optedOut }, live)
  live.push({ event: 'contact', data: { contactId: contact.id, channelId: state.channel.id } })
  return NOTHING_TO_DO
}

/** A message that failed may say something of the client: Meta's 131050 that they stopped marketing (reference §9). */
export async function workFailure(
  tx: Tx,
  state: ConversationState,
  failure: Extract<ConversationEvent, { kind: 'delivery.failed' }>,
  live: LiveEvent[],
): Promise<StepOutcome> {
  if (failure.code !== MARKETING_STOPPED || !state.contact) return NOTHING_TO_DO
  const stopped = await tx
    .updateTable('contacts')
    .set({ opted_out_at: new Date(), updated_at: new Date() })
    .where('id', '=', state.contact.id)
    .where('opted_out_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  if (!stopped) return NOTHING_TO_DO
  await audit(tx, {
    actor: { kind: 'system', id: null },
    action: 'contact.opted_out',
    subject: { kind: 'contact', id: state.contact.id },
    detail: { conversationId: state.id, deliveryId: failure.delivery, code: failure.code },
  })
  state.happened.push(optOutHappening(null))
  await tellTheTask(tx, state, 'The client stopped marketing messages', { change: 'optedOut', to: true }, live)
  live.push({ event: 'contact', data: { contactId: state.contact.id, channelId: state.channel.id } })
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
