import type { CampaignSteps } from '../src/domain/campaign-workflow.ts'
import { campaignStep } from '../src/store/campaigns/sending/campaign-step.ts'
import type { WorkerDeps } from './worker-deps.ts'

/** The database step of a campaign, as a local activity. */
export const campaignSteps = (deps: WorkerDeps): CampaignSteps => ({
  async campaignStep(request) {
    const next = await campaignStep(deps.database, request)
    deps.notifyLive()
    return next
  },
})
