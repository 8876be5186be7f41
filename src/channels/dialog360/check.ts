import type { CheckOutcome } from '../port.ts'
import { refusesToken } from '../whatsapp-cloud/check.ts'
import { callGraph } from '../whatsapp-cloud/graph-client.ts'
import { type Dialog360Account, graphOf } from './config.ts'
import { failureOf360 } from './errors.ts'

/**
 * Does 360dialog know the key? A key belongs to one number of a WhatsApp Business account, so that a personal number
 * cannot pass (M5). Which number that is, the answer does not say.
 */
export async function checkAccount(account: Dialog360Account, signal: AbortSignal): Promise<CheckOutcome> {
  const request = { method: 'GET' as const, path: 'v1/configs/webhook', unversioned: true }
  const answer = await callGraph(graphOf(account), request, signal)
  if (answer.kind === 'ok') {
    return { ok: true, account: { displayPhone: null, name: null, quality: null, coexistence: false } }
  }
  const failure = failureOf360(account, answer)
  const isRefused = failure.code === 'key_refused' || (answer.kind === 'refused' && refusesToken(failure.code))
  return isRefused ? { ok: false, reason: 'token_rejected', failure } : { ok: null, failure }
}
