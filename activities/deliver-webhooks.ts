import { Context } from '@temporalio/activity'
import type { WebhookId } from '../src/domain/ids.ts'
import type { WebhookCalls, WebhookSlice } from '../src/domain/webhook-workflow.ts'
import { fetchOutside } from '../src/outside/fetch-outside.ts'
import { type DueDelivery, type DueWork, recordAttempt, takeDue } from '../src/store/webhooks/outbox.ts'
import { signedHeaders } from '../src/store/webhooks/signature.ts'
import { untilRecorded, withHeartbeat } from './heartbeat.ts'
import type { WorkerDeps } from './worker-deps.ts'

/** A receiver answers within this time (Standard Webhooks proposes 15 to 30 s). */
const TIMEOUT_MS = 15_000
/** A slice takes on something new for so long. */
const SLICE_MS = 45_000
/** Deliveries that are taken at once. */
const CHUNK = 16
/** Nobody reads the answer; only whether it comes counts. */
const MAX_ANSWER_BYTES = 64 * 1024

type Work = Extract<DueWork, { got: 'deliveries' }>

/** Delivers what scenarios emitted, at least once: the workflow lets one slice of a webhook run at a time. */
export const webhookCalls = (deps: WorkerDeps): WebhookCalls => ({
  deliverWebhooks: (webhook) => withHeartbeat(() => deliverSlice(deps, webhook, Context.current().cancellationSignal)),
})

async function deliverSlice(deps: WorkerDeps, webhook: WebhookId, cancelled: AbortSignal): Promise<WebhookSlice> {
  const stopping = AbortSignal.any([cancelled, deps.stopping])
  const until = performance.now() + SLICE_MS
  const isOver = () => stopping.aborted || performance.now() > until
  while (!isOver()) {
    const work = await takeDue(deps.database.db, deps.secrets, webhook, CHUNK)
    if (work.got === 'nothing') return { nextInMs: work.nextInMs }
    // What one conversation says comes in its order, as long as it succeeds; others do not wait for it.
    await Promise.all(
      lanesOf(work.deliveries).map(async (lane) => {
        for (const delivery of lane) if (!isOver()) await deliver(deps, webhook, work, delivery, stopping)
      }),
    )
  }
  return { nextInMs: 0 }
}

function lanesOf(deliveries: readonly DueDelivery[]): DueDelivery[][] {
  const lanes = new Map<string, DueDelivery[]>()
  for (const delivery of deliveries) {
    const key = delivery.conversation_id ?? delivery.run_id ?? delivery.id
    lanes.set(key, [...(lanes.get(key) ?? []), delivery])
  }
  return [...lanes.values()]
}

async function deliver(
  deps: WorkerDeps,
  webhook: WebhookId,
  { url, allowPrivateAddress, secrets }: Work,
  delivery: DueDelivery,
  signal: AbortSignal,
): Promise<void> {
  const at = new Date()
  const { id, body } = delivery
  const startedAt = performance.now()
  const answer = await fetchOutside({
    url,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...signedHeaders(secrets, { id, timestamp: Math.floor(at.getTime() / 1_000), body }),
    },
    body,
    timeoutMs: TIMEOUT_MS,
    allowPrivateAddress,
    maxBytes: MAX_ANSWER_BYTES,
    signal,
  })
  // This process ends: whoever takes it up makes the attempt anew.
  if (!answer.ok && answer.code === 'stopped') return
  const outcome = answer.ok ? { status: answer.status } : { error: answer.message }
  const more = { at, milliseconds: performance.now() - startedAt, random: Math.random() }
  await untilRecorded(() => recordAttempt(deps.database, webhook, delivery, outcome, more))
}
