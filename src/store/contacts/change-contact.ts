import { sql } from 'kysely'
import { fieldChanges, tagChanges, valueChange } from '../../domain/field-change.ts'
import type { ChannelId, CommentId, ContactId, ConversationId, TaskId } from '../../domain/ids.ts'
import { type Actor, auditActor, doerOf } from '../actor.ts'
import { audit } from '../audit.ts'
import { appendEvent } from '../conversation-events.ts'
import type { Tx } from '../database.ts'
import { type LiveEvent, recordLive } from '../live-events.ts'
import { newId } from '../new-id.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import { mergeFields } from '../tasks/change-task.ts'
import { findContact, isVisible } from './contact-view.ts'
import { lockConversationsOf, newestConversation } from './newest-conversation.ts'

export interface ContactChange {
  /** An employee's name for the client stands: the provider's never overwrites it. */
  name?: string | undefined
  /** Laid over what is there; null takes a field away. */
  fields?: Record<string, unknown> | undefined
  tags?: string[] | undefined
  /** No marketing. What a client agreed to before is kept, and counts again should they allow it again. */
  optedOut?: boolean | undefined
  /** They agreed to marketing, or took that back. It never ends an opt-out. */
  consent?: boolean | undefined
}

/**
 * Changes what people know of a client. A merged contact cannot be changed: the one that stands for it can.
 * Where they opt out, or in again, the feeds of their active tasks say so, as when they tell the messenger.
 *
 * A contact may have several conversations. What really changed is entered once, in the record of the one with the newest
 * message that the actor may see: there scenarios hear of it (`field.changed`, `tag.added`, `tag.removed`, `contact.opted_out`). Without a
 * conversation there is nothing to tell.
 * @returns that conversation, whose workflow must hear of it; null where nothing is told
 */
export async function changeContact(
  tx: Tx,
  actor: Actor,
  id: ContactId,
  change: ContactChange,
): Promise<Refusable<{ conversation: ConversationId | null }>> {
  const held = await lockConversationsOf(tx, [id])
  const row = await tx.selectFrom('contacts').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  if (!row) return missing('The contact')
  if (row.merged_into !== null) {
    const now = await findContact(tx, actor, id)
    if (!now) return missing('The contact')
    return refuse('conflict', 'contact_merged', 'This contact was merged into another one: change that one', {
      mergedInto: now.mergedInto,
    })
  }
  if (!(await isVisible(tx, actor, id))) return missing('The contact')

  const keys = Object.entries(change).flatMap(([key, value]) => (value === undefined ? [] : [key]))
  if (keys.length === 0) return done({ conversation: null })
  const fields = change.fields ? mergeFields(row.fields, change.fields) : row.fields
  const tags = change.tags ? [...new Set(change.tags)] : row.tags
  await tx
    .updateTable('contacts')
    .set({
      ...(change.name === undefined ? {} : { name: change.name, name_by: 'employee' as const }),
      ...(change.fields ? { fields: JSON.stringify(fields) } : {}),
      ...(change.tags ? { tags } : {}),
      ...(change.optedOut === undefined
        ? {}
        : { opted_out_at: change.optedOut ? (row.opted_out_at ?? new Date()) : null }),
      ...(change.consent === undefined ? {} : { consent_at: change.consent ? (row.consent_at ?? new Date()) : null }),
      ...(change.optedOut === undefined && change.consent === undefined
        ? {}
        : { marketing_changed_at: sql<Date>`clock_timestamp()` }),
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .execute()
  await audit(tx, {
    actor: auditActor(actor),
    action: 'contact.changed',
    subject: { kind: 'contact', id },
    detail: {
      keys,
      ...(change.optedOut === undefined ? {} : { optedOut: change.optedOut }),
      ...(change.consent === undefined ? {} : { consent: change.consent }),
      by: actor.key,
    },
  })
  const optOutChanged = change.optedOut !== undefined && change.optedOut !== (row.opted_out_at !== null)
  await recordLive(tx, [
    ...(await contactChanged(tx, [id])),
    ...(optOutChanged ? await tellTasks(tx, actor, await activeTasks(tx, id, held), change.optedOut === true) : []),
  ])
  const told = {
    changes: [
      ...(change.name === undefined ? [] : valueChange('contact.name', row.name, change.name)),
      ...fieldChanges('contact.fields', row.fields, fields),
    ],
    tags: tagChanges(row.tags, tags),
    optedOut: optOutChanged ? change.optedOut === true : null,
  }
  const isNews = told.changes.length + told.tags.added.length + told.tags.removed.length > 0 || optOutChanged
  const conversation = isNews ? await newestConversation(tx, actor, id, held) : null
  if (conversation !== null) {
    const event = { kind: 'contact.changed' as const, contact: id, ...told, doer: doerOf(actor) }
    await appendEvent(tx, conversation, event, { at: new Date() })
  }
  return done({ conversation })
}

/** The contact's active tasks in the conversations that are held. */
const activeTasks = (tx: Tx, contact: ContactId, held: readonly ConversationId[]): Promise<TaskPlace[]> =>
  tx
    .selectFrom('tasks')
    .select(['id', 'conversation_id', 'channel_id'])
    .where('requester_id', '=', contact)
    .where('active', '=', true)
    .where(sql<boolean>`conversation_id = any(${held}::uuid[])`)
    .orderBy('id')
    .execute()

interface TaskPlace {
  id: TaskId
  conversation_id: ConversationId
  channel_id: ChannelId
}

/** A line in each task's feed: what this person did. The words are those of the client's own choice. */
async function tellTasks(tx: Tx, actor: Actor, tasks: TaskPlace[], optedOut: boolean): Promise<LiveEvent[]> {
  if (tasks.length === 0) return []
  const lines = tasks.map((task) => ({
    id: newId<CommentId>(),
    task_id: task.id,
    conversation_id: task.conversation_id,
    channel_id: task.channel_id,
    author_kind: 'employee' as const,
    author_id: actor.userId,
    author_name: actor.name,
    kind: 'system' as const,
    text: optedOut ? 'The client stopped marketing messages' : 'The client allows marketing messages again',
    data: JSON.stringify({ change: 'optedOut', to: optedOut }),
    at: new Date(),
  }))
  await tx.insertInto('comments').values(lines).execute()
  return lines.map(({ id, task_id, conversation_id, channel_id }) => ({
    event: 'comment',
    data: { commentId: id, taskId: task_id, conversationId: conversation_id, channelId: channel_id },
  }))
}

/** Live updates for contacts: one for each channel on which somebody may be looking at them. */
export async function contactChanged(tx: Tx, ids: readonly ContactId[]): Promise<LiveEvent[]> {
  const rows = await tx
    .selectFrom('conversations')
    .select(['contact_id', 'channel_id'])
    .distinct()
    .where('contact_id', 'in', [...ids])
    .execute()
  const placed = new Set(rows.map(({ contact_id }) => contact_id))
  const nowhere = ids.filter((id) => !placed.has(id)).map((id) => liveContact(id, null))
  return [...rows.map(({ contact_id, channel_id }) => liveContact(contact_id, channel_id)), ...nowhere]
}

const liveContact = (contactId: ContactId | null, channelId: ChannelId | null): LiveEvent => ({
  event: 'contact',
  data: { contactId, channelId },
})
