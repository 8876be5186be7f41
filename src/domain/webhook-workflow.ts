import type { WebhookId } from './ids.ts'

/** Names and shapes that the server, the worker and a webhook's workflow share. Ids and numbers only (P8). */
export const WEBHOOK_WORKFLOW = 'webhook'

/** The one signal of a webhook: there is something in its outbox. */
export const QUEUED = 'queued'

/** The argument that a webhook's workflow starts with, and everything that outlives continue-as-new. */
export interface WebhookCarry {
  v: 1
  webhookId: WebhookId
}

export const webhookCarry = (webhookId: WebhookId): WebhookCarry => ({ v: 1, webhookId })

/** Delivers what is due of a webhook's outbox. An activity on the queue of the calls that leave the house. */
export interface WebhookCalls {
  deliverWebhooks(webhook: WebhookId): Promise<WebhookSlice>
}

/** The next delivery is due in so many milliseconds; null: the outbox is empty. */
export interface WebhookSlice {
  nextInMs: number | null
}
