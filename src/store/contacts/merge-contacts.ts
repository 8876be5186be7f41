import { sql } from 'kysely'
import type { ContactId, ConversationId, MergeId, TaskId } from '../../domain/ids.ts'
import { stricterChoice } from '../../domain/marketing-choice.ts'
import { type Actor, auditActor, doerOf } from '../actor.ts'
import { audit } from '../audit.ts'
import { appendEvent } from '../conversation-events.ts'
import type { Tx } from '../database.ts'
import { type LiveEvent, recordLive } from '../live-events.ts'
import { newId } from '../new-id.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import type { MergedRows } from '../schema.ts'
import { contactChanged } from './change-contact.ts'
import { chainFrom, isVisible, survivorOf } from './contact-view.ts'
import { choiceOf, partChoices, setChoice, storedChoice } from './marketing-choice.ts'
import { lockConversationsOf, newestConversation } from './newest-conversation.ts'

/**
 * Two contacts are one person: the conversations of `from`, and its tasks as their requester, go to `into`.
 * Channel and conversation of a task stay, so nothing is sent elsewhere than before (design.md, Words).
 * Of what the two want of marketing the stricter stands (src/domain/marketing-choice.ts).
 * What moved is written down, so that `unmergeContacts` can take it back.
 * Scenarios hear of it (`contact.merged`) in the conversation with the newest message, of those that the kept contact
 * has now and the actor may see.
 * @returns the merge, and that conversation, whose workflow must hear of it; null where there is none
 */
export async function mergeContacts(
  tx: Tx,
  actor: Actor,
  intoId: ContactId,
  fromId: ContactId,
): Promise<Refusable<{ merge: MergeId; conversation: ConversationId | null }>> {
  if (intoId === fromId) return refuse('invalid', 'same_contact', 'A contact cannot be merged with itself')
  await oneAtATime(tx)
  const held = await lockConversationsOf(tx, [intoId, fromId])
  const contacts = await lockContacts(tx, [intoId, fromId])
  for (const id of [intoId, fromId]) {
    const contact = contacts.get(id)
    const standsFor = contact?.merged_into ? await survivorOf(tx, id) : id
    if (!contact || !(await isVisible(tx, actor, standsFor))) return missing('The contact')
    if (contact.merged_into !== null) {
      return refuse('conflict', 'contact_merged', 'One of the contacts was merged already', {
        contactId: id,
        mergedInto: standsFor,
      })
    }
  }

  const moved = await moveConversations(tx, { from: fromId, to: intoId })
  const id = newId<MergeId>()
  const choice = await choiceOf(tx, intoId)
  await tx
    .insertInto('contact_merges')
    .values({
      id,
      into_id: intoId,
      from_id: fromId,
      moved: JSON.stringify(moved),
      merged_by: actor.userId,
      // Later than every choice that was made of the two before, which the locks have waited for.
      merged_at: sql<Date>`clock_timestamp()`,
      choice_before: storedChoice(choice),
    })
    .execute()
  await tx
    .updateTable('contacts')
    .set({ merged_into: intoId, updated_at: sql<Date>`now()` })
    .where('id', '=', fromId)
    .execute()
  await tx.updateTable('contacts').set({ updated_at: sql<Date>`now()` }).where('id', '=', intoId).execute()
  await setChoice(tx, intoId, stricterChoice(choice, await choiceOf(tx, fromId)))
  await audit(tx, {
    actor: auditActor(actor),
    action: 'contact.merged',
    subject: { kind: 'contact', id: fromId },
    detail: { mergeId: id, intoId, ...moved, by: actor.key },
  })
  await recordLive(tx, [...(await contactChanged(tx, [intoId, fromId])), ...(await tasksChanged(tx, moved.tasks))])
  const conversation = await newestConversation(tx, actor, intoId, held)
  if (conversation !== null) {
    const event = { kind: 'contact.merged' as const, contact: intoId, merged: fromId, doer: doerOf(actor) }
    await appendEvent(tx, conversation, event, { at: new Date() })
  }
  return done({ merge: id, conversation })
}

/**
 * Takes a merge back: its conversations return, with all tasks that were opened in them since. In any order: where the
 * other contact was itself merged further, they return from wherever they are, and no later undoing takes them away again.
 * Each wants of marketing what it wanted before, unless it was decided anew in between (`partChoices`).
 */
