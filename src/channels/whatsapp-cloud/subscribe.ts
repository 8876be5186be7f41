import type { CallOutcome } from '../port.ts'
import type { WhatsAppCloudConfig } from './config.ts'
import { failureOf, failureOfAnswer } from './errors.ts'
import { isSuccess } from './graph-answer.ts'
import { callGraph, graphPath } from './graph-client.ts'

/** Meta's limit for an overriding address (reference §1.6). */
const MAX_URL_LENGTH = 200

/**
 * Makes the business account send its events to us (reference §1.6): first the app is subscribed, for Meta takes an
 * address only from a subscribed app; then our address for this account. The address covers the field `messages`; all
 * other fields go to the address in the app's dashboard, which a person sets. May be repeated at any time.
 */
export async function subscribeAccount(
  config: WhatsAppCloudConfig,
  webhookUrl: string,
  verifyToken: string,
  signal: AbortSignal,
): Promise<CallOutcome> {
  if (webhookUrl.length > MAX_URL_LENGTH) {
    const detail = `the webhook address is longer than ${MAX_URL_LENGTH} characters`
    return { ok: false, failure: failureOf(config, 'bad_request', detail) }
  }
  const subscribed = await subscribedApps(config, undefined, signal)
  if (!subscribed.ok) return subscribed
  return subscribedApps(config, { override_callback_uri: webhookUrl, verify_token: verifyToken }, signal)
}

async function subscribedApps(
  config: WhatsAppCloudConfig,
  override: Record<string, string> | undefined,
  signal: AbortSignal,
): Promise<CallOutcome> {
  const path = graphPath(config.wabaId, 'subscribed_apps')
  const body = override === undefined ? {} : { body: { json: override } }
  const answer = await callGraph(config, { method: 'POST', path, ...body }, signal)
  if (answer.kind !== 'ok') return { ok: false, failure: failureOfAnswer(config, answer) }
  return isSuccess(answer.body)
    ? { ok: true }
    : { ok: false, failure: failureOf(config, 'unreadable_answer', 'no success in the answer') }
}
