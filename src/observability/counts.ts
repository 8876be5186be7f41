import { Counter, Histogram } from 'prom-client'

/**
 * What this process has counted since it started: one set for the process, as Prometheus' registry is. The labels are
 * words of ours (codes, providers, lanes), never what somebody wrote, a name, a number or an id (P8).
 */

const FAST = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const SLOW = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600]

/** P1: how providers' webhooks were answered, and how fast. `provider` is empty where no channel was found. */
export const webhookAcks = new Histogram({
  name: 'parley_webhook_ack_seconds',
  help: 'Time until a webhook of a provider was answered, in seconds, by status code',
  labelNames: ['provider', 'code'] as const,
  buckets: FAST,
})

/** P1, P5: from the commit of the webhook until what it brought stands in its task, by the database's clock. */
export const eventsWorked = new Histogram({
  name: 'parley_event_worked_seconds',
  help: 'From storing an event of a conversation until it was worked off, in seconds; message.received: webhook to comment',
  labelNames: ['kind'] as const,
  buckets: SLOW,
})

/** P2: what providers sent again and was stored already. */
export const duplicatesRefused = new Counter({
  name: 'parley_duplicates_refused_total',
  help: 'Events of webhooks that were stored already and changed nothing',
})

/** P3: from the order until the first call; undo window, pacing and parking are in it. */
export const ordersCalled = new Histogram({
  name: 'parley_order_to_call_seconds',
  help: 'From queueing a message until its first call to the provider, in seconds',
  labelNames: ['provider'] as const,
  buckets: SLOW,
})

/** P3: calls that send a message. `outcome`: accepted, unknown, or the class of the provider's refusal. */
export const providerCalls = new Histogram({
  name: 'parley_provider_call_seconds',
  help: 'Calls to providers that send a message, in seconds, by outcome: accepted, unknown, or the class of the refusal',
  labelNames: ['provider', 'lane', 'outcome'] as const,
  buckets: FAST.slice(3).concat(30),
})

/** P6, and the gate before the provider: what was refused at the last moment, by code (window_closed, opted_out, …). */
export const sendsRefused = new Counter({
  name: 'parley_sends_refused_total',
  help: 'Messages that were refused before the call to the provider, by code',
  labelNames: ['code'] as const,
})

/** What the API refuses, by the code of its answer; `window_closed` is a person who may only send a template. */
export const requestsRefused = new Counter({
  name: 'parley_requests_refused_total',
  help: 'Requests that the API refused, by code',
  labelNames: ['code'] as const,
})

/** P7: rounds of the sweep that picks up what crashes and outages left behind. */
export const sweeps = new Counter({
  name: 'parley_sweeps_total',
  help: 'Rounds of the sweep that picks up what was left behind, by how they ended: done, failed',
  labelNames: ['ended'] as const,
})
