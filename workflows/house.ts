import {
  CancellationScope,
  condition,
  continueAsNew,
  defineSignal,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow'
import { TURN_OVER } from '../src/domain/conversation-workflow.ts'
import { HOUSE_NEWS, type HouseCarry } from '../src/domain/house-workflow.ts'
import type { OutsideCallId } from '../src/domain/ids.ts'
import { outside } from './conversation-activities.ts'
import { steps } from './house-activities.ts'

export const news = defineSignal(HOUSE_NEWS)
export const turnOver = defineSignal(TURN_OVER)

/** Replaying a long history costs more than turning it over (reference/temporal.md §1.3). */
const EVENTS_PER_RUN = 800

/**
 * One event that no client caused, such as a schedule's, for as long as the runs that it started are open: it waits
 * for their deadlines, calls the endpoints that they ask for, and hears what people ask of them. It ends with the last
 * of them; who has something to tell later starts it again.
 */
export const house = (carry: HouseCarry): Promise<void> =>
  // Nobody cancels it half-way, with calls under way: people stop its runs.
  CancellationScope.nonCancellable(() => runHouse(carry))

async function runHouse(carry: HouseCarry): Promise<void> {
  const { event } = carry
  const calling = new Set<OutsideCallId>()
  let hasNews = true
  let wakeAt: number | null = null

  setHandler(news, () => {
    hasNews = true
  })
  /** It is asked to go on in another run. */
  let isUnwanted = false
  setHandler(turnOver, () => {
    isUnwanted = true
  })
  const isLong = () =>
    isUnwanted || workflowInfo().historyLength >= EVENTS_PER_RUN || workflowInfo().continueAsNewSuggested
  const isDue = () => wakeAt !== null && wakeAt <= Date.now()

  const callSoon = async (call: OutsideCallId) => {
    let result = await outside.callOutside(call)
    while (result.now === 'again') {
      await sleep(result.afterMs)
      result = await outside.callOutside(call)
    }
    calling.delete(call)
    hasNews = true
  }

  while (true) {
    hasNews = false
    const step = await steps.workHouse({ event, ...(isDue() && { dueBy: Date.now() }) })
    wakeAt = step.wakeAt
    if (step.more) hasNews = true
    for (const call of step.calls) {
      if (calling.has(call)) continue
      calling.add(call)
      void callSoon(call)
    }
    // The first step of the next run finds everything again, calls under way too.
    if (isLong()) await continueAsNew<typeof house>(carry)
    if (step.done && !hasNews && calling.size === 0) return
    if (hasNews || isDue()) continue
    if (wakeAt === null) await condition(() => hasNews || isUnwanted)
    else await condition(() => hasNews || isUnwanted, wakeAt - Date.now())
  }
}
