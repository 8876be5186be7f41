import { sql } from 'kysely'
import type { ConversationId, TaskId } from '../../../domain/ids.ts'
import {
  type ChannelFacts,
  type ContactFacts,
  type Facts,
  surroundingsOf,
  type TaskFacts,
} from '../../../domain/scenario/engine/facts.ts'
import type { Surroundings } from '../../../domain/scenario/interpreter/stimulus.ts'
import { type Actor, maySee } from '../../actor.ts'
import type { Db, Tx } from '../../database.ts'
import type { SendRulesOf } from '../../deliveries/gate.ts'
import { loadHouseTime } from '../../settings/account.ts'

/** What is known of a conversation, as SQL: `ct`, `t` and `ch` are its contact, the task it is about, and its channel. */
export const CONTACT_FACTS = sql.raw(`case when ct.id is null then null else jsonb_build_object('id', ct.id,
  'name', ct.name, 'phone', ct.phone, 'fields', ct.fields, 'tags', ct.tags, 'optedOut', ct.opted_out_at is not null) end`)
export const TASK_FACTS = sql.raw(`case when t.id is null then null else jsonb_build_object('id', t.id,
  'number', t.number, 'title', t.title, 'status', t.status, 'statuses', t.statuses, 'active', t.active,
  'assigneeIds', t.assignee_ids, 'fields', t.fields, 'createdAt', t.created_at,
  'dueAt', t.due_at) end`)
export const CHANNEL_FACTS = sql.raw(`jsonb_build_object('id', ch.id, 'name', ch.name, 'provider', ch.provider,
  'kind', ch.messenger)`)

interface Row {
  contact: ContactFacts | null
  task: TaskFacts | null
  channel: ChannelFacts
  lastInAt: Date | null
  lastOutAt: Date | null
  lastAuthor: string | null
}

/**
 * What is known of a conversation at this moment.
 * @param task the one that it is about; null: none
 */
export async function loadFacts(db: Db | Tx, conversation: ConversationId, task: TaskId | null): Promise<Facts> {
  const { rows } = await sql<Row>`
    select ${CONTACT_FACTS} as contact, ${TASK_FACTS} as task, ${CHANNEL_FACTS} as channel,
      c.last_in_at as "lastInAt", c.last_out_at as "lastOutAt", c.last_author as "lastAuthor"
    from conversations c join channels ch on ch.id = c.channel_id
    left join contacts ct on ct.id = c.contact_id
    left join tasks t on t.id = ${task}::uuid
    where c.id = ${conversation}`.execute(db)
  const row = rows[0]
  if (!row) throw new Error(`conversation ${conversation} does not exist`)
  const { contact, channel, lastInAt, lastOutAt, lastAuthor } = row
  return {
    contact,
    task: row.task,
    channel,
    conversation: {
      id: conversation,
      lastInAt: lastInAt?.toISOString() ?? null,
      lastOutAt: lastOutAt?.toISOString() ?? null,
      lastAuthor,
    },
  }
}

/**
 * What conditions can see of a task at this moment.
 * @returns null where there is no such task, or where the actor may not see it
 */
export async function surroundingsOfTask(
  db: Db | Tx,
  actor: Pick<Actor, 'channelIds'>,
  task: TaskId,
  rulesOf: SendRulesOf,
): Promise<{ surroundings: Surroundings; now: Date } | null> {
  const place = await db
    .selectFrom('tasks as t')
    .innerJoin('channels as ch', 'ch.id', 't.channel_id')
    .select(['t.conversation_id', 't.channel_id', 'ch.provider'])
    .where('t.id', '=', task)
    .executeTakeFirst()
  if (!place || !maySee(actor, place.channel_id)) return null
  const now = new Date()
  const surroundings = surroundingsOf(await loadFacts(db, place.conversation_id, task), {
    now: now.getTime(),
    replyWindowHours: rulesOf(place.provider)?.replyWindowHours ?? null,
    ...(await loadHouseTime(db)),
  })
  return { surroundings, now }
}
