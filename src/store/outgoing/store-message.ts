import type {
  ChannelId,
  CommentId,
  ConversationId,
  DeliveryId,
  ProviderMessageId,
  TaskId,
  UserId,
} from '../../domain/ids.ts'
import { type Actor, feedAuthor } from '../actor.ts'
import type { Tx } from '../database.ts'
import { newId } from '../new-id.ts'
import type { ComposedMessage } from './compose-message.ts'
import { giveFiles } from './files.ts'
import { queueDeliveries, type SendingManner, type WaitingRun } from './queue-deliveries.ts'

export interface MessagePlace {
  /** null: it has no task yet */
  task: TaskId | null
  conversation: ConversationId
  channel: ChannelId
  notifiesContact: boolean
  notified?: readonly UserId[]
  quoted?: ProviderMessageId | null
  replyTo?: CommentId | null
  /** the run that waits to hear how it fares */
  run?: WaitingRun
  manner?: SendingManner
  at: Date
}

/** Stores what an employee, a token or a scenario wrote: the comment, its files, and the messages that it becomes. */
export async function storeMessage(
  tx: Tx,
  actor: Actor,
  composed: ComposedMessage,
  place: MessagePlace,
): Promise<{ comment: CommentId; deliveries: DeliveryId[] }> {
  const comment = newId<CommentId>()
  await tx
    .insertInto('comments')
    .values({
      id: comment,
      task_id: place.task,
      conversation_id: place.conversation,
      channel_id: place.channel,
      ...feedAuthor(actor),
      kind: composed.kind,
      text: composed.text,
      data: JSON.stringify(composed.data),
      quoted_provider_id: place.quoted ?? null,
      reply_to: place.replyTo ?? null,
      notifies_contact: place.notifiesContact,
      notified_user_ids: [...(place.notified ?? [])],
      at: place.at,
    })
    .execute()
  await giveFiles(tx, composed.files, { comment, channelId: place.channel })
  const deliveries = await queueDeliveries(tx, composed.deliveries, {
    conversationId: place.conversation,
    channelId: place.channel,
    comment,
    parked: composed.parked,
    ...(place.run && { run: place.run }),
    ...(place.manner && { manner: place.manner }),
  })
  return { comment, deliveries }
}
