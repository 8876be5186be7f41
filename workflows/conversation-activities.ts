import { proxyActivities, proxyLocalActivities, workflowInfo } from '@temporalio/workflow'
import type {
  ConversationSteps,
  FileActivities,
  OutsideActivities,
  SendActivities,
} from '../src/domain/conversation-workflow.ts'

/**
 * Database steps run inside the workflow task: one marker instead of an activity's three events and a second task.
 * They are repeated until they succeed; a step that was committed returns its stored outcome.
 */
export const steps = proxyLocalActivities<ConversationSteps>({
  startToCloseTimeout: '20s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '15s' },
})

/** The queues' prefix is the one of the queue this conversation runs on. */
const sibling = (name: string) => workflowInfo().taskQueue.replace(/-conversations$/, `-${name}`)

/**
 * A provider call. Repeating this activity never repeats the call blindly: the ledger knows what was claimed (P3).
 * The heartbeat tells a dead worker from a slow provider.
 */
export const sends: SendActivities = {
  sendDelivery: (delivery) =>
    proxyActivities<SendActivities>({
      taskQueue: sibling('sends'),
      startToCloseTimeout: '5m',
      heartbeatTimeout: '10s',
      retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
    }).sendDelivery(delivery),
}

/** A client's file waits at the provider for seven days (reference §6); until then fetching it is tried again. */
export const files: FileActivities = {
  fetchFile: (attachment) =>
    proxyActivities<FileActivities>({
      taskQueue: sibling('files'),
      startToCloseTimeout: '15m',
      heartbeatTimeout: '20s',
      retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30m' },
    }).fetchFile(attachment),
  // A name is worth some tries; the next message asks again.
  lookUp: (conversation) =>
    proxyActivities<FileActivities>({
      taskQueue: sibling('files'),
      startToCloseTimeout: '2m',
      heartbeatTimeout: '20s',
      retry: { initialInterval: '2s', backoffCoefficient: 4, maximumInterval: '10m', maximumAttempts: 6 },
    }).lookUp(conversation),
}

/** A call to an endpoint. Whether it is made again is decided by its record, not by Temporal. */
export const outside: OutsideActivities = {
  callOutside: (call) =>
    proxyActivities<OutsideActivities>({
      taskQueue: sibling('outside'),
      startToCloseTimeout: '3m',
      heartbeatTimeout: '10s',
      retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
    }).callOutside(call),
}
