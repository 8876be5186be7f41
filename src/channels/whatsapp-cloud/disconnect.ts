import { providerErrorRule } from '../../domain/provider-errors.ts'
import type { CallOutcome, Ended, Ending } from '../port.ts'
import { isNoSuchNumber, refusesToken } from './check.ts'
import type { WhatsAppCloudConfig } from './config.ts'
import { failureOf, failureOfAnswer } from './errors.ts'
import { isSuccess } from './graph-answer.ts'
import { callGraph, type GraphAnswer, graphPath } from './graph-client.ts'

/** The number is not registered: what was wanted is so already (reference §9). */
const NOT_REGISTERED = '133010'

const PHONE_APP = {
  what: 'phone_app',
  message:
    'The phone app still shows the connection: its owner ends it there, under Settings → Account → Business Platform.',
}

/**
 * Gives up the number and its events (reference §10.4). A number that the phone app uses, too, stays registered, and only
 * its owner can end that. What Meta cannot be told, because it is away or takes the token no longer, is left to a person.
 */
export async function disconnectAccount(
  config: WhatsAppCloudConfig,
  { coexistence, businessShared }: Ending,
  signal: AbortSignal,
): Promise<Ended> {
  const left: Ended['left'] = []
  let deregistered = false
  if (coexistence) {
    left.push(PHONE_APP)
  } else {
    const path = graphPath(config.phoneNumberId, 'deregister')
    const body = { json: { messaging_product: 'whatsapp' } }
    const answer = await callGraph(config, { method: 'POST', path, body }, signal)
    deregistered = isDone(answer)
    if (!deregistered) left.push(leftToDo('deregister', NUMBER_LEFT, answer))
  }
  if (!businessShared) {
    const path = graphPath(config.wabaId, 'subscribed_apps')
    const answer = await callGraph(config, { method: 'DELETE', path }, signal)
    if (!isDone(answer)) left.push(leftToDo('unsubscribe', APP_LEFT, answer))
  }
  return { left, deregistered }
}

/** @param pin of its two-step verification: set by this where the number has none */
export async function registerNumber(
  config: WhatsAppCloudConfig,
  pin: string,
  signal: AbortSignal,
): Promise<CallOutcome> {
  const path = graphPath(config.phoneNumberId, 'register')
  const body = { json: { messaging_product: 'whatsapp', pin } }
  const answer = await callGraph(config, { method: 'POST', path, body }, signal)
  if (answer.kind !== 'ok') return { ok: false, failure: failureOfAnswer(config, answer) }
  return isSuccess(answer.body)
    ? { ok: true }
    : { ok: false, failure: failureOf(config, 'unreadable_answer', 'no success in the answer') }
}

const NUMBER_LEFT =
  'The number is still registered for this app: delete or move it in WhatsApp Manager → Phone numbers.'
const APP_LEFT =
  'Meta still sends the events of this account to the app: remove its access in Meta Business settings → Accounts → WhatsApp accounts.'

/** Done, or never to be undone: there is no such number or registration any more. */
function isDone(answer: GraphAnswer): boolean {
  if (answer.kind === 'ok') return isSuccess(answer.body)
  return answer.kind === 'refused' && answer.error.code === NOT_REGISTERED
}

function leftToDo(what: string, words: string, answer: GraphAnswer): Ended['left'][number] {
  return { what, message: `${words} (${whyNot(answer)})` }
}

function whyNot(answer: GraphAnswer): string {
  if (answer.kind !== 'refused') return 'Meta could not be asked'
  const { code } = answer.error
  if (refusesToken(code)) return 'Meta refuses the access token'
  if (isNoSuchNumber(code)) return `Meta refused it: error ${code}`
  return providerErrorRule(code).words.en.replace(/\.$/, '')
}
