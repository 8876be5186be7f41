import { sql } from 'kysely'
import type { IdentityValue } from '../../domain/conversation-event.ts'
import type { DeliveryBody } from '../../domain/delivery.ts'
import type { DeliveryState } from '../../domain/delivery-state.ts'
import type {
  AttachmentId,
  ChannelId,
  CommentId,
  ConversationId,
  DeliveryId,
  ProviderMessageId,
  RunId,
  TaskId,
} from '../../domain/ids.ts'
import type { SendRestriction } from '../../domain/send-restriction.ts'
import type { Db } from '../database.ts'
import type { ChannelState } from '../schema.ts'

/** One message that waits to leave, with all that the sender needs to know. */
export interface SendOrder {
  deliveryId: DeliveryId
  commentId: CommentId
  taskId: TaskId | null
  conversationId: ConversationId
  channelId: ChannelId
  state: DeliveryState
  /** whether its channel may send now: what stopped it a moment ago counts */
  channel: { state: ChannelState; restrictions: SendRestriction[] }
  parked: string | null
  /** an employee can still take it back */
  held: boolean
  /** sent again where nobody can say whether it left */
  atLeastOnce: boolean
  body: DeliveryBody
  quoted: ProviderMessageId | null
  /** milliseconds until the moment that pacing gave it; null: it has none, or has missed it */
  slotInMs: number | null
  lastInAt: Date | null
  /** when this was read, by the database's clock, which all workers share */
  now: Date
  recipient: IdentityValue[]
  file: OrderedFile | null
  /** the status of the template that it sends, as known now; null: no template, or one that is gone */
  templateStatus: string | null
  /** the client stopped marketing messages */
  optedOut: boolean
  /** the effect of a run that waits to hear of it */
  run: { id: RunId; step: string; number: number } | null
}

export interface OrderedFile {
  id: AttachmentId
  /** under which its bytes are in the file store */
  content: AttachmentId
  name: string
  mime: string
  size: number
  /** the provider's id of it, if it was uploaded for this channel and is still kept there */
  uploadedMediaId: string | null
}

/** Uploads are kept for 30 days (reference §6); a day earlier they are made again. */
const UPLOAD_LIVES_MS = 29 * 24 * 3600_000

/** A moment that passed so long ago (its worker was away, its channel paused) is taken anew: others missed theirs, too. */
const SLOT_LIVES_MS = 5_000

/** Reads an order without locking anything. null: there is no such delivery. */
export async function loadSendOrder(db: Db, delivery: DeliveryId): Promise<SendOrder | null> {
  const row = await db
    .selectFrom('deliveries as d')
    .innerJoin('comments as m', 'm.id', 'd.comment_id')
    .innerJoin('conversations as c', 'c.id', 'd.conversation_id')
    .innerJoin('channels as ch', 'ch.id', 'd.channel_id')
    .leftJoin('contacts as ct', 'ct.id', 'c.contact_id')
    .select([
      'd.id',
      'd.comment_id',
      'd.conversation_id',
      'd.channel_id',
      'd.state',
      'd.parked',
      'd.hold_until',
      'd.at_least_once',
      'd.body',
      'd.quoted_provider_id',
      'd.run_id',
      'd.run_step',
      'd.run_effect',
      sql<number | null>`(extract(epoch from d.slot_at - clock_timestamp()) * 1000)::float8`.as('slot_in_ms'),
      sql<Date>`clock_timestamp()`.as('now'),
    ])
    .select(['m.task_id', 'c.last_in_at', 'ct.opted_out_at', 'ch.state as channel_state', 'ch.restrictions'])
    .where('d.id', '=', delivery)
    .executeTakeFirst()
  if (!row) return null
  const recipient = await db
    .selectFrom('identities')
    .select(['kind', 'value'])
    .where('conversation_id', '=', row.conversation_id)
    .where('retired_at', 'is', null)
    .orderBy('created_at', 'desc')
    .execute()
  return {
    deliveryId: row.id,
    commentId: row.comment_id,
    taskId: row.task_id,
    conversationId: row.conversation_id,
    channelId: row.channel_id,
    state: row.state,
    channel: { state: row.channel_state, restrictions: row.restrictions },
    parked: row.parked,
    held: row.hold_until !== null,
    atLeastOnce: row.at_least_once,
    body: row.body,
    quoted: row.quoted_provider_id,
    slotInMs: row.slot_in_ms !== null && row.slot_in_ms > -SLOT_LIVES_MS ? row.slot_in_ms : null,
    lastInAt: row.last_in_at,
    now: row.now,
    recipient,
    file: await fileOf(db, row.body, row.channel_id, row.now),
    templateStatus: row.body.kind === 'template' ? await statusOf(db, row.channel_id, row.body.template) : null,
    optedOut: row.opted_out_at !== null,
    run:
      row.run_id && row.run_step && row.run_effect !== null
        ? { id: row.run_id, step: row.run_step, number: row.run_effect }
        : null,
  }
}

