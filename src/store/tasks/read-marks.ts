import { sql } from 'kysely'
import type { ChannelId, CommentId, TaskId, UserId } from '../../domain/ids.ts'
import { type Actor, maySee } from '../actor.ts'
import type { Tx } from '../database.ts'
import { recordLive } from '../live-events.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import { personOf } from './person.ts'

/**
 * What stands in the feed up to the entry, and has come by now, is read; without an entry everything. Never takes a mark
 * back. What comes later is unread, also where it is put before what was read (docs/decisions/0034).
 * @returns whether something is read that was not
 */
export async function markRead(tx: Tx, actor: Actor, id: TaskId, upTo: CommentId | null): Promise<Refusable<boolean>> {
  const marking = await beginMarking(tx, actor, id, upTo)
  if (marking.refused) return marking
  const { user, task, entry } = marking.value
  const position = entry ?? task.inbound_position
  if (position === null || task.inbound_arrived === null) return done(false)
  const { rows } = await sql`
    insert into task_reads (task_id, user_id, position, arrived)
    select ${id}::uuid, u.id, ${position}::float8, greatest(${task.inbound_arrived}::float8, u.read_from)
    from users u left join task_reads r on r.task_id = ${id} and r.user_id = u.id
    where u.id = ${user} and coalesce(r.position, u.read_from) <= ${position}::float8
    on conflict (task_id, user_id) do update
      set position = excluded.position, arrived = greatest(task_reads.arrived, excluded.arrived)
      where task_reads.position < excluded.position
        or (task_reads.position = excluded.position and task_reads.arrived < excluded.arrived)
    returning 1`.execute(tx)
  if (rows.length > 0) await tellOwnScreens(tx, { user, task: id, channel: task.channel_id })
  return done(rows.length > 0)
}

/** What stands in the feed from the entry on is unread; without an entry the client's last message. */
export async function markUnread(tx: Tx, actor: Actor, id: TaskId, from: CommentId | null): Promise<Refusable<null>> {
  const marking = await beginMarking(tx, actor, id, from)
  if (marking.refused) return marking
  const { user, task, entry } = marking.value
  const position = entry ?? task.inbound_position
  if (position === null) return done(null)
  const { rows } = await sql`
    with below as (
      select coalesce((select m.position from comments m
        where m.task_id = ${id} and m.author_kind = 'contact' and m.deleted_at is null and m.position < ${position}::float8
        order by m.position desc limit 1), '-infinity') as position
    )
    insert into task_reads (task_id, user_id, position, arrived)
    select ${id}::uuid, u.id, least(below.position, u.read_from), u.read_from from users u, below where u.id = ${user}
    on conflict (task_id, user_id) do update set position = (select position from below)
      where task_reads.position > (select position from below)
    returning 1`.execute(tx)
  if (rows.length > 0) await tellOwnScreens(tx, { user, task: id, channel: task.channel_id })
  return done(null)
}

async function beginMarking(tx: Tx, actor: Actor, id: TaskId, comment: CommentId | null) {
  const person = personOf(actor)
  if (person.refused) return person
  // Kept from being withdrawn meanwhile; whoever works in the task is not held up.
  const { rows } = await sql<{
    channel_id: ChannelId
    inbound_position: number | null
    inbound_arrived: number | null
  }>`select channel_id, inbound_position, inbound_arrived from tasks where id = ${id} for key share`.execute(tx)
  const [task] = rows
  if (!task || !maySee(actor, task.channel_id)) return missing('The task')
  if (comment === null) return done({ user: person.value, task, entry: null })
  const entry = await tx
    .selectFrom('comments')
    .select('position')
    .where('id', '=', comment)
    .where('task_id', '=', id)
    .executeTakeFirst()
  if (!entry) return refuse('invalid', 'unknown_comment', 'The comment is not in this task')
  return done({ user: person.value, task, entry: entry.position })
}

/** The same person's other tabs: nobody else learns what they have read. */
const tellOwnScreens = (tx: Tx, { user, task, channel }: { user: UserId; task: TaskId; channel: ChannelId }) =>
  recordLive(tx, [{ event: 'read', data: { taskId: task, userId: user, channelId: channel } }])
