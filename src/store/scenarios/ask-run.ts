import type { ConversationId, RunId } from '../../domain/ids.ts'
import type { Actor } from '../actor.ts'
import type { Tx } from '../database.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import { OPEN } from './open-runs.ts'
import { findRun, type RunViewer } from './run-view.ts'
import { askRuns } from './running/ask-runs.ts'

/**
 * Ends a run, or lets one go on that is paused or blocked: its conversation's next step does it.
 * Refuses with `not_found`, `run_ended`, `run_not_held` (it needs nobody to go on) and `no_conversation`.
 * @returns the conversations to signal after the commit
 */
export async function askRun(
  tx: Tx,
  actor: Actor,
  viewer: RunViewer,
  id: RunId,
  deed: 'stop' | 'resume',
): Promise<Refusable<ConversationId[]>> {
  const found = await findRun(tx, viewer, id)
  if (!found) return missing('This run')
  if (!OPEN.some((state) => state === found.state)) return refuse('conflict', 'run_ended', 'This run has ended')
  if (deed === 'resume' && found.state !== 'blocked' && !found.run.waiting?.paused) {
    return refuse('conflict', 'run_not_held', 'This run is neither paused nor blocked')
  }
  const { conversationId: conversation } = found
  if (!conversation) return refuse('invalid', 'no_conversation', 'A run without a client cannot be changed yet')
  const stop = { do: 'stop', code: 'by_person', message: 'Somebody ended it' } as const
  return done(await askRuns(tx, actor, [{ id, conversation }], deed === 'stop' ? stop : { do: 'resume' }))
}
