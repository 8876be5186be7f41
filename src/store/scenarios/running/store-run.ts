import type { ConversationId, HouseEventId, UserId } from '../../../domain/ids.ts'
import type { HeldRun } from '../../../domain/scenario/engine/host.ts'
import type { LogEntry } from '../../../domain/scenario/interpreter/log-entry.ts'
import { awaits, deadlineOf, hasEnded } from '../../../domain/scenario/interpreter/run.ts'
import type { Tx } from '../../database.ts'

/** Where a run lives: with a client, or in the house. */
export type RunHome = { conversation: ConversationId } | { houseEvent: HouseEventId }

/** Stores a run that was just made: it has not begun. */
export async function insertRun(
  tx: Tx,
  held: HeldRun,
  of: { home: RunHome; pressedBy: UserId | null; at: Date },
): Promise<void> {
  const { home, pressedBy, at } = of
  await tx
    .insertInto('runs')
    .values({
      id: held.id,
      scenario_id: held.scenario,
      version: held.run.scenario.version,
      conversation_id: 'conversation' in home ? home.conversation : null,
      house_event_id: 'houseEvent' in home ? home.houseEvent : null,
      task_id: held.task,
      state: held.isQueued ? 'waiting' : 'running',
      reason_code: null,
      run: JSON.stringify(held.run),
      awaits: [],
      deadline: null,
      priority: held.priority,
      parent_id: held.parent,
      pressed_by: pressedBy,
      start: JSON.stringify(held.start),
      is_queued: held.isQueued,
      started_at: at,
      ended_at: null,
    })
    .execute()
}

/**
 * Stores what became of a run, and the new lines of its record.
 * @param seq the event of the conversation's record that is worked off; null in the house
 */
export async function updateRun(
  tx: Tx,
  { id, run, task, isQueued }: HeldRun,
  log: readonly LogEntry[],
  seq: number | null,
): Promise<void> {
  const deadline = deadlineOf(run)
  await tx
    .updateTable('runs')
    .set({
      run: JSON.stringify(run),
      version: run.scenario.version,
      state: run.state,
      reason_code: run.reason?.code ?? null,
      awaits: awaits(run),
      deadline: deadline === null ? null : new Date(deadline),
      task_id: task,
      ended_at: hasEnded(run) ? new Date() : null,
      is_queued: isQueued,
    })
    .where('id', '=', id)
    .execute()
  if (log.length === 0) return
  await tx
    .insertInto('run_entries')
    .values(log.map((entry) => ({ run_id: id, n: entry.n, at: new Date(entry.at), entry: JSON.stringify(entry), seq })))
    .execute()
}
