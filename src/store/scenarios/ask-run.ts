import type { RunDeed } from '../../domain/conversation-event.ts'
import type { ConversationId, HouseEventId, RunId } from '../../domain/ids.ts'
import type { Actor } from '../actor.ts'
import type { Tx } from '../database.ts'
import { askHouseRuns } from '../house/house-news.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import { OPEN } from './open-runs.ts'
import { findRun, type RunViewer } from './run-view.ts'
import { askRuns } from './running/ask-runs.ts'

/** Whose workflows are to be signalled after the commit. */
export interface AskedPlaces {
  conversations: ConversationId[]
  houseEvents: HouseEventId[]
}

/**
 * Ends a run, or lets one go on that is paused or blocked: the next step of its conversation does it, or of its event in
 * the house. Refuses with `not_found`, `run_ended`, `run_not_held` (it needs nobody to go on) and `no_conversation` (it is in neither).
 */
export async function askRun(
  tx: Tx,
  actor: Actor,
  viewer: RunViewer,
  id: RunId,
  deed: 'stop' | 'resume',
): Promise<Refusable<AskedPlaces>> {
  const found = await findRun(tx, viewer, id)
  if (!found) return missing('This run')
  if (!OPEN.some((state) => state === found.state)) return refuse('conflict', 'run_ended', 'This run has ended')
  if (deed === 'resume' && found.state !== 'blocked' && !found.run.waiting?.paused) {
    return refuse('conflict', 'run_not_held', 'This run is neither paused nor blocked')
  }
  const { conversationId: conversation, houseEventId: event } = found
  if (!conversation && !event)
    return refuse('invalid', 'no_conversation', 'This run has no place where it could be changed')
  const stop = { do: 'stop', code: 'by_person', message: 'Somebody ended it' } as const
  const asked: RunDeed = deed === 'stop' ? stop : { do: 'resume' }
  return done({
    conversations: conversation ? await askRuns(tx, actor, [{ id, conversation }], asked) : [],
    houseEvents: event ? await askHouseRuns(tx, actor, [{ id, event }], asked) : [],
  })
}
