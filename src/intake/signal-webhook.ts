import type { Client } from '@temporalio/client'
import type { Logger } from 'pino'
import { taskQueues } from '../domain/conversation-workflow.ts'
import { type WebhookId, webhookWorkflowIdOf } from '../domain/ids.ts'
import { QUEUED, WEBHOOK_WORKFLOW, type WebhookCarry, webhookCarry } from '../domain/webhook-workflow.ts'

/** Tells a webhook's workflow that something is in its outbox. Harmless when repeated, late, or overtaken. */
export type SignalWebhook = (webhook: WebhookId) => Promise<void>

const SIGNAL_TIMEOUT_MS = 5_000

/** Signals through Temporal, starting the workflow where there is none. Throws what keeps Temporal from answering. */
export function temporalWebhooks(client: Client, queuePrefix: string): SignalWebhook {
  const { conversations } = taskQueues(queuePrefix)
  return async (webhook) => {
    await client.withDeadline(Date.now() + SIGNAL_TIMEOUT_MS, () =>
      client.workflow.signalWithStart<(carry: WebhookCarry) => Promise<void>, []>(WEBHOOK_WORKFLOW, {
        workflowId: webhookWorkflowIdOf(webhook),
        taskQueue: conversations,
        args: [webhookCarry(webhook)],
        signal: QUEUED,
        signalArgs: [],
      }),
    )
  }
}

/** For whoever does not wait: what fails is said, and the sweep signals again (sweeper.ts). */
export const webhooksInBackground =
  (signal: SignalWebhook, log: Pick<Logger, 'warn'>) =>
  (webhook: WebhookId): void => {
    signal(webhook).catch((error: unknown) => log.warn({ err: error, webhook }, 'a webhook was not signalled'))
  }
