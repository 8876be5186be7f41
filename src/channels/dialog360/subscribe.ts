import type { CallOutcome } from '../port.ts'
import { callGraph } from '../whatsapp-cloud/graph-client.ts'
import { type Dialog360Account, graphOf } from './config.ts'
import { failureOf360 } from './errors.ts'

/** The header that 360dialog is asked to send with every event. */
export const KEY_HEADER = 'x-parley-key'

/**
 * Sets the address of this number's events (reference §12). The key goes into a header of its own, and not into the
 * address, which others may log. May be repeated.
 */
export async function subscribeAccount(
  account: Dialog360Account,
  webhookUrl: string,
  signal: AbortSignal,
): Promise<CallOutcome> {
  const { origin, pathname } = new URL(webhookUrl)
  const json = { url: `${origin}${pathname}`, headers: { [KEY_HEADER]: account.webhookKey } }
  const request = { method: 'POST' as const, path: 'v1/configs/webhook', unversioned: true, body: { json } }
  const answer = await callGraph(graphOf(account), request, signal)
  return answer.kind === 'ok' ? { ok: true } : { ok: false, failure: failureOf360(account, answer) }
}
