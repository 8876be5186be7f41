import { callApi } from '../api-call.ts'
import type { CheckOutcome } from '../port.ts'
import type { GupshupAccount } from './config.ts'
import { failureOfAnswer } from './errors.ts'

/**
 * Does Gupshup take the key for this app? Asked by the list of its templates, or of its users where the app's id is not
 * known; that changes nothing. Only WhatsApp Business numbers are behind an app (M5). An answer of another kind than yes and "wrong key" says nothing: it stays unchecked.
 */
export async function checkAccount(account: GupshupAccount, signal: AbortSignal): Promise<CheckOutcome> {
  const path =
    account.appId === undefined
      ? `sm/api/v1/users/${encodeURIComponent(account.appName)}`
      : `wa/app/${account.appId}/template?pageNo=0&pageSize=1`
  const url = `${account.apiUrl}/${path}`
  const answer = await callApi({ method: 'GET', url, headers: { apikey: account.apiKey } }, signal)
  if (answer.kind === 'ok') {
    return {
      ok: true,
      account: { displayPhone: account.phone, name: account.appName, quality: null, coexistence: false },
    }
  }
  const failure = failureOfAnswer(account, answer)
  return failure.code === 'key_refused' ? { ok: false, reason: 'token_rejected', failure } : { ok: null, failure }
}
