import {
  CancellationScope,
  condition,
  continueAsNew,
  defineSignal,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import { TURN_OVER } from '../src/domain/conversation-workflow.ts'
import { QUEUED, type WebhookCarry } from '../src/domain/webhook-workflow.ts'
import { calls } from './webhook-activities.ts'

export const queued = defineSignal(QUEUED)
export const turnOver = defineSignal(TURN_OVER)

/** Replaying a long history costs more than turning it over (reference/temporal.md §1.3). */
const EVENTS_PER_RUN = 800

/**
 * Delivers what one subscription asks for, slice by slice, and waits between the attempts at what fails. It ends with an
 * empty outbox: the next delivery starts it again.
 */
export const webhook = (carry: WebhookCarry): Promise<void> =>
  // Nobody cancels it half-way: people disable the subscription.
  CancellationScope.nonCancellable(() => deliver(carry))

async function deliver(carry: WebhookCarry): Promise<void> {
  let news = false
  setHandler(queued, () => {
    news = true
  })
  /** It is asked to go on in another run. */
  let isUnwanted = false
  setHandler(turnOver, () => {
    isUnwanted = true
  })
  while (true) {
    news = false
    const { nextInMs } = await calls.deliverWebhooks(carry.webhookId)
    if (nextInMs === null && !news) return
    const { historyLength, continueAsNewSuggested } = workflowInfo()
    const isLong = isUnwanted || historyLength >= EVENTS_PER_RUN || continueAsNewSuggested
    if (isLong) await continueAsNew<typeof webhook>(carry)
    if (nextInMs !== null && nextInMs > 0) await condition(() => news || isUnwanted, nextInMs)
  }
}
