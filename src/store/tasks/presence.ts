import { sql } from 'kysely'
import type { ChannelId, TaskId, UserId } from '../../domain/ids.ts'
import { type Actor, maySee } from '../actor.ts'
import { type Db, inTransaction, type Tx } from '../database.ts'
import { done, missing, type Refusable } from '../refusal.ts'
import { personOf } from './person.ts'
import type { Viewer } from './task-filter.ts'

export type PresenceState = 'viewing' | 'typing'

export interface Presence {
  user: { id: UserId; name: string }
  state: PresenceState
  at: Date
}

/** Browsers say it again every 15 seconds; one that missed two is gone. */
const LASTS_SECONDS = 30

/** Somebody looks at a task, or writes in it. A live update only where that is news: most calls only say it again. */
export async function showPresence(tx: Tx, actor: Actor, id: TaskId, state: PresenceState): Promise<Refusable<null>> {
  const person = personOf(actor)
  if (person.refused) return person
  const channel = await channelOf(tx, actor, id)
  if (!channel) return missing('The task')
  const news = { taskId: id, channelId: channel, userId: person.value, state }
  await sql`
    with known as (
      select from presences where task_id = ${id} and user_id = ${person.value} and state = ${state}::text
        and at > now() - make_interval(secs => ${LASTS_SECONDS})
    ), shown as (
      insert into presences (task_id, user_id, state) values (${id}, ${person.value}, ${state})
      on conflict (task_id, user_id) do update set state = excluded.state, at = excluded.at
    )
    insert into live_events (event, data)
    select 'presence', ${JSON.stringify(news)}::jsonb where not exists (select from known)`.execute(tx)
  return done(null)
}

/** They left the task. */
export async function endPresence(tx: Tx, actor: Actor, id: TaskId): Promise<Refusable<null>> {
  const person = personOf(actor)
  if (person.refused) return person
  const channel = await channelOf(tx, actor, id)
  if (!channel) return missing('The task')
  const news = { taskId: id, channelId: channel, userId: person.value, state: 'left' }
  await sql`
    with gone as (delete from presences where task_id = ${id} and user_id = ${person.value} returning 1)
    insert into live_events (event, data) select 'presence', ${JSON.stringify(news)}::jsonb from gone`.execute(tx)
  return done(null)
}

/** @returns who is there, by name; null where there is no such task for the viewer */
export async function listPresence(db: Db, viewer: Viewer, id: TaskId): Promise<Presence[] | null> {
  if (!(await channelOf(db, viewer, id))) return null
  const rows = await db
    .selectFrom('presences as p')
    .innerJoin('users as u', 'u.id', 'p.user_id')
    .select(['u.id', 'u.name', 'p.state', 'p.at'])
    .where('p.task_id', '=', id)
    .where('p.at', '>', sql<Date>`now() - make_interval(secs => ${LASTS_SECONDS})`)
    .orderBy('u.name')
    .orderBy('u.id')
    .execute()
  return rows.map(({ state, at, ...user }) => ({ user, state, at }))
}

/**
 * Whoever went without a word is gone after a while; open tasks are told once, by whichever server comes first.
 * @returns whether there was something to tell
 */
export async function tellGone(db: Db): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const { rows } = await sql`
      with gone as (
        delete from presences where at <= now() - make_interval(secs => ${LASTS_SECONDS}) returning task_id, user_id
      )
      insert into live_events (event, data)
      select 'presence', jsonb_build_object('taskId', t.id, 'channelId', t.channel_id, 'userId', gone.user_id,
        'state', 'left')
      from gone join tasks t on t.id = gone.task_id
      returning 1`.execute(tx)
    return rows.length > 0
  })
}

async function channelOf(db: Db | Tx, viewer: Viewer, id: TaskId): Promise<ChannelId | null> {
  const task = await db.selectFrom('tasks').select('channel_id').where('id', '=', id).executeTakeFirst()
  return task && maySee(viewer, task.channel_id) ? task.channel_id : null
}