export async function unmergeContacts(
  tx: Tx,
  actor: Actor,
  id: MergeId,
): Promise<Refusable<{ contact: ContactId; into: ContactId }>> {
  await oneAtATime(tx)
  const merge = await tx.selectFrom('contact_merges').selectAll().where('id', '=', id).executeTakeFirst()
  if (!merge) return missing('The merge')
  await lockConversations(tx, merge.moved.conversations)
  const chain = await chainFrom(tx, merge.into_id)
  const holder = chain.at(-1) ?? merge.into_id
  await lockContacts(tx, [merge.from_id, ...chain])
  if (!(await isVisible(tx, actor, merge.undone_at === null ? holder : await survivorOf(tx, merge.from_id)))) {
    return missing('The merge')
  }
  if (merge.undone_at !== null) return refuse('conflict', 'merge_undone', 'This merge was taken back already')

  const moved = await moveConversations(tx, { from: holder, to: merge.from_id, only: merge.moved.conversations })
  await forgetInLaterMerges(tx, merge.into_id, moved)
  await partChoices(tx, merge)
  await tx.updateTable('contact_merges').set({ undone_at: sql<Date>`now()` }).where('id', '=', id).execute()
  await tx
    .updateTable('contacts')
    .set({ merged_into: null, updated_at: sql<Date>`now()` })
    .where('id', '=', merge.from_id)
    .execute()
  await audit(tx, {
    actor: auditActor(actor),
    action: 'contact.unmerged',
    subject: { kind: 'contact', id: merge.from_id },
    detail: { mergeId: id, intoId: merge.into_id, heldBy: holder, ...moved, by: actor.key },
  })
  await recordLive(tx, [
    ...(await contactChanged(tx, [merge.from_id, holder])),
    ...(await tasksChanged(tx, moved.tasks)),
  ])
  return done({ contact: merge.from_id, into: holder })
}

/** Moves conversations (all, or only the named ones) and the requester of their tasks from one contact to another. */
async function moveConversations(
  tx: Tx,
  { from, to, only }: { from: ContactId; to: ContactId; only?: ConversationId[] },
): Promise<MergedRows> {
  const conversations = await tx
    .updateTable('conversations')
    .set({ contact_id: to })
    .where('contact_id', '=', from)
    .$if(only !== undefined, (query) => query.where(sql<boolean>`id = any(${only ?? []}::uuid[])`))
    .returning('id')
    .execute()
  const ids = conversations.map((row) => row.id)
  const tasks = await tx
    .updateTable('tasks')
    .set({ requester_id: to })
    .where('requester_id', '=', from)
    .where(sql<boolean>`conversation_id = any(${ids}::uuid[])`)
    .returning('id')
    .execute()
  return { conversations: ids, tasks: tasks.map((row) => row.id) }
}

/** What went home must not be carried off when a later merge, which had taken it along, is taken back in its turn. */
async function forgetInLaterMerges(tx: Tx, from: ContactId, moved: MergedRows): Promise<void> {
  const { rows } = await sql<{ id: MergeId; moved: MergedRows }>`
    with recursive later as (
      select id, into_id, moved from contact_merges where from_id = ${from} and undone_at is null
      union all
      select m.id, m.into_id, m.moved from contact_merges m join later on m.from_id = later.into_id
        where m.undone_at is null
    ) select id, moved from later`.execute(tx)
  for (const later of rows) {
    const kept: MergedRows = {
      conversations: later.moved.conversations.filter((id) => !moved.conversations.includes(id)),
      tasks: later.moved.tasks.filter((id) => !moved.tasks.includes(id)),
    }
    await tx
      .updateTable('contact_merges')
      .set({ moved: JSON.stringify(kept) })
      .where('id', '=', later.id)
      .execute()
  }
}

/** Merges are rare, and each depends on where the others have led: they wait for one another. */
async function oneAtATime(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('contact-merges', 0))`.execute(tx)
}

async function lockConversations(tx: Tx, ids: readonly ConversationId[]): Promise<void> {
  if (ids.length === 0) return
  await tx
    .selectFrom('conversations')
    .select('id')
    .where('id', 'in', [...ids])
    .orderBy('id')
    .forUpdate()
    .execute()
}

async function lockContacts(tx: Tx, ids: readonly ContactId[]) {
  const rows = await tx
    .selectFrom('contacts')
    .select(['id', 'merged_into'])
    .where('id', 'in', [...new Set(ids)])
    .orderBy('id')
    .forUpdate()
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

async function tasksChanged(tx: Tx, ids: readonly TaskId[]): Promise<LiveEvent[]> {
  if (ids.length === 0) return []
  const rows = await tx
    .selectFrom('tasks')
    .select(['id', 'conversation_id', 'channel_id', 'requester_id'])
    .where('id', 'in', [...ids])
    .execute()
  return rows.map((row) => ({
    event: 'task',
    data: {
      taskId: row.id,
      conversationId: row.conversation_id,
      channelId: row.channel_id,
      contactId: row.requester_id,
    },
  }))
}
