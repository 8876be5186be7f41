import { proxyActivities, proxyLocalActivities, workflowInfo } from '@temporalio/workflow'
import type { CampaignSends, CampaignSteps } from '../src/domain/campaign-workflow.ts'

export const steps = proxyLocalActivities<CampaignSteps>({
  startToCloseTimeout: '20s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '15s' },
})

/**
 * A slice ends by itself within three minutes, or with its worker, which the heartbeat tells. Repeating it repeats no
 * call: the ledger knows what was claimed (P3).
 */
export const sends: CampaignSends = {
  sendSlice: (campaign) =>
    proxyActivities<CampaignSends>({
      taskQueue: workflowInfo().taskQueue.replace(/-conversations$/, '-campaigns'),
      startToCloseTimeout: '5m',
      heartbeatTimeout: '10s',
      retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
    }).sendSlice(campaign),
}
