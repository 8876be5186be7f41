import { type RawBuilder, type Selectable, type SqlBool, sql } from 'kysely'
import type { DeliveryState } from '../../domain/delivery-state.ts'
import { displayFileName } from '../../domain/file-name.ts'
import { furthestBehind } from '../../domain/furthest-behind.ts'
import type {
  AttachmentId,
  CommentId,
  ContactId,
  ConversationId,
  DeliveryId,
  ProviderMessageId,
  TaskId,
  UserId,
} from '../../domain/ids.ts'
import type { MessageKind } from '../../domain/message.ts'
import { type Actor, maySee } from '../actor.ts'
import type { Db, Tx } from '../database.ts'
import type { AuthorKind, CommentsTable } from '../schema.ts'

/** An entry of a feed as people see it (contract.md, `GET /api/tasks/:id/comments`). */
export interface CommentView {
  id: CommentId
  /** null: held by the bulk rule, or not placed yet */
  taskId: TaskId | null
  conversationId: ConversationId
  author: { kind: AuthorKind; id: string | null; name: string }
  /** Null for people once the message was deleted; what it said is in its revisions. */
  text: string | null
  kind: MessageKind
  data: Record<string, unknown>
  attachments: AttachmentView[]
  reactions: { emoji: string; by: 'contact' | 'phone_app'; at: Date }[]
  editedAt: Date | null
  deletedAt: Date | null
  replyTo: CommentId | null
  notified: ({ kind: 'contact'; id: ContactId } | { kind: 'employee'; id: UserId })[]
  deliveries: DeliveryPart[]
  /** The part that is furthest behind. */
  delivery: DeliveryPart | null
  bulk: boolean
  at: Date
}

export interface AttachmentView {
  id: AttachmentId
  name: string
  mime: string
  size: number | null
  state: 'pending' | 'stored' | 'failed'
  errorCode: string | null
}

export interface DeliveryPart {
  id: DeliveryId
  state: DeliveryState
  providerMessageId: ProviderMessageId | null
  errorCode: string | null
  errorDetail: string | null
  parked: string | null
  /** an employee can take it back until then; null: it is not held */
  holdUntil: Date | null
  maybeTwice: boolean
}

export interface FeedPage {
  /** Position of the last entry of the page before. */
  after: number | null
  limit: number
  order: 'oldest' | 'newest'
  /** An entry of the feed, or a moment: the page begins with it, or with the first entry since. */
  from: CommentId | Date | null
  /** only these; null: all */
  show: FeedPart | null
}

/** `messages`: from and to the client; `internal`: what people say among themselves; `events`: what happened to the task. */
export const FEED_PARTS = ['messages', 'internal', 'events'] as const
export type FeedPart = (typeof FEED_PARTS)[number]

const PARTS: Record<FeedPart, RawBuilder<SqlBool>> = {
  messages: sql`(kind <> 'system' and (notifies_contact or author_kind in ('contact', 'phone_app')))`,
  internal: sql`(kind <> 'system' and not notifies_contact and author_kind not in ('contact', 'phone_app'))`,
  events: sql`kind = 'system'`,
}

/**
 * A task's feed, in a constant number of queries.
 * @returns null where there is no such task or no such entry to begin with, or where the actor may not see it
 */
export async function listComments(
  db: Db,
  actor: Pick<Actor, 'channelIds'>,
  task: TaskId,
  page: FeedPage,
): Promise<{ comments: CommentView[]; next: number | null } | null> {
  const place = await findPlace(db, task)
  if (!place || !maySee(actor, place.channel_id)) return null
  const oldest = page.order === 'oldest'
  const from = page.from === null ? null : await findPosition(db, task, page.from)
  if (page.from instanceof Date && from === null) return { comments: [], next: null }
  if (page.from !== null && from === null) return null
  const rows = await db
    .selectFrom('comments')
    .selectAll()
    .where('task_id', '=', task)
    .$if(page.after !== null, (query) => query.where('position', oldest ? '>' : '<', page.after ?? 0))
    .$if(from !== null, (query) => query.where('position', oldest ? '>=' : '<=', from ?? 0))
    .$if(page.show !== null, (query) => query.where(PARTS[page.show ?? 'messages']))
    .orderBy('position', oldest ? 'asc' : 'desc')
    .limit(page.limit + 1)
    .execute()
  const shown = rows.slice(0, page.limit)
  const last = shown.at(-1)
  return {
    comments: await withParts(db, shown, place.contact_id),
    next: rows.length > page.limit && last ? last.position : null,
  }
}

