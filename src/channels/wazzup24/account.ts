import type { CallOutcome, CheckOutcome } from '../port.ts'
import { isObject, textAt } from '../wire/fields.ts'
import { callWazzup, failureOf, ownFailure } from './call.ts'
import type { WazzupAccount } from './config.ts'

const WHATSAPP = new Set(['whatsapp', 'wapi'])

/** Does Wazzup take the key, and has its account this channel, of WhatsApp, and active? */
export async function checkChannel(account: WazzupAccount, signal: AbortSignal): Promise<CheckOutcome> {
  const answer = await callWazzup(account, { method: 'GET', path: 'channels' }, signal)
  if (answer.kind !== 'ok') {
    const failure = failureOf(account, answer)
    return failure.code === 'key_refused' ? { ok: false, reason: 'token_rejected', failure } : { ok: null, failure }
  }
  const list = Array.isArray(answer.body) ? answer.body.filter(isObject) : []
  const found = list.find((one) => textAt(one, 'channelId')?.toLowerCase() === account.channelId)
  if (found === undefined || !WHATSAPP.has(textAt(found, 'transport') ?? '')) {
    const detail = found === undefined ? 'the account has no such channel' : 'the channel is of another messenger'
    return { ok: false, reason: 'not_a_business_account', failure: ownFailure(account, 'api_refused', detail) }
  }
  const state = textAt(found, 'state') ?? 'unknown'
  if (state !== 'active') {
    return { ok: null, failure: ownFailure(account, 'api_account_down', `the channel is ${state.slice(0, 50)}`) }
  }
  const [, digits] = /^\+?(\d{5,20})$/.exec(textAt(found, 'plainId') ?? '') ?? []
  const coexistence = textAt(found, 'transport') === 'whatsapp'
  return { ok: true, account: { displayPhone: digits ? `+${digits}` : null, name: null, quality: null, coexistence } }
}

/** One address for the whole account at Wazzup: the last channel that says its own is called for all of them. */
export async function subscribeAccount(
  account: WazzupAccount,
  webhookUrl: string,
  signal: AbortSignal,
): Promise<CallOutcome> {
  const subscriptions = { messagesAndStatuses: true, contactsAndDealsCreation: false, channelsUpdates: true }
  const json = { webhooksUri: webhookUrl, subscriptions }
  const answer = await callWazzup(account, { method: 'PATCH', path: 'webhooks', json }, signal)
  return answer.kind === 'ok' || (answer.kind === 'unclear' && answer.status === 200)
    ? { ok: true }
    : { ok: false, failure: failureOf(account, answer) }
}
