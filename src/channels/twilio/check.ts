import { callApi } from '../api-call.ts'
import type { CheckOutcome } from '../port.ts'
import { textAt } from '../wire/fields.ts'
import { accountUrl, credentialsOf, type TwilioAccount } from './config.ts'
import { failureOfAnswer, ownFailure } from './errors.ts'

/** Does Twilio know the account, and is it in use? Only WhatsApp Business numbers are senders at Twilio (M5). */
export async function checkAccount(account: TwilioAccount, signal: AbortSignal): Promise<CheckOutcome> {
  const answer = await callApi({ method: 'GET', url: accountUrl(account, ''), headers: credentialsOf(account) }, signal)
  if (answer.kind !== 'ok') {
    const failure = failureOfAnswer(account, answer)
    if (failure.code === 'key_refused') return { ok: false, reason: 'token_rejected', failure }
    const isNobody = answer.kind === 'refused' && answer.status === 404
    return isNobody ? { ok: false, reason: 'not_a_business_account', failure } : { ok: null, failure }
  }
  const status = textAt(answer.body, 'status')
  if (status !== null && status !== 'active') {
    return { ok: null, failure: ownFailure(account, 'key_refused', `the account is ${status}`) }
  }
  const name = textAt(answer.body, 'friendly_name')
  return { ok: true, account: { displayPhone: account.phone, name, quality: null, coexistence: false } }
}
