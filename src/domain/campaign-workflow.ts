import type { CampaignId } from './ids.ts'

/** Names and shapes that the server, the worker and a campaign's workflow share. Ids and numbers only (P8). */
export const CAMPAIGN_WORKFLOW = 'campaign'

/** The one signal of a campaign: something of it changed. The workflow reads the campaign itself from the database. */
export const CHANGED = 'changed'

/** The argument that a campaign's workflow starts with, and everything that outlives continue-as-new. */
export interface CampaignCarry {
  v: 1
  campaignId: CampaignId
}

export const campaignCarry = (campaignId: CampaignId): CampaignCarry => ({ v: 1, campaignId })

/** The step that a campaign asks of the database: a local activity, one transaction. */
export interface CampaignSteps {
  campaignStep(request: CampaignStepRequest): Promise<CampaignNext>
}

export interface CampaignStepRequest {
  campaignId: CampaignId
  /** the workflow's time, in milliseconds since 1970: a campaign that was planned for then begins */
  now: number
}

/** `wait` until then, in milliseconds since 1970, or until the next change where it is null. */
export type CampaignNext = { do: 'send' } | { do: 'wait'; untilMs: number | null } | { do: 'end' }

/** Sends part of a campaign. An activity on a queue of its own. */
export interface CampaignSends {
  sendSlice(campaign: CampaignId): Promise<SliceResult>
}

/** Nothing can be sent before so many milliseconds have passed; null: the next step decides. */
export interface SliceResult {
  nextInMs: number | null
}
