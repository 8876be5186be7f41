/** What the workflows ask for. Built from their surroundings once, in worker.ts. */
export { conversationSteps } from './conversation-steps.ts'
export { fileActivities } from './fetch-file.ts'
export { sendActivities } from './send-delivery.ts'
export type { WorkerDeps } from './worker-deps.ts'
