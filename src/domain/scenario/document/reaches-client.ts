import type { ScenarioDocument } from './scenario-document.ts'
import type { Step } from './step.ts'
import { steps } from './walk.ts'

const SENDS = ['sendText', 'sendTemplate', 'sendInteractive', 'sendFile', 'sendQuickReply'] as const

/** May a run of it write to the client, by a step of its own or by a scenario that it calls or starts? */
export function mayReachClient(document: ScenarioDocument): boolean {
  for (const { step } of steps(document)) if (writes(step) || 'call' in step || 'start' in step) return true
  return false
}

const writes = (step: Step): boolean =>
  SENDS.some((action) => action in step) || ('comment' in step && step.comment.notify.includes('contact'))
