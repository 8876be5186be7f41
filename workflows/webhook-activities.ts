import { proxyActivities, workflowInfo } from '@temporalio/workflow'
import type { WebhookCalls } from '../src/domain/webhook-workflow.ts'

/** A slice ends by itself within a minute, or with its worker, which the heartbeat tells. */
export const calls: WebhookCalls = {
  deliverWebhooks: (webhook) =>
    proxyActivities<WebhookCalls>({
      taskQueue: workflowInfo().taskQueue.replace(/-conversations$/, '-outside'),
      startToCloseTimeout: '3m',
      heartbeatTimeout: '10s',
      retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
    }).deliverWebhooks(webhook),
}