async function fileOf(db: Db, body: DeliveryBody, channel: ChannelId, now: Date): Promise<OrderedFile | null> {
  if (body.kind === 'media') return loadFile(db, body.attachmentId, channel, now)
  const header = body.kind === 'template' ? body.template.header : null
  if (header?.kind !== 'media' || !('attachmentId' in header.source)) return null
  return loadFile(db, header.source.attachmentId, channel, now)
}

async function statusOf(db: Db, channel: ChannelId, { name, language }: { name: string; language: string }) {
  const row = await db
    .selectFrom('templates')
    .select('status')
    .where('channel_id', '=', channel)
    .where('name', '=', name)
    .where('language', '=', language)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row?.status ?? null
}

/** A stored file, and what the provider calls it. null: it is not in the file store. */
export async function loadFile(db: Db, id: AttachmentId, channel: ChannelId, now: Date): Promise<OrderedFile | null> {
  const uploaded = ['uploaded_media_id', 'uploaded_at', 'channel_id'] as const
  const row = await db
    .selectFrom('attachments')
    .select(['id', 'content_id', 'name', 'mime', 'size', 'state', ...uploaded])
    .where('id', '=', id)
    .executeTakeFirst()
  if (row?.state !== 'stored') return null
  const content = row.content_id ?? row.id
  // Whoever sent the same bytes before may have made them known to the provider.
  const first = row.content_id
    ? await db.selectFrom('attachments').select(uploaded).where('id', '=', content).executeTakeFirst()
    : undefined
  const known = [row, first].find(
    (one) =>
      one?.channel_id === channel &&
      one.uploaded_media_id !== null &&
      one.uploaded_at !== null &&
      now.getTime() - one.uploaded_at.getTime() < UPLOAD_LIVES_MS,
  )
  return {
    id: row.id,
    content,
    name: row.name,
    mime: row.mime,
    size: row.size ?? 0,
    uploadedMediaId: known?.uploaded_media_id ?? null,
  }
}

/** Remembers what the provider calls an uploaded file: a retry uses it again, and so does whoever sends the same bytes. */
export async function rememberUpload(
  db: Db,
  file: Pick<OrderedFile, 'id' | 'content'>,
  channel: ChannelId,
  mediaId: string,
): Promise<void> {
  await db
    .updateTable('attachments')
    .set({ uploaded_media_id: mediaId, uploaded_at: sql<Date>`now()`, channel_id: channel })
    .where('id', 'in', [file.id, file.content])
    .execute()
}

/** The provider does not want the message with this upload: the next attempt makes another. */
export async function forgetUpload(db: Db, file: Pick<OrderedFile, 'id' | 'content'>): Promise<void> {
  await db
    .updateTable('attachments')
    .set({ uploaded_media_id: null })
    .where('id', 'in', [file.id, file.content])
    .execute()
}

/** Keeps the moment that pacing gave, so that coming back for it does not queue again. */
export async function rememberSlot(db: Db, delivery: DeliveryId, waitMs: number): Promise<void> {
  await db
    .updateTable('deliveries')
    .set({ slot_at: sql<Date>`clock_timestamp() + make_interval(secs => ${waitMs / 1000}::float8)` })
    .where('id', '=', delivery)
    .where('state', '=', 'queued')
    .execute()
}
