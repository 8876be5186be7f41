import { sql } from 'kysely'
import { bulkRule } from '../../domain/bulk/options.ts'
import type { ConversationEvent } from '../../domain/conversation-event.ts'
import type { CommentId, TaskId } from '../../domain/ids.ts'
import { NOTHING_TO_DO, type StepOutcome } from '../../domain/step.ts'
import type { TaskStatus } from '../../domain/task.ts'
import { audit } from '../audit.ts'
import type { Tx } from '../database.ts'
import type { LiveEvent } from '../live-events.ts'
import type { ConversationState } from './conversation-state.ts'
import { commentChanged } from './outgoing.ts'

/**
 * A message that is shown already was found to belong to a mailing: it leaves the task and is held like the others
 * (design.md, Bulk rule). Where the client has written since, that was the reply: it stays.
 */
export async function workBulkFound(
  tx: Tx,
  state: ConversationState,
  found: Extract<ConversationEvent, { kind: 'bulk.found' }>,
  live: LiveEvent[],
): Promise<StepOutcome> {
  const message = await tx
    .selectFrom('outgoing_messages as o')
    .innerJoin('comments as m', 'm.id', 'o.comment_id')
    .select(['o.id', 'o.state', 'o.at', 'm.id as comment', 'm.task_id', 'm.position'])
    .where('o.id', '=', found.message)
    .forUpdate('o')
    .executeTakeFirst()
  if (message?.state !== 'folding') return NOTHING_TO_DO

  const reply = await firstReplyAfter(tx, state, message.position)
  await tx
    .updateTable('comments')
    .set(reply ? { bulk: true } : { bulk: true, task_id: null })
    .where('id', '=', message.comment)
    .execute()
  live.push(commentChanged(state, message.comment, message.task_id))
  if (message.task_id) state.inbox.feeds.add(message.task_id)
  if (reply) {
    await tx
      .updateTable('outgoing_messages')
      .set({ state: 'replied', settled_at: reply.at })
      .where('id', '=', message.id)
      .execute()
    return NOTHING_TO_DO
  }
  await tx
    .updateTable('outgoing_messages')
    .set({ state: 'held', hold_until: bulkRule(state.channel.bulk).holdUntil(message.at) })
    .where('id', '=', message.id)
    .execute()
  state.hasHolds = true
  state.holdsChanged = true
  if (message.task_id) await withdrawIfUntouched(tx, state, message.task_id, message.comment, live)
  if (!state.task && !state.lastInAt) await forgetLastMessage(tx, state)
  return NOTHING_TO_DO
}

/** Nothing but mailings was ever written here: there is no silence to count. */
async function forgetLastMessage(tx: Tx, state: ConversationState): Promise<void> {
  await tx
    .updateTable('conversations')
    .set({ last_message_at: null, last_message_run: null })
    .where('id', '=', state.id)
    .execute()
}

/** Looked for task by task, through the order of each feed: comments are not found by their conversation. */
async function firstReplyAfter(tx: Tx, state: ConversationState, position: number): Promise<{ at: Date } | undefined> {
  const { rows } = await sql<{ at: Date }>`
    select r.at from tasks t
    cross join lateral (
      select m.at, m.position from comments m
      where m.task_id = t.id and m.position > ${position} and m.author_kind = 'contact'
      order by m.position limit 1
    ) r
    where t.conversation_id = ${state.id} order by r.position limit 1`.execute(tx)
  return rows[0]
}

interface WithdrawnTask {
  id: TaskId
  number: number
  title: string
  status: string
  assignee_ids: string[]
  created_at: Date
}

/**
 * A task that existed only because of the message, and that nobody has touched, is withdrawn; the audit keeps what it
 * was. A person's change, another message or a comment are touches; the system's own lines are not.
 */
async function withdrawIfUntouched(
  tx: Tx,
  state: ConversationState,
  task: TaskId,
  because: CommentId,
  live: LiveEvent[],
): Promise<void> {
  const { rows } = await sql<WithdrawnTask>`
    select t.id, t.number, t.title, t.status, t.assignee_ids, t.created_at from tasks t
    where t.id = ${task} and t.opened_by = 'message'
      and not exists (select from comments m where m.task_id = t.id and m.kind <> 'system')
      and not exists (select from audit_log a
        where a.subject_kind = 'task' and a.subject_id = t.id::text and a.actor_kind in ('employee', 'token'))
    for update of t`.execute(tx)
  const [withdrawn] = rows
  if (!withdrawn) return
  await tx.deleteFrom('comments').where('task_id', '=', task).where('kind', '=', 'system').execute()
  await tx.deleteFrom('tasks').where('id', '=', task).execute()
  const { id, number, title, status, assignee_ids, created_at } = withdrawn
  await audit(tx, {
    actor: { kind: 'system', id: null },
    action: 'task.withdrawn',
    subject: { kind: 'task', id },
    detail: {
      number,
      title,
      status,
      assigneeIds: assignee_ids,
      createdAt: created_at,
      conversationId: state.id,
      commentId: because,
    },
  })
  if (state.task?.id === task) state.task = await newestTask(tx, state)
  live.push({
    event: 'task',
    data: {
      taskId: task,
      conversationId: state.id,
      channelId: state.channel.id,
      contactId: state.contact?.id ?? null,
      withdrawn: 1,
    },
  })
}

async function newestTask(tx: Tx, state: ConversationState): Promise<ConversationState['task']> {
  const row = await tx
    .selectFrom('tasks')
    .select(['id', 'active', 'status', 'statuses'])
    .where('conversation_id', '=', state.id)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? { id: row.id, active: row.active, status: row.status, statuses: row.statuses as TaskStatus[] } : null
}
