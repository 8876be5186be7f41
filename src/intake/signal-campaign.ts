import type { Client } from '@temporalio/client'
import type { Logger } from 'pino'
import { CAMPAIGN_WORKFLOW, type CampaignCarry, CHANGED, campaignCarry } from '../domain/campaign-workflow.ts'
import { taskQueues } from '../domain/conversation-workflow.ts'
import { type CampaignId, campaignWorkflowIdOf } from '../domain/ids.ts'

/** Tells a campaign's workflow that the campaign changed. Harmless when repeated, late, or overtaken. */
export type SignalCampaign = (campaign: CampaignId) => Promise<void>

const SIGNAL_TIMEOUT_MS = 5_000

/** Signals through Temporal, starting the workflow where there is none. Throws what keeps Temporal from answering. */
export function temporalCampaigns(client: Client, queuePrefix: string): SignalCampaign {
  const { conversations } = taskQueues(queuePrefix)
  return async (campaign) => {
    await client.withDeadline(Date.now() + SIGNAL_TIMEOUT_MS, () =>
      client.workflow.signalWithStart<(carry: CampaignCarry) => Promise<void>, []>(CAMPAIGN_WORKFLOW, {
        workflowId: campaignWorkflowIdOf(campaign),
        taskQueue: conversations,
        args: [campaignCarry(campaign)],
        signal: CHANGED,
        signalArgs: [],
      }),
    )
  }
}

/** For whoever does not wait: what fails is said, and the sweep signals again (sweeper.ts). */
export const inBackground =
  (signal: SignalCampaign, log: Pick<Logger, 'warn'>) =>
  (campaign: CampaignId): void => {
    signal(campaign).catch((error: unknown) => log.warn({ err: error, campaign }, 'a campaign was not signalled'))
  }
