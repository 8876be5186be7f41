import {
  CancellationScope,
  condition,
  continueAsNew,
  defineSignal,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import { type CampaignCarry, CHANGED } from '../src/domain/campaign-workflow.ts'
import { TURN_OVER } from '../src/domain/conversation-workflow.ts'
import { sends, steps } from './campaign-activities.ts'

export const changed = defineSignal(CHANGED)
export const turnOver = defineSignal(TURN_OVER)

/** Replaying a long history costs more than turning it over (reference/temporal.md §1.3). */
const EVENTS_PER_RUN = 800

/**
 * One campaign, from its start to its end: waits for its time, sends slice by slice, waits while it is paused.
 * Whatever a person decides is in the database before the signal comes; a slice that is under way sees it by itself.
 */
export const campaign = (carry: CampaignCarry): Promise<void> =>
  // Nobody cancels a campaign half-way: people stop it.
  CancellationScope.nonCancellable(() => runCampaign(carry))

async function runCampaign(carry: CampaignCarry): Promise<void> {
  const { campaignId } = carry
  let news = false
  setHandler(changed, () => {
    news = true
  })
  /** It is asked to go on in another run. */
  let isUnwanted = false
  setHandler(turnOver, () => {
    isUnwanted = true
  })
  const isLong = () =>
    isUnwanted || workflowInfo().historyLength >= EVENTS_PER_RUN || workflowInfo().continueAsNewSuggested

  while (true) {
    news = false
    const next = await steps.campaignStep({ campaignId, now: Date.now() })
    if (isLong()) await continueAsNew<typeof campaign>(carry)
    switch (next.do) {
      case 'send': {
        const { nextInMs } = await sends.sendSlice(campaignId)
        if (nextInMs !== null && nextInMs > 0) await condition(() => news || isUnwanted, nextInMs)
        break
      }
      case 'wait':
        if (next.untilMs === null) await condition(() => news || isLong())
        else await condition(() => news || isUnwanted, Math.max(1, next.untilMs - Date.now()))
        break
      case 'end':
        if (!news) return
    }
  }
}
