import type { RunId } from '../../../domain/ids.ts'
import { appendEvent } from '../../conversation-events.ts'
import type { Tx } from '../../database.ts'
import type { ConversationState } from '../../steps/conversation-state.ts'
import { OPEN } from '../open-runs.ts'

/**
 * Enters in the record that the waits, or the lives, of runs are over: the event is worked off like any other, so that a
 * dry run over the record meets the same moment.
 * @param by the workflow's time
 */
export async function tellDueRuns(tx: Tx, state: ConversationState, by: number): Promise<void> {
  if (!state.hasRuns) return
  const due = await tx
    .selectFrom('runs')
    .select('id')
    .where('conversation_id', '=', state.id)
    .where('state', 'in', [...OPEN])
    .where('deadline', '<=', new Date(by))
    .orderBy('id')
    .execute()
  if (due.length === 0) return
  const runs: RunId[] = due.map(({ id }) => id)
  await appendEvent(tx, state.id, { kind: 'run.due', runs, by }, { at: new Date(by) })
  // Until the event is worked off they are not due a second time.
  await tx.updateTable('runs').set({ deadline: null }).where('id', 'in', runs).execute()
}
