import { sql } from 'kysely'
import type { TaskId } from '../../domain/ids.ts'
import type { Actor } from '../actor.ts'
import { type Db, inTransaction, type Tx } from '../database.ts'
import { recordLive } from '../live-events.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import { lockTask } from './lock-task.ts'
import { personOf } from './person.ts'

/**
 * Puts a task aside for one person: until a moment, and until the client writes at the latest. The conversation is held,
 * so a message comes either before it, and does not wake it, or after it, and does (src/store/tasks/refresh-inbox.ts).
 * @param until null: until the client writes
 */
export async function snoozeTask(tx: Tx, actor: Actor, id: TaskId, until: Date | null): Promise<Refusable<true>> {
  const person = personOf(actor)
  if (person.refused) return person
  const locked = await lockTask(tx, actor, id)
  if (!locked) return missing('The task')
  if (until !== null && until.getTime() <= Date.now()) {
    return refuse('invalid', 'until_is_past', 'A task can be put aside only until a time to come')
  }
  await tx
    .insertInto('task_snoozes')
    .values({ task_id: id, user_id: person.value, until })
    .onConflict((oc) => oc.columns(['task_id', 'user_id']).doUpdateSet({ until }))
    .execute()
  await recordLive(tx, [taskChanged(locked.task)])
  return done(true)
}

/** It is there again, at once. @returns false where it was not put aside */
export async function wakeTask(tx: Tx, actor: Actor, id: TaskId): Promise<Refusable<boolean>> {
  const person = personOf(actor)
  if (person.refused) return person
  const locked = await lockTask(tx, actor, id)
  if (!locked) return missing('The task')
  const woken = await tx
    .deleteFrom('task_snoozes')
    .where('task_id', '=', id)
    .where('user_id', '=', person.value)
    .returning('task_id')
    .executeTakeFirst()
  if (woken) await recordLive(tx, [taskChanged(locked.task)])
  return done(woken !== undefined)
}

const taskChanged = (task: NonNullable<Awaited<ReturnType<typeof lockTask>>>['task']) => ({
  event: 'task' as const,
  data: {
    taskId: task.id,
    conversationId: task.conversation_id,
    channelId: task.channel_id,
    contactId: task.requester_id,
  },
})

/** So many in one round; the rest a moment later. */
const WOKEN_AT_ONCE = 500

/**
 * Snoozes whose time is over count for nothing already; open inboxes are told once, by whichever server comes first.
 * @returns whether there was something to tell
 */
export async function tellWoken(db: Db): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const { rows } = await sql`
      with due as (
        select task_id, user_id from task_snoozes where until <= now()
        order by until limit ${WOKEN_AT_ONCE} for update skip locked
      ), woken as (
        delete from task_snoozes s using due where s.task_id = due.task_id and s.user_id = due.user_id
        returning s.task_id
      )
      insert into live_events (event, data)
      select 'task', jsonb_build_object('taskId', t.id, 'conversationId', t.conversation_id, 'channelId', t.channel_id,
        'contactId', t.requester_id)
      from tasks t where t.id in (select task_id from woken)
      returning 1`.execute(tx)
    return rows.length > 0
  })
}
