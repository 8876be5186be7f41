import { sql } from 'kysely'
import type { Calendar } from '../../../domain/calendar/calendar.ts'
import type { ConversationId, TaskId } from '../../../domain/ids.ts'
import { replyWindow } from '../../../domain/reply-window.ts'
import type { Json } from '../../../domain/scenario/expressions/scope.ts'
import type { Surroundings } from '../../../domain/scenario/interpreter/stimulus.ts'
import type { TaskStatus } from '../../../domain/task.ts'
import { type Actor, maySee } from '../../actor.ts'
import type { Db, Tx } from '../../database.ts'
import type { SendRulesOf } from '../../deliveries/gate.ts'

/** Dates in texts are written for people of this zone and language; a setting of the account may change that. */
export const ACCOUNT_TIME_ZONE = 'UTC'
export const ACCOUNT_LOCALE = 'en'

interface Row {
  contact: { id: string; name: string; phone: string | null; fields: Json; tags: string[]; optedOut: boolean } | null
  task: {
    id: string
    number: number
    title: string
    status: string
    statuses: TaskStatus[]
    active: boolean
    assigneeIds: string[]
    fields: Json
    createdAt: string
  } | null
  lastInAt: Date | null
  lastOutAt: Date | null
  lastAuthor: string | null
  channel: { id: string; name: string; provider: string }
}

/**
 * What conditions and texts can see of a conversation at this moment (scenario-format, Conditions).
 * @param task the one that it is about; null: none
 * @param now the moment, for the reply window
 */
export async function loadSurroundings(
  db: Db | Tx,
  conversation: ConversationId,
  task: TaskId | null,
  of: { now: Date; calendars: Surroundings['calendars']; replyWindowHours: number | null },
): Promise<Surroundings> {
  const { rows } = await sql<Row>`
    select
      case when ct.id is null then null else jsonb_build_object('id', ct.id, 'name', ct.name, 'phone', ct.phone,
        'fields', ct.fields, 'tags', ct.tags, 'optedOut', ct.opted_out_at is not null) end as contact,
      case when t.id is null then null else jsonb_build_object('id', t.id, 'number', t.number, 'title', t.title,
        'status', t.status, 'statuses', t.statuses, 'active', t.active, 'assigneeIds', t.assignee_ids,
        'fields', t.fields, 'createdAt', t.created_at) end as task,
      c.last_in_at as "lastInAt", c.last_out_at as "lastOutAt", c.last_author as "lastAuthor",
      jsonb_build_object('id', ch.id, 'name', ch.name, 'provider', ch.provider) as channel
    from conversations c join channels ch on ch.id = c.channel_id
    left join contacts ct on ct.id = c.contact_id
    left join tasks t on t.id = ${task}::uuid
    where c.id = ${conversation}`.execute(db)
  const row = rows[0]
  if (!row) throw new Error(`conversation ${conversation} does not exist`)
  const contact = row.contact ? { ...row.contact, firstName: firstName(row.contact.name) } : {}
  const seen = {
    contact: contact as Json,
    task: (row.task ? taskFields(row.task) : {}) as Json,
    conversation: {
      id: conversation,
      windowOpen: replyWindow(row.lastInAt, of.replyWindowHours, of.now).open,
      lastInAt: row.lastInAt?.toISOString() ?? null,
      lastOutAt: row.lastOutAt?.toISOString() ?? null,
      lastAuthor: row.lastAuthor,
    } as Json,
    channel: { ...row.channel, kind: kindOf(row.channel.provider) } as Json,
  }
  return {
    ...seen,
    current: seen,
    calendars: of.calendars,
    timeZone: ACCOUNT_TIME_ZONE,
    locale: ACCOUNT_LOCALE,
  }
}

const taskFields = ({ status, statuses, active, ...task }: NonNullable<Row['task']>) => ({
  ...task,
  status: { key: status, name: statuses.find(({ key }) => key === status)?.name ?? status, active },
})

/** The messenger behind a provider: what a condition asks for, whoever carries the messages. */
const kindOf = (provider: string): string => (provider === 'instagram' ? 'instagram' : 'whatsapp')

/** The first word of a name; a number is no name. */
const firstName = (name: string): string | null =>
  /^\+?\d+$/.test(name) ? null : (name.trim().split(/\s+/)[0] ?? null)

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
  const surroundings = await loadSurroundings(db, place.conversation_id, task, {
    now,
    calendars: await loadCalendars(db),
    replyWindowHours: rulesOf(place.provider)?.replyWindowHours ?? null,
  })
  return { surroundings, now }
}

/** Every calendar, by its name. */
export async function loadCalendars(db: Db | Tx): Promise<{ [name: string]: Calendar }> {
  const rows = await db.selectFrom('calendars').select(['name', 'time_zone', 'week', 'holidays']).execute()
  return Object.fromEntries(
    rows.map(({ name, time_zone, week, holidays }) => [name, { timeZone: time_zone, week, holidays } as Calendar]),
  )
}