/** Null where the entry is not in this feed (any more), or where nothing came since that moment. */
async function findPosition(db: Db, task: TaskId, from: CommentId | Date): Promise<number | null> {
  const row = await db
    .selectFrom('comments')
    .select('position')
    .where('task_id', '=', task)
    .$if(from instanceof Date, (query) => query.where('at', '>=', from as Date))
    .$if(!(from instanceof Date), (query) => query.where('id', '=', from as CommentId))
    .orderBy('position')
    .executeTakeFirst()
  return row?.position ?? null
}

/** One entry, right after it was written. */
export async function loadComment(tx: Tx, id: CommentId): Promise<CommentView> {
  const row = await tx.selectFrom('comments').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const place = row.task_id && (await findPlace(tx, row.task_id))
  const [comment] = place ? await withParts(tx, [row], place.contact_id) : []
  if (!comment) throw new Error(`comment ${id} belongs to no task`)
  return comment
}

function findPlace(db: Db | Tx, task: TaskId) {
  return db
    .selectFrom('tasks as t')
    .innerJoin('conversations as c', 'c.id', 't.conversation_id')
    .select(['t.channel_id', sql<ContactId>`coalesce(c.contact_id, t.requester_id)`.as('contact_id')])
    .where('t.id', '=', task)
    .executeTakeFirst()
}

async function withParts(
  db: Db | Tx,
  rows: readonly Selectable<CommentsTable>[],
  contact: ContactId,
): Promise<CommentView[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  // One after the other: inside a transaction there is one connection only.
  const attachments = await db
    .selectFrom('attachments')
    .select(['id', 'comment_id', 'name', 'mime', 'size', 'state', 'error_code'])
    .where('comment_id', 'in', ids)
    .orderBy('ordinal')
    .orderBy('id')
    .execute()
  const reactions = await db
    .selectFrom('reactions')
    .selectAll()
    .where('comment_id', 'in', ids)
    .where('emoji', 'is not', null)
    .orderBy('at')
    .execute()
  const deliveries = await db
    .selectFrom('deliveries')
    .select(['id', 'comment_id', 'state', 'provider_message_id', 'error_code', 'error_detail', 'parked'])
    .select(['hold_until', 'maybe_twice'])
    .where('comment_id', 'in', ids)
    .orderBy('ordinal')
    .execute()
  const attachmentsOf = byComment(attachments)
  const reactionsOf = byComment(reactions)
  const deliveriesOf = byComment(deliveries)

  return rows.map((row) => {
    const deleted = row.deleted_at !== null
    const parts = (deliveriesOf.get(row.id) ?? []).map((part) => ({
      id: part.id,
      state: part.state,
      providerMessageId: part.provider_message_id,
      errorCode: part.error_code,
      errorDetail: part.error_detail,
      parked: part.parked,
      holdUntil: part.state === 'queued' ? part.hold_until : null,
      maybeTwice: part.maybe_twice,
    }))
    return {
      id: row.id,
      taskId: row.task_id,
      conversationId: row.conversation_id,
      author: { kind: row.author_kind, id: row.author_id, name: row.author_name },
      text: deleted ? null : row.text,
      kind: row.kind,
      data: deleted ? {} : row.data,
      attachments: deleted
        ? []
        : (attachmentsOf.get(row.id) ?? []).map((file) => ({
            id: file.id,
            name: displayFileName(file.name),
            mime: file.mime,
            size: file.size,
            state: file.state,
            errorCode: file.error_code,
          })),
      reactions: (reactionsOf.get(row.id) ?? []).flatMap(({ emoji, by, at }) => (emoji ? [{ emoji, by, at }] : [])),
      editedAt: row.edited_at,
      deletedAt: row.deleted_at,
      replyTo: row.reply_to,
      notified: [
        ...(row.notifies_contact ? [{ kind: 'contact' as const, id: contact }] : []),
        ...row.notified_user_ids.map((id) => ({ kind: 'employee' as const, id })),
      ],
      deliveries: parts,
      delivery: furthestBehind(parts),
      bulk: row.bulk,
      at: row.at,
    }
  })
}

function byComment<Row extends { comment_id: CommentId | null }>(rows: readonly Row[]): Map<CommentId, Row[]> {
  const groups = new Map<CommentId, Row[]>()
  for (const row of rows) {
    if (row.comment_id === null) continue
    const group = groups.get(row.comment_id)
    if (group) group.push(row)
    else groups.set(row.comment_id, [row])
  }
  return groups
}
