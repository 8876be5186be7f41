import { sql } from 'kysely'
import { cleanName, clientName } from '../../domain/client-name.ts'
import type { ClientProfile, IdentityValue } from '../../domain/conversation-event.ts'
import type { ChannelId, CommentId, ContactId, ConversationId, TaskId } from '../../domain/ids.ts'
import { taskTitle } from '../../domain/task.ts'
import { lockConversation } from '../conversation-events.ts'
import { type Database, type Db, inTransaction, type Tx } from '../database.ts'
import { type LiveEvent, recordLive } from '../live-events.ts'

/** A provider that names clients only on request is asked again after so long: people rename themselves. */
const FRESH = sql`now() - interval '7 days'`
const COMMENTS_AT_ONCE = 20

/** What is to be asked of a provider about one conversation. */
export interface LookUp {
  channelId: ChannelId
  /** null: the client is known */
  names: IdentityValue[] | null
  /** Posts that were commented on, whose address is not known. */
  posts: { comment: CommentId; postId: string }[]
}

/** Is there anything to ask about this conversation? */
export async function wantsLookUp(tx: Tx, conversation: ConversationId): Promise<boolean> {
  const { rows } = await sql`
    select from identities i where i.conversation_id = ${conversation} and i.retired_at is null
      and coalesce(i.looked_up_at < ${FRESH}, true)
    union all
    select from comments m where ${withoutLink(conversation)}
    limit 1`.execute(tx)
  return rows.length > 0
}

const withoutLink = (
  conversation: ConversationId,
) => sql`m.conversation_id = ${conversation} and m.data ? 'publicComment'
  and m.data -> 'publicComment' ->> 'postId' is not null and not m.data ? 'link' and m.deleted_at is null
  and m.stored_at > now() - interval '1 hour'`

export async function loadLookUp(db: Db, conversation: ConversationId): Promise<LookUp | null> {
  const found = await db
    .selectFrom('conversations')
    .select('channel_id')
    .where('id', '=', conversation)
    .executeTakeFirst()
  if (!found) return null
  const names = await db
    .selectFrom('identities')
    .select(['kind', 'value', sql<boolean>`coalesce(looked_up_at < ${FRESH}, true)`.as('isDue')])
    .where('conversation_id', '=', conversation)
    .where('retired_at', 'is', null)
    .execute()
  const { rows: posts } = await sql<LookUp['posts'][number]>`
    select m.id as comment, m.data -> 'publicComment' ->> 'postId' as "postId" from comments m
    where ${withoutLink(conversation)} order by m.stored_at desc limit ${COMMENTS_AT_ONCE}`.execute(db)
  return {
    channelId: found.channel_id,
    names: names.some(({ isDue }) => isDue) ? names.map(({ kind, value }) => ({ kind, value })) : null,
    posts,
  }
}

/**
 * The client has a name now (M8): the contact gets it unless an employee named them, and so do what already stands in
 * the stand-in's name, the titles of tasks and the entries of the feed.
 */
export async function recordProfile(
  { db }: Database,
  conversation: ConversationId,
  profile: ClientProfile,
): Promise<void> {
  await inTransaction(db, async (tx) => {
    const place = await lockConversation(tx, conversation)
    if (!place) return
    const username = profile.username ? cleanName(profile.username) : ''
    await tx
      .updateTable('identities')
      .set({ label: username === '' ? null : `@${username}`, looked_up_at: sql<Date>`now()` })
      .where('conversation_id', '=', conversation)
      .where('retired_at', 'is', null)
      .execute()
    const live: LiveEvent[] = []
    if (place.contact_id) {
      await rename(tx, { contact: place.contact_id, conversation, channel: place.channel_id }, profile, live)
    }
    await recordLive(tx, live)
  })
}

async function rename(
  tx: Tx,
  of: { contact: ContactId; conversation: ConversationId; channel: ChannelId },
  profile: ClientProfile,
  live: LiveEvent[],
): Promise<void> {
  const contact = await tx
    .selectFrom('contacts')
    .select(['name', 'name_by', 'phone'])
    .where('id', '=', of.contact)
    .forNoKeyUpdate()
    .executeTakeFirst()
  live.push({ event: 'contact', data: { contactId: of.contact, channelId: of.channel } })
  const standIn = clientName(null, [])
  const name = clientName(profile, [])
  if (contact?.name_by !== 'provider' || name === standIn || name === contact.name) return
  // A person of another channel keeps the name that they have there.
  if (contact.phone !== null && contact.name !== standIn) return
  await tx.updateTable('contacts').set({ name, updated_at: new Date() }).where('id', '=', of.contact).execute()
  await retitle(tx, of, contact.name, name, live)
  const entries = await tx
    .updateTable('comments')
    .set({ author_name: name })
    .where('conversation_id', '=', of.conversation)
    .where('task_id', 'in', (query) =>
      query.selectFrom('tasks as t').select('t.id').where('t.conversation_id', '=', of.conversation),
    )
    .where('author_kind', '=', 'contact')
    .where('author_name', '=', standIn)
    .returning(['id', 'task_id'])
    .execute()
  for (const { id, task_id } of entries.slice(-COMMENTS_AT_ONCE)) {
    live.push({
      event: 'comment',
      data: { commentId: id, taskId: task_id, conversationId: of.conversation, channelId: of.channel },
    })
  }
}

/** Only titles that the template made of the old name: what a person wrote stays. */
async function retitle(
  tx: Tx,
  of: { contact: ContactId; conversation: ConversationId; channel: ChannelId },
  before: string,
  after: string,
  live: LiveEvent[],
): Promise<void> {
  const tasks = await tx
    .selectFrom('tasks as t')
    .innerJoin('channels as ch', 'ch.id', 't.channel_id')
    .leftJoin('task_templates as tt', 'tt.id', 't.template_id')
    .select(['t.id', 't.title', 'ch.name as channel', 'tt.title_pattern as pattern'])
    .where('t.conversation_id', '=', of.conversation)
    .where('t.requester_id', '=', of.contact)
    .execute()
  for (const { id, title, channel, pattern } of tasks) {
    const titled = (contact: string) => taskTitle(pattern ?? '{contact}', { contact, phone: null, channel })
    if (title !== titled(before)) continue
    await setTitle(tx, id, titled(after))
    live.push({
      event: 'task',
      data: { taskId: id, conversationId: of.conversation, channelId: of.channel, contactId: of.contact },
    })
  }
}

async function setTitle(tx: Tx, task: TaskId, title: string): Promise<void> {
  await tx.updateTable('tasks').set({ title, updated_at: sql<Date>`now()` }).where('id', '=', task).execute()
}

/** Where people see the post of a comment; '' where the provider does not say: then it is not asked again. */
export async function recordPostLink(db: Db, comment: CommentId, link: string | null): Promise<void> {
  await inTransaction(db, async (tx) => {
    const row = await tx
      .updateTable('comments')
      .set({ data: sql<string>`data || jsonb_build_object('link', ${link}::text)` })
      .where('id', '=', comment)
      .returning(['task_id', 'conversation_id', 'channel_id'])
      .executeTakeFirst()
    if (!row) return
    await recordLive(tx, [
      {
        event: 'comment',
        data: {
          commentId: comment,
          taskId: row.task_id,
          conversationId: row.conversation_id,
          channelId: row.channel_id,
        },
      },
    ])
  })
}
