import { outsideActivities as outside } from './call-outside.ts'
import { campaignSends as slices } from './campaign-slice.ts'
import { campaignSteps as campaignStep } from './campaign-steps.ts'
import { conversationSteps as steps } from './conversation-steps.ts'
import { webhookCalls as webhooks } from './deliver-webhooks.ts'
import { fileActivities as files } from './fetch-file.ts'
import { houseSteps as house } from './house-steps.ts'
import { sendActivities as sends } from './send-delivery.ts'
import { failingWithoutValues } from './without-values.ts'
import type { WorkerDeps } from './worker-deps.ts'

/** What the workflows ask for. Built from their surroundings once, in worker.ts. */
export const conversationSteps = (deps: WorkerDeps) => failingWithoutValues(steps(deps))
export const fileActivities = (deps: WorkerDeps) => failingWithoutValues(files(deps))
export const outsideActivities = (deps: WorkerDeps) => failingWithoutValues(outside(deps))
export const sendActivities = (deps: WorkerDeps) => failingWithoutValues(sends(deps))
export const campaignSteps = (deps: WorkerDeps) => failingWithoutValues(campaignStep(deps))
export const houseSteps = (deps: WorkerDeps) => failingWithoutValues(house(deps))
export const webhookCalls = (deps: WorkerDeps) => failingWithoutValues(webhooks(deps))
export const campaignSends = (deps: WorkerDeps) => failingWithoutValues(slices(deps))
export { SENDS_AT_ONCE } from './fair-turns.ts'
export type { WorkerDeps } from './worker-deps.ts'
