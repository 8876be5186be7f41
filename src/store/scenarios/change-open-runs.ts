import type { RunDeed } from '../../domain/conversation-event.ts'
import type { ConversationId, HouseEventId, RunId, ScenarioId } from '../../domain/ids.ts'
import type { ScenarioDocument } from '../../domain/scenario/document/scenario-document.ts'
import { canMove } from '../../domain/scenario/interpreter/move.ts'
import type { Run } from '../../domain/scenario/interpreter/run.ts'
import type { Actor } from '../actor.ts'
import type { Tx } from '../database.ts'
import { askHouseRuns } from '../house/house-news.ts'
import { lockConversations } from '../intake/names.ts'
import { runIn } from '../intake/run.ts'
import { done, type Refusable, refuse } from '../refusal.ts'
import type { InFlight } from '../schema.ts'
import type { ScenarioCatalogue } from './catalogue.ts'
import { OPEN } from './open-runs.ts'
import { askRuns } from './running/ask-runs.ts'

/** What a publish did to the runs that were open. */
export interface OpenRunsChange {
  /** conversations to signal after the commit */
  conversations: ConversationId[]
  /** house events to signal after the commit */
  houseEvents: HouseEventId[]
  /** asked to move, to begin anew or to end */
  asked: number
  /** they keep their version */
  kept: number
}

/** Each is asked in its conversation, in the transaction of the publish: more would hold it up for too long. */
const MAX_ASKED = 2_000

interface OpenRun {
  id: RunId
  place: { conversation: ConversationId } | { event: HouseEventId }
  version: number
  run: Run
}

/**
 * Does with open runs of older versions what a publish chose. `migrate`: those that fit move. `restart`: those whose
 * trigger is still the same event begin anew, the others end. Runs that another one called keep their version. Refuses
 * with `too_many_runs`.
 * @param to the new version
 */
export async function changeOpenRuns(
  tx: Tx,
  catalogue: ScenarioCatalogue,
  of: { id: ScenarioId; inFlight: InFlight; actor: Actor },
  to: { document: ScenarioDocument; version: number },
): Promise<Refusable<OpenRunsChange>> {
  const open = await openRuns(tx, of.id)
  if (of.inFlight === 'pin' || of.inFlight === 'drain') {
    return done({ conversations: [], houseEvents: [], asked: 0, kept: open.total })
  }
  if (open.total > MAX_ASKED) {
    const words = `${open.total} runs are open, and at most ${MAX_ASKED} can be changed at once: use pin or drain`
    return refuse('invalid', 'too_many_runs', words, { open: open.total, most: MAX_ASKED })
  }
  const moving: OpenRun[] = []
  const restarting: OpenRun[] = []
  const ending: OpenRun[] = []
  for (const one of open.changeable) {
    const from = await catalogue.byVersion(tx, of.id, one.version)
    if (of.inFlight === 'restart') (eventOf(from) === eventOf(to.document) ? restarting : ending).push(one)
    else if (canMove(one.run, from, to.document).ok) moving.push(one)
  }
  const changing = [...moving, ...restarting, ...ending]
  await lockConversations(
    runIn(tx),
    changing.flatMap(({ place }) => ('conversation' in place ? [place.conversation] : [])),
  )
  const { actor } = of
  const { version } = to
  const message = 'A new version was published, which another event starts'
  const conversations: ConversationId[] = []
  const houseEvents: HouseEventId[] = []
  const ask = async (runs: readonly OpenRun[], deed: RunDeed) => {
    const here = runs.flatMap(({ id, place }) => ('conversation' in place ? [{ id, ...place }] : []))
    const without = runs.flatMap(({ id, place }) => ('event' in place ? [{ id, ...place }] : []))
    conversations.push(...(await askRuns(tx, actor, here, deed)))
    houseEvents.push(...(await askHouseRuns(tx, actor, without, deed)))
  }
  await ask(moving, { do: 'move', version })
  await ask(restarting, { do: 'restart', version })
  await ask(ending, { do: 'stop', code: 'restarted', message })
  return done({
    conversations: [...new Set(conversations)],
    houseEvents: [...new Set(houseEvents)],
    asked: changing.length,
    kept: open.total - changing.length,
  })
}

const eventOf = ({ trigger }: ScenarioDocument): string => ('event' in trigger ? trigger.event : 'button')

async function openRuns(tx: Tx, id: ScenarioId): Promise<{ total: number; changeable: OpenRun[] }> {
  const ofScenario = tx
    .selectFrom('runs')
    .where('scenario_id', '=', id)
    .where('state', 'in', [...OPEN])
  const { total } = await ofScenario.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await ofScenario
    .select(['id', 'conversation_id', 'house_event_id', 'version', 'run'])
    .where('parent_id', 'is', null)
    .orderBy('id')
    .limit(MAX_ASKED)
    .execute()
  const changeable = rows.flatMap(({ id: run, conversation_id: conversation, house_event_id: event, ...row }) => {
    const place: OpenRun['place'] | null = conversation ? { conversation } : event ? { event } : null
    return place ? [{ id: run, place, ...row }] : []
  })
  return { total, changeable }
}
