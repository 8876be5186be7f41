import { sql } from 'kysely'
import { cleanName } from '../../domain/client-name.ts'
import type { ChannelId, CommentId, ConversationId, DeliveryId, TaskId, TaskTemplateId } from '../../domain/ids.ts'
import type { TemplateChoice } from '../../domain/template/template.ts'
import { type Actor, auditActor } from '../actor.ts'
import { audit } from '../audit.ts'
import { appendEvent } from '../conversation-events.ts'
import type { Tx } from '../database.ts'
import type { SendRulesOf } from '../deliveries/gate.ts'
import { type LiveEvent, recordLive } from '../live-events.ts'
import { done, missing, type Refusable } from '../refusal.ts'
import { loadConversationState } from '../steps/conversation-state.ts'
import { meetContact, taskForMessage } from '../steps/first-contact.ts'
import { refreshInbox } from '../tasks/refresh-inbox.ts'
import { composeMessage } from './compose-message.ts'
import { reachClient } from './reach-client.ts'
import { storeMessage } from './store-message.ts'

export interface FirstMessage {
  channelId: ChannelId
  /** a phone number with its country code */
  to: string
  template: TemplateChoice
  /** for the task, if one is opened; null: the channel's */
  taskTemplateId: TaskTemplateId | null
  /** how the client is called, if they are not known yet */
  contactName: string | null
}

export interface WrittenFirst {
  task: TaskId
  conversation: ConversationId
  comment: CommentId
  delivery: DeliveryId
}

/**
 * An employee writes to somebody by phone number, with a template (M14, M15): the contact, the task and the comment are
 * there at once, in one transaction under the conversation's lock; its workflow then sends the message. A person meant
 * this one client, so it does not count for the bulk rule (docs/decisions).
 */
export async function writeFirst(
  tx: Tx,
  actor: Actor,
  first: FirstMessage,
  rulesOf: SendRulesOf,
): Promise<Refusable<WrittenFirst>> {
  if (first.taskTemplateId !== null && !(await taskTemplateExists(tx, first.taskTemplateId))) {
    return missing('The task template')
  }
  const reached = await reachClient(tx, actor, first.channelId, first.to)
  if (reached.refused) return reached
  const { conversation, lock } = reached.value
  const draft = { text: null, attachmentIds: [], template: first.template }
  const composed = await composeMessage(tx, actor, lock, draft, null, rulesOf)
  if (composed.refused) return composed
  const state = await loadConversationState(tx, conversation)
  if (!state || composed.value.deliveries.length !== 1) {
    throw new Error('a template is one message of a known conversation')
  }

  const live: LiveEvent[] = []
  const isNew = state.contact === null
  const contact = await meetContact(tx, state, isNew ? { name: first.contactName, username: null } : null, live, 'us')
  // Whoever is known on another channel keeps the name that they have there.
  if (isNew && first.contactName && contact.name === cleanName(first.contactName)) await nameByEmployee(tx, contact.id)
  const task = await taskForMessage(tx, state, live, { openedBy: 'employee', templateId: first.taskTemplateId })
  const at = new Date()
  const { comment, deliveries } = await storeMessage(tx, actor, composed.value, {
    task,
    conversation,
    channel: first.channelId,
    notifiesContact: true,
    at,
  })
  await refreshInbox(tx, task)
  await tx
    .updateTable('conversations')
    .set({ contact_id: contact.id, task_id: task, last_author: 'employee' })
    .where('id', '=', conversation)
    .execute()
  await appendEvent(tx, conversation, { kind: 'comment.added', comment, task, by: actor.userId, deliveries }, { at })
  await audit(tx, {
    actor: auditActor(actor),
    action: 'conversation.written_first',
    subject: { kind: 'task', id: task },
    detail: { conversationId: conversation, commentId: comment, deliveries, by: actor.key },
  })
  await recordLive(tx, [
    ...live,
    {
      event: 'comment',
      data: { commentId: comment, taskId: task, conversationId: conversation, channelId: first.channelId },
    },
  ])
  const [delivery] = deliveries
  if (!delivery) throw new Error('a delivery was not stored')
  return done({ task, conversation, comment, delivery })
}

async function taskTemplateExists(tx: Tx, id: TaskTemplateId): Promise<boolean> {
  return (await tx.selectFrom('task_templates').select('id').where('id', '=', id).executeTakeFirst()) !== undefined
}

/** The provider's name for the client must not take its place. */
async function nameByEmployee(tx: Tx, contact: string): Promise<void> {
  await sql`update contacts set name_by = 'employee' where id = ${contact}`.execute(tx)
}
