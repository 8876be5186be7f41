import { sql } from 'kysely'
import type { ConversationEvent } from '../../domain/conversation-event.ts'
import type { ChannelId, ContactId, ConversationId, TaskId, TaskTemplateId, UserId } from '../../domain/ids.ts'
import type { StepOutcome } from '../../domain/step.ts'
import type { TaskStatus } from '../../domain/task.ts'
import type { Tx } from '../database.ts'
import type { AuthorKind, BulkOptions } from '../schema.ts'

/** Everything a step needs to know before it decides, read under the conversation's lock. */
export interface ConversationState {
  id: ConversationId
  channel: {
    id: ChannelId
    name: string
    taskTemplateId: TaskTemplateId | null
    newTaskIfNoActive: boolean
    reopenLastTask: boolean
    createdBy: UserId | null
    bulk: BulkOptions
  }
  contact: { id: ContactId; name: string; nameBy: 'provider' | 'employee'; phone: string | null } | null
  /** The conversation's newest task. */
  task: { id: TaskId; active: boolean; status: string; statuses: TaskStatus[] } | null
  workedSeq: number
  lastSeq: number
  lastInAt: Date | null
  lastAuthor: AuthorKind | null
  /** Bulk messages wait here for the client's reply. */
  hasHolds: boolean
  /** A hold began or ended: the workflow must learn when the next one ends. */
  holdsChanged: boolean
}

interface StateRow {
  channel_id: ChannelId
  channel_name: string
  task_template_id: TaskTemplateId | null
  new_task_if_no_active: boolean
  reopen_last_task: boolean
  created_by: UserId | null
  bulk: BulkOptions
  contact_id: ContactId | null
  contact_name: string
  name_by: 'provider' | 'employee'
  phone: string | null
  task_id: TaskId | null
  active: boolean
  status: string
  statuses: TaskStatus[]
  worked_seq: number
  last_seq: number
  last_in_at: Date | null
  last_author: AuthorKind | null
  has_holds: boolean
}

/**
 * Locks the conversation and reads what its steps decide from. Two statements: one that waits for the lock would join
 * the task and the contact as they stood before whoever held it changed them.
 */
export async function loadConversationState(tx: Tx, id: ConversationId): Promise<ConversationState | null> {
  await sql`select from conversations where id = ${id} for update`.execute(tx)
  const { rows } = await sql<StateRow>`
    select c.channel_id, ch.name as channel_name, ch.task_template_id, ch.new_task_if_no_active, ch.reopen_last_task,
      ch.created_by, ch.bulk, c.contact_id, ct.name as contact_name, ct.name_by, ct.phone,
      t.id as task_id, t.active, t.status, t.statuses, c.worked_seq, c.last_seq, c.last_in_at, c.last_author,
      exists (select from outgoing_messages o where o.conversation_id = c.id
        and o.state in ('held', 'folding')) as has_holds
    from conversations c
    join channels ch on ch.id = c.channel_id
    left join contacts ct on ct.id = c.contact_id
    left join tasks t on t.id = c.task_id
    where c.id = ${id}`.execute(tx)
  const row = rows[0]
  if (!row) return null
  return {
    id,
    channel: {
      id: row.channel_id,
      name: row.channel_name,
      taskTemplateId: row.task_template_id,
      newTaskIfNoActive: row.new_task_if_no_active,
      reopenLastTask: row.reopen_last_task,
      createdBy: row.created_by,
      bulk: row.bulk,
    },
    contact: row.contact_id
      ? { id: row.contact_id, name: row.contact_name, nameBy: row.name_by, phone: row.phone }
      : null,
    task: row.task_id ? { id: row.task_id, active: row.active, status: row.status, statuses: row.statuses } : null,
    workedSeq: row.worked_seq,
    lastSeq: row.last_seq,
    lastInAt: row.last_in_at,
    lastAuthor: row.last_author,
    hasHolds: row.has_holds,
    holdsChanged: false,
  }
}

/** One event of the record, as a step reads it. */
export interface RecordedEvent {
  seq: number
  payload: ConversationEvent
  opensWindow: boolean
  at: Date
  receivedAt: Date
  outcome: StepOutcome | null
}

/** The next events of a conversation in their order, at most `limit`. */
export async function loadEvents(
  tx: Tx,
  conversation: ConversationId,
  range: { after: number; upTo: number; limit: number },
): Promise<RecordedEvent[]> {
  const rows = await tx
    .selectFrom('conversation_events')
    .select(['seq', 'payload', 'opens_window', 'provider_at', 'received_at', 'outcome'])
    .where('conversation_id', '=', conversation)
    .where('seq', '>', range.after)
    .where('seq', '<=', range.upTo)
    .orderBy('seq')
    .limit(range.limit)
    .execute()
  return rows.map((row) => ({
    seq: row.seq,
    payload: row.payload,
    opensWindow: row.opens_window,
    at: row.provider_at,
    receivedAt: row.received_at,
    outcome: row.outcome,
  }))
}
