import type { CallOutcome, CheckOutcome } from '../port.ts'
import { at, textAt } from '../wire/fields.ts'
import { callInstance, failureOf, ownFailure } from './call.ts'
import type { GreenApiAccount } from './config.ts'

/**
 * Does Green-API take the token, and is a phone linked? Whether the number is of the WhatsApp Business app (M5) it does
 * not tell.
 */
export async function checkInstance(account: GreenApiAccount, signal: AbortSignal): Promise<CheckOutcome> {
  const answer = await callInstance(account, 'getStateInstance', undefined, signal)
  if (answer.kind !== 'ok') {
    const failure = failureOf(account, answer)
    return failure.code === 'key_refused' ? { ok: false, reason: 'token_rejected', failure } : { ok: null, failure }
  }
  const state = textAt(answer.body, 'stateInstance')
  if (state !== 'authorized') {
    const detail = `the instance is ${state === null ? 'in an unknown state' : state.slice(0, 50)}`
    return { ok: null, failure: ownFailure(account, 'api_account_down', detail) }
  }
  const settings = await callInstance(account, 'getSettings', undefined, signal)
  const [, digits] = /^(\d+)@c\.us$/.exec(settings.kind === 'ok' ? (textAt(settings.body, 'wid') ?? '') : '') ?? []
  return {
    ok: true,
    account: { displayPhone: digits ? `+${digits}` : null, name: null, quality: null, coexistence: true },
  }
}

const EVENTS = [
  'incomingWebhook',
  'outgoingWebhook',
  'outgoingMessageWebhook',
  'outgoingAPIMessageWebhook',
  'stateWebhook',
  'editedMessageWebhook',
  'deletedMessageWebhook',
]

/** Tells the instance where events go, with the key that it is to show, and which. They take some minutes to begin. */
export async function subscribeInstance(
  account: GreenApiAccount,
  webhookUrl: string,
  signal: AbortSignal,
): Promise<CallOutcome> {
  const settings = {
    webhookUrl,
    webhookUrlToken: account.webhookKey,
    ...Object.fromEntries(EVENTS.map((name) => [name, 'yes'])),
  }
  const answer = await callInstance(account, 'setSettings', settings, signal)
  if (answer.kind !== 'ok') return { ok: false, failure: failureOf(account, answer) }
  if (at(answer.body, 'saveSettings') === true) return { ok: true }
  return { ok: false, failure: ownFailure(account, 'unreadable_answer', 'the settings were not saved') }
}
