import { bulkRule } from '../../domain/bulk/options.ts'
import type {
  ChannelId,
  CommentId,
  ConversationId,
  DeliveryId,
  OutgoingMessageId,
  TaskId,
  UserId,
} from '../../domain/ids.ts'
import { type Actor, auditActor, causeOf } from '../actor.ts'
import { audit } from '../audit.ts'
import { fingerprintOf } from '../bulk/fingerprint.ts'
import { appendEvent } from '../conversation-events.ts'
import type { Tx } from '../database.ts'
import type { SendRulesOf } from '../deliveries/gate.ts'
import { newId } from '../new-id.ts'
import { done, type Refusable } from '../refusal.ts'
import { type ComposedMessage, composeMessage, type MessageDraft } from './compose-message.ts'
import type { SendingManner, WaitingRun } from './queue-deliveries.ts'
import { reachClient } from './reach-client.ts'
import { storeMessage } from './store-message.ts'

export interface QueuedMessageDraft extends Partial<MessageDraft> {
  channelId: ChannelId
  /** a phone number with its country code */
  to: string
  /** what the sender calls a client who is not known yet */
  contactName?: string | null
}

export interface QueuedMessage {
  message: OutgoingMessageId
  comment: CommentId
  /** the first of `deliveryIds` */
  deliveryId: DeliveryId
  deliveryIds: DeliveryId[]
  /** whose workflow must hear of it */
  conversation: ConversationId
}

/**
 * A message that nobody types into a task (contract.md, `POST /api/messages`): it counts for the bulk rule, and its
 * conversation's workflow gives it its place when it works the event off. Stored with its count, so that a step that
 * counts sees every message of the mailing (src/store/bulk/place-outgoing.ts).
 */
export async function queueMessage(
  tx: Tx,
  actor: Actor,
  draft: QueuedMessageDraft,
  rulesOf: SendRulesOf,
): Promise<Refusable<QueuedMessage>> {
  const reached = await reachClient(tx, actor, draft.channelId, draft.to)
  if (reached.refused) return reached
  const { conversation, lock } = reached.value
  const content = {
    text: draft.text ?? null,
    attachmentIds: draft.attachmentIds ?? [],
    template: draft.template ?? null,
  }
  const composed = await composeMessage(tx, actor, lock, content, null, rulesOf)
  if (composed.refused) return composed
  return done(
    await queueComposed(tx, actor, composed.value, {
      conversation,
      channelId: draft.channelId,
      contactName: draft.contactName ?? null,
    }),
  )
}

/**
 * Stores a composed message, counted for the bulk rule, and enters it in the conversation's record, where the step that
 * works it off gives it its place. The caller holds the conversation's lock.
 */
export async function queueComposed(
  tx: Tx,
  actor: Actor,
  composed: ComposedMessage,
  of: {
    conversation: ConversationId
    channelId: ChannelId
    contactName: string | null
    run?: WaitingRun
    /** where it goes if no task is active; absent: a task is opened for it */
    task?: TaskId | null
    notified?: UserId[]
    manner?: SendingManner
  },
): Promise<QueuedMessage> {
  const { conversation } = of
  const at = new Date()
  const { comment, deliveries } = await storeMessage(tx, actor, composed, {
    task: null,
    conversation,
    channel: of.channelId,
    notifiesContact: true,
    ...(of.notified && { notified: of.notified }),
    ...(of.run && { run: of.run }),
    ...(of.manner && { manner: of.manner }),
    at,
  })
  const place = { conversationId: conversation, channelId: of.channelId, comment }
  const message = await countOutgoing(tx, { ...place, at, composed, name: of.contactName })
  await appendEvent(
    tx,
    conversation,
    {
      kind: 'message.queued',
      message,
      comment,
      deliveries,
      campaign: null,
      contactName: of.contactName,
      ...(of.task && { task: of.task }),
      ...(of.manner && of.manner.holdMs > 0 && { held: true }),
      ...causeOf(actor),
    },
    { at },
  )
  await audit(tx, {
    actor: auditActor(actor),
    action: 'message.queued',
    subject: { kind: 'comment', id: comment },
    detail: { conversationId: conversation, channelId: of.channelId, deliveries, by: actor.key },
  })
  const [deliveryId] = deliveries
  if (!deliveryId) throw new Error('a message was composed without a delivery')
  return { message, comment, deliveryId, deliveryIds: deliveries, conversation }
}

/** Makes the message count for the bulk rule. */
async function countOutgoing(
  tx: Tx,
  of: {
    conversationId: ConversationId
    channelId: ChannelId
    comment: CommentId
    at: Date
    composed: ComposedMessage
    /** what the sender calls the client */
    name: string | null
  },
): Promise<OutgoingMessageId> {
  const { composed } = of
  const known = await tx
    .selectFrom('conversations as c')
    .innerJoin('channels as ch', 'ch.id', 'c.channel_id')
    .leftJoin('contacts as ct', 'ct.id', 'c.contact_id')
    .select(['ch.bulk', 'ct.name'])
    .where('c.id', '=', of.conversationId)
    .executeTakeFirstOrThrow()
  const fingerprint = fingerprintOf(
    {
      kind: composed.kind,
      text: composed.text,
      template: composed.template,
      fileHash: composed.template ? null : (composed.files[0]?.sha256 ?? null),
      contactName: known.name ?? of.name,
    },
    bulkRule(known.bulk).by,
  )
  const id = newId<OutgoingMessageId>()
  await tx
    .insertInto('outgoing_messages')
    .values({
      id,
      channel_id: of.channelId,
      conversation_id: of.conversationId,
      fingerprint,
      at: of.at,
      comment_id: of.comment,
    })
    .execute()
  return id
}
