import { sql } from 'kysely'
import type { ConversationEvent } from '../../domain/conversation-event.ts'
import type {
  ChannelId,
  ContactId,
  ConversationId,
  OutsideCallId,
  TaskId,
  TaskTemplateId,
  UserId,
} from '../../domain/ids.ts'
import type { Happening } from '../../domain/scenario/engine/happening.ts'
import type { StepOutcome } from '../../domain/step.ts'
import type { TaskStatus } from '../../domain/task.ts'
import type { Tx } from '../database.ts'
import type { AuthorKind, BulkOptions } from '../schema.ts'
import { InboxChanges } from '../tasks/refresh-inbox.ts'

/** Everything a step needs to know before it decides, read under the conversation's lock. */
export interface ConversationState {
  id: ConversationId
  channel: {
    id: ChannelId
    provider: string
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
  /** A message of the client, or one that somebody wrote to them elsewhere, came in this step and is shown. */
  hasNewMessage: boolean
  /** Bulk messages wait here for the client's reply. */
  hasHolds: boolean
  /** Messages wait here that an employee can still take back. */
  hasHeldSends: boolean
  /** Runs of scenarios are open here. */
  hasRuns: boolean
  /** The channel's provider sends an echo of what we send. */
  echoesSends: boolean
  /** A hold or a run began or ended: the workflow must learn when the next deadline comes. */
  holdsChanged: boolean
  /** What is published, as this transaction sees it. */
  catalogueVersion: number
  /** What scenarios have to hear of; filled while an event is worked off. */
  happened: Happening[]
  /** Calls to endpoints that scenarios ask for; filled while an event is worked off. */
  calls: OutsideCallId[]
  /** What lists of tasks have to learn at the end of the step. */
  inbox: InboxChanges
}

interface StateRow {
  channel_id: ChannelId
  channel_name: string
  provider: string
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
  has_held_sends: boolean
  has_runs: boolean
  catalogue_version: number
}

/**
 * Locks the conversation and reads what its steps decide from. Two statements: one that waits for the lock would join
 * the task and the contact as they stood before whoever held it changed them.
 */
export async function loadConversationState(tx: Tx, id: ConversationId): Promise<ConversationState | null> {
  await sql`select from conversations where id = ${id} for update`.execute(tx)
  const { rows } = await sql<StateRow>`
    select c.channel_id, ch.name as channel_name, ch.provider, ch.task_template_id, ch.new_task_if_no_active, ch.reopen_last_task,
      ch.created_by, ch.bulk, c.contact_id, ct.name as contact_name, ct.name_by, ct.phone,
      t.id as task_id, t.active, t.status, t.statuses, c.worked_seq, c.last_seq, c.last_in_at, c.last_author,
      exists (select from outgoing_messages o where o.conversation_id = c.id
        and o.state in ('held', 'folding')) as has_holds,
      exists (select from deliveries d where d.conversation_id = c.id
        and d.state = 'queued' and d.hold_until is not null) as has_held_sends,
      exists (select from runs r where r.conversation_id = c.id
        and r.state in ('running', 'waiting', 'blocked')) as has_runs,
      (select version from scenario_catalogue) as catalogue_version
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
      provider: row.provider,
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
    hasNewMessage: false,
    hasHolds: row.has_holds,
    hasHeldSends: row.has_held_sends,
    hasRuns: row.has_runs,
    echoesSends: false,
    holdsChanged: false,
    catalogueVersion: row.catalogue_version,
    happened: [],
    calls: [],
    inbox: new InboxChanges(),
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
