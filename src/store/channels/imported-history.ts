import { type SqlBool, sql } from 'kysely'
import { displayFileName } from '../../domain/file-name.ts'
import type { AttachmentId, ChannelId, ConversationId, TaskId } from '../../domain/ids.ts'
import type { MessageContent } from '../../domain/message.ts'
import { phoneVariants } from '../../domain/phone-variants.ts'
import { type Actor, maySee } from '../actor.ts'
import type { AttachmentView } from '../comments/comment-view.ts'
import type { Db } from '../database.ts'

/** A message from before the number was connected, as people see it. */
export interface ImportedView {
  /** the provider's */
  id: string
  direction: 'in' | 'out'
  content: MessageContent
  text: string | null
  file: AttachmentView | null
  status: string | null
  at: Date
}

export interface HistoryPage {
  /** the last message of the page before */
  before: { at: Date; message: string } | null
  limit: number
}

/** @returns of a client of a channel, the newest first; one more than the page, if there is more. @param client digits */
export const listImported = (db: Db, channel: ChannelId, client: string, page: HistoryPage): Promise<ImportedView[]> =>
  readImported(db, channel, [client], page, sql`true`)

/** All that was imported of the client of a task, in numbers. */
export interface TaskHistory {
  messages: ImportedView[]
  count: number
  /** of the oldest and of the newest message; null: there is none */
  from: Date | null
  to: Date | null
}

/**
 * What the client of a task and the owner wrote before the number was connected, under every number of the client's, the
 * newest first. A message that stands in a feed already is left out.
 * @returns null where there is no such task, or the actor may not see it
 */
export async function historyOfTask(
  db: Db,
  actor: Pick<Actor, 'channelIds'>,
  id: TaskId,
  page: HistoryPage,
): Promise<TaskHistory | null> {
  const task = await db
    .selectFrom('tasks')
    .select(['channel_id', 'conversation_id'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!task || !maySee(actor, task.channel_id)) return null
  const clients = await numbersOf(db, task.conversation_id)
  if (clients.length === 0) return { messages: [], count: 0, from: null, to: null }
  const { rows } = await sql<{ count: number; from: Date | null; to: Date | null }>`
    select count(*)::int as count, min(m.at) as from, max(m.at) as to from imported_messages m
    where m.channel_id = ${task.channel_id} and m.client = any(${clients}::text[]) and ${isInNoFeed}`.execute(db)
  const messages = await readImported(db, task.channel_id, clients, page, isInNoFeed)
  return { messages, ...(rows[0] ?? { count: 0, from: null, to: null }) }
}

/** Is there anything of it? Asked with every opened task, so that most of them ask no more. */
export async function hasImported(db: Db, channel: ChannelId, conversation: ConversationId): Promise<boolean> {
  const { rows } = await sql`
    select from imported_messages where channel_id = ${channel} limit 1`.execute(db)
  if (rows.length === 0) return false
  const clients = await numbersOf(db, conversation)
  if (clients.length === 0) return false
  const found = await sql`
    select from imported_messages m
    where m.channel_id = ${channel} and m.client = any(${clients}::text[]) and ${isInNoFeed} limit 1`.execute(db)
  return found.rows.length > 0
}

const isInNoFeed = sql<SqlBool>`not exists (
  select from comments c where c.channel_id = m.channel_id and c.provider_message_id = m.provider_message_id)
  and not exists (
  select from deliveries d where d.channel_id = m.channel_id and d.provider_message_id = m.provider_message_id)`

/** Every form under which the phone app may name the client. */
async function numbersOf(db: Db, conversation: ConversationId): Promise<string[]> {
  const names = await db
    .selectFrom('identities')
    .select('value')
    .where('conversation_id', '=', conversation)
    .where('kind', 'in', ['wa_id', 'phone'])
    .execute()
  const digits = names.map(({ value }) => value.replace(/\D/g, '')).filter((number) => number !== '')
  return [...new Set(digits.flatMap((number) => [number, ...phoneVariants(number)]))]
}

interface Row extends Omit<ImportedView, 'file'> {
  file_id: AttachmentId | null
  name: string | null
  mime: string | null
  size: string | null
  state: AttachmentView['state'] | null
  error_code: string | null
}

async function readImported(
  db: Db,
  channel: ChannelId,
  clients: readonly string[],
  { before, limit }: HistoryPage,
  wanted: typeof isInNoFeed | ReturnType<typeof sql<unknown>>,
): Promise<ImportedView[]> {
  const after = before
    ? sql`and (m.at < ${before.at} or (m.at = ${before.at} and m.provider_message_id > ${before.message}))`
    : sql``
  const { rows } = await sql<Row>`
    select m.provider_message_id as id, m.direction, m.content, m.text, m.status, m.at,
      a.id as file_id, a.name, a.mime, a.size, a.state, a.error_code
    from imported_messages m
    left join imported_files f on f.channel_id = m.channel_id and f.provider_message_id = m.provider_message_id
    left join attachments a on a.id = f.attachment_id
    where m.channel_id = ${channel} and m.client = any(${clients}::text[]) and ${wanted} ${after}
    order by m.at desc, m.provider_message_id limit ${limit + 1}`.execute(db)
  return rows.map(({ file_id, name, mime, size, state, error_code, ...message }) => ({
    ...message,
    file:
      file_id === null || state === null
        ? null
        : {
            id: file_id,
            name: displayFileName(name ?? ''),
            mime: mime ?? '',
            size: size === null ? null : Number(size),
            state,
            errorCode: error_code,
          },
  }))
}
