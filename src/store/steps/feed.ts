import { sql } from 'kysely'
import { standBefore } from '../../domain/feed-place.ts'
import type { AttachmentId, CommentId, ConversationId, ProviderMessageId, TaskId } from '../../domain/ids.ts'
import type { ArrivedMessage, MessageContent } from '../../domain/message.ts'
import type { Tx } from '../database.ts'
import { newId } from '../new-id.ts'
import type { AuthorKind } from '../schema.ts'
import type { ConversationState, RecordedEvent } from './conversation-state.ts'

export interface FeedAuthor {
  kind: AuthorKind
  id: string | null
  name: string
}

/** Where an entry stands. */
export interface FeedSpot {
  /** null: held, in no feed yet */
  task: TaskId | null
  /** null: the end of the feed */
  position: number | null
}

/**
 * Puts an arrived message into a task's feed, with a place for its file.
 * @param extra what the API's `data` says besides
 * @returns null where this message id is in a feed already (P2)
 */
export async function addMessage(
  tx: Tx,
  state: ConversationState,
  spot: FeedSpot,
  author: FeedAuthor,
  message: ArrivedMessage,
  event: RecordedEvent,
  extra: Record<string, unknown> = {},
): Promise<{ comment: CommentId; files: AttachmentId[] } | null> {
  const { content, context } = message
  const quoted = context.quoted
  const inserted = await tx
    .insertInto('comments')
    .values({
      id: newId<CommentId>(),
      task_id: spot.task,
      conversation_id: state.id,
      channel_id: state.channel.id,
      ...(spot.position === null
        ? {}
        : { position: spot.position, arrived: sql<number>`nextval('comment_positions')` }),
      author_kind: author.kind,
      author_id: author.id,
      author_name: author.name,
      kind: content.kind,
      text: content.text,
      data: JSON.stringify({ ...commentData(message), ...extra }),
      provider_message_id: message.id,
      quoted_provider_id: quoted,
      reply_to: quoted ? await findCommentByProviderId(tx, state, quoted) : null,
      bulk: spot.task === null,
      provider_at: event.at,
      at: event.at,
    })
    .onConflict((oc) =>
      oc.columns(['channel_id', 'provider_message_id']).where('provider_message_id', 'is not', null).doNothing(),
    )
    .returning('id')
    .executeTakeFirst()
  if (!inserted) return null
  if (spot.task !== null) state.inbox.feeds.add(spot.task)
  return { comment: inserted.id, files: await addClientFiles(tx, state, inserted.id, content) }
}

/** The API's `data`: what is not text, and what rode on the message. */
function commentData({ content, context, publicComment }: ArrivedMessage): Record<string, unknown> {
  return {
    ...content.data,
    ...(publicComment ? { publicComment } : {}),
    ...(context.forwarded === 'no' ? {} : { forwarded: context.forwarded }),
    ...(context.referral ? { referral: context.referral } : {}),
    ...(context.product ? { product: context.product } : {}),
  }
}

/** The place of a client's message that others have overtaken; null: the end of the feed (src/domain/feed-place.ts). */
export async function placeInFeed(
  tx: Tx,
  state: ConversationState,
  task: TaskId,
  event: RecordedEvent,
): Promise<number | null> {
  if (!state.lastInAt || event.at >= state.lastInAt) return null
  const later = await tx
    .selectFrom('comments')
    .select(['position', 'provider_at', 'stored_at'])
    .where('task_id', '=', task)
    .where('author_kind', '=', 'contact')
    .where('provider_at', '>', event.at)
    .orderBy('position')
    .execute()
  const next = standBefore(
    later.map((row) => ({
      position: row.position,
      at: row.provider_at?.getTime() ?? 0,
      storedAt: row.stored_at.getTime(),
    })),
    event.receivedAt.getTime(),
  )
  if (!next) return null
  const previous = await tx
    .selectFrom('comments')
    .select(({ fn }) => fn.max('position').as('position'))
    .where('task_id', '=', task)
    .where('position', '<', next.position)
    .executeTakeFirst()
  return ((previous?.position ?? next.position - 1) + next.position) / 2
}

/** A place for each file, in the order of the message. */
async function addClientFiles(tx: Tx, state: ConversationState, comment: CommentId, content: MessageContent) {
  const first = content.media ? [{ kind: content.kind, media: content.media }] : []
  const files = [...first, ...(content.moreMedia ?? [])].map(({ kind, media }, ordinal) => ({
    id: newId<AttachmentId>(),
    comment_id: comment,
    ordinal,
    channel_id: state.channel.id,
    name: media.fileName ?? kind,
    mime: media.mime,
    state: 'pending' as const,
    provider_media_id: media.mediaId,
    declared_sha256: media.sha256,
  }))
  if (files.length > 0) await tx.insertInto('attachments').values(files).execute()
  return files.map(({ id }) => id)
}

/** A line of the system's own in the feed: what happened, for people to read. */
export async function addSystemComment(
  tx: Tx,
  state: ConversationState,
  task: TaskId,
  text: string,
  data: Record<string, unknown>,
): Promise<CommentId> {
  const id = newId<CommentId>()
  await tx
    .insertInto('comments')
    .values({
      id,
      task_id: task,
      conversation_id: state.id,
      channel_id: state.channel.id,
      author_kind: 'system',
      author_id: null,
      author_name: 'Parley',
      kind: 'system',
      text,
      data: JSON.stringify(data),
    })
    .execute()
  return id
}

/** The entry that a provider's message id stands for: a message that arrived, or one of ours that was delivered. */
export async function findCommentByProviderId(
  tx: Tx,
  state: ConversationState,
  message: ProviderMessageId,
): Promise<CommentId | null> {
  const { rows } = await sql<{ id: CommentId }>`
    select id from comments
      where channel_id = ${state.channel.id} and provider_message_id = ${message} and conversation_id = ${state.id}
    union all
    select comment_id from deliveries
      where channel_id = ${state.channel.id} and provider_message_id = ${message} and conversation_id = ${state.id}
    limit 1`.execute(tx)
  return rows[0]?.id ?? null
}

/**
 * A comment is in the feed from the moment it was written, the client's messages once they are worked off. Where those
 * that came first are worked off later (a worker was away), the comment moves behind them, and before the comments that
 * were written after it and stand behind them already: the order of the feed is the order of the record (P5).
 * @param seq the event that tells of the comment
 */
export async function standAfterWhatCameBefore(
  tx: Tx,
  conversation: ConversationId,
  comment: CommentId,
  seq: number,
): Promise<void> {
  await sql`
    with moved as (
      select m.id, m.task_id, max(earlier.position) as behind
      from comments m join comments earlier on earlier.task_id = m.task_id and earlier.position > m.position
      where m.id = ${comment} and earlier.author_kind in ('contact', 'phone_app')
      group by m.id
    ), next as (
      select min(c.position) as position
      from moved
      join conversation_events e on e.conversation_id = ${conversation} and e.seq > ${seq} and e.kind = 'comment.added'
      join comments c on c.id = (e.payload ->> 'comment')::uuid and c.task_id = moved.task_id
      where c.position > moved.behind
    )
    update comments m set position = coalesce((
      select (max(before.position) + next.position) / 2 from comments before
      where before.task_id = moved.task_id and before.position < next.position
    ), nextval('comment_positions'))
    from moved, next where m.id = moved.id`.execute(tx)
}
