import { sql } from 'kysely'
import type { CommentId, ConversationId, TaskId } from '../../domain/ids.ts'
import type { Frame } from '../../domain/scenario/dry-run/tape.ts'
import { type Facts, surroundingsOf } from '../../domain/scenario/engine/facts.ts'
import type { Happening } from '../../domain/scenario/engine/happening.ts'
import type { ScenarioEvent } from '../../domain/scenario/interpreter/run.ts'
import type { Surroundings } from '../../domain/scenario/interpreter/stimulus.ts'
import { type Actor, maySee } from '../actor.ts'
import type { Db } from '../database.ts'
import type { SendRulesOf } from '../deliveries/gate.ts'
import { loadHouseTime } from '../settings/account.ts'

/** Something that happened in a conversation, as scenarios heard of it. */
export interface Moment {
  /** `<conversation>/<seq>`, as explanations and checks take it */
  eventId: string
  /** one entry of the record may be several events to scenarios */
  n: number
  event: string
  at: Date
  text: string | null
  commentId: CommentId | null
}

const SHOWN_TEXT = 200

/**
 * What scenarios heard in the conversation of a task, the newest first; it is kept for 90 days.
 * @returns null where there is no such task, or where the actor may not see it; else up to `limit` + 1 entries
 */
export async function listMoments(
  db: Db,
  actor: Pick<Actor, 'channelIds'>,
  task: TaskId,
  page: { before: number | null; limit: number },
): Promise<{ seq: number; moments: Moment[] }[] | null> {
  const place = await db
    .selectFrom('tasks')
    .select(['conversation_id', 'channel_id'])
    .where('id', '=', task)
    .executeTakeFirst()
  if (!place || !maySee(actor, place.channel_id)) return null
  const { rows } = await sql<{ seq: number; at: Date; happened: Happening[] }>`
    select s.seq, e.provider_at as at, s.happened from event_snapshots s
    join conversation_events e on e.conversation_id = s.conversation_id and e.seq = s.seq
    where s.conversation_id = ${place.conversation_id} and jsonb_array_length(s.happened) > 0
      and (${page.before}::bigint is null or s.seq < ${page.before})
    order by s.seq desc limit ${page.limit + 1}`.execute(db)
  return rows.map(({ seq, at, happened }) => ({
    seq,
    moments: happened.map(({ name, data, comment }, n) => ({
      eventId: `${place.conversation_id}/${seq}`,
      n,
      event: name,
      at,
      text: typeof data.text === 'string' ? data.text.slice(0, SHOWN_TEXT) : null,
      commentId: comment,
    })),
  }))
}

/**
 * What scenarios saw of a task when something happened: what was written down then, with the calendars of today.
 * @returns null where the record does not have it (any more), or where the actor may not see it
 */
export async function surroundingsAt(
  db: Db,
  actor: Pick<Actor, 'channelIds'>,
  task: TaskId,
  of: { conversation: ConversationId; seq: number; n: number },
  rulesOf: SendRulesOf,
): Promise<{ surroundings: Surroundings; now: Date; event: ScenarioEvent } | null> {
  const { rows } = await sql<{
    channel: Parameters<typeof maySee>[1]
    receivedAt: Date
    happened: Happening[] | null
    frames: Frame[] | null
  }>`
    select e.channel_id as channel, e.received_at as "receivedAt", s.happened, s.frames
    from conversation_events e
    join event_snapshots s on s.conversation_id = e.conversation_id and s.seq = e.seq
    join tasks t on t.id = ${task} and t.conversation_id = e.conversation_id
    where e.conversation_id = ${of.conversation} and e.seq = ${of.seq}`.execute(db)
  const row = rows[0]
  const happening = row?.happened?.[of.n]
  const facts = row?.frames && factsOf(row.frames, task)
  if (!row || !happening || !facts || !maySee(actor, row.channel)) return null
  const { name, data } = happening
  const surroundings = surroundingsOf(facts, {
    now: row.receivedAt.getTime(),
    replyWindowHours: rulesOf(facts.channel.provider)?.replyWindowHours ?? null,
    ...(await loadHouseTime(db)),
  })
  return { surroundings, now: row.receivedAt, event: { id: `${of.conversation}/${of.seq}/${of.n}`, name, data } }
}

/** What stood there before scenarios acted. @returns null where the record is incomplete */
function factsOf(frames: readonly Frame[], task: TaskId): Facts | null {
  const before = frames.filter(({ after }) => after === null)
  const { contact, conversation, channel } = Object.assign({}, ...before) as Frame
  if (!conversation || !channel) return null
  const tasks = Object.assign({}, ...before.map((frame) => frame.tasks ?? {})) as NonNullable<Frame['tasks']>
  return { contact: contact ?? null, conversation, channel, task: tasks[task] ?? null }
}
