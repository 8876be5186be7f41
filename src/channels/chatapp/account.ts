import type { CallOutcome, CheckOutcome } from '../port.ts'
import { numberAt, objectsAt, textAt } from '../wire/fields.ts'
import { callChatApp, ownFailure } from './call.ts'
import type { ChatAppAccount } from './config.ts'

const partsOf = ({ line }: ChatAppAccount): { licence: string; messenger: string } => {
  const [licence = '', messenger = ''] = line.split('/')
  return { licence, messenger }
}

/** The line's own part of an address of the API. */
export function pathOf(account: ChatAppAccount): string {
  const { licence, messenger } = partsOf(account)
  return `licenses/${licence}/messengers/${messenger}`
}

/**
 * Does ChatApp let us in, and has the account this line, with this messenger, and is it paid for? Whether the number
 * behind `grWhatsApp` is of the WhatsApp Business app (M5) it does not tell, nor which number it is.
 */
export async function checkLine(account: ChatAppAccount, signal: AbortSignal): Promise<CheckOutcome> {
  const answer = await callChatApp(account, { method: 'GET', path: 'licenses' }, signal)
  if (answer.kind !== 'ok') {
    const { failure } = answer
    return failure.code === 'key_refused' ? { ok: false, reason: 'token_rejected', failure } : { ok: null, failure }
  }
  const { licence, messenger } = partsOf(account)
  const found = objectsAt(answer.body, 'data').find((one) => textAt(one, 'licenseId') === licence)
  if (!objectsAt(found, 'messenger').some((one) => textAt(one, 'type') === messenger)) {
    const detail = found === undefined ? 'the account has no such line' : 'the line has no such messenger'
    return { ok: false, reason: 'not_a_business_account', failure: ownFailure(account, 'api_refused', detail) }
  }
  const paidUntil = numberAt(found, 'licenseTo')
  if (paidUntil !== null && paidUntil * 1000 < Date.now()) {
    return { ok: null, failure: ownFailure(account, 'api_account_down', 'the line is not paid for any more') }
  }
  return {
    ok: true,
    account: { displayPhone: null, name: null, quality: null, coexistence: messenger === 'grWhatsApp' },
  }
}

/** Tells the line where its events go; ChatApp tries the address with an empty POST before it says yes. */
export async function subscribeLine(
  account: ChatAppAccount,
  webhookUrl: string,
  signal: AbortSignal,
): Promise<CallOutcome> {
  const json = { events: ['message', 'messageStatus'], url: webhookUrl }
  const answer = await callChatApp(account, { method: 'PUT', path: `${pathOf(account)}/callbackUrl`, json }, signal)
  return answer.kind === 'ok' ? { ok: true } : { ok: false, failure: answer.failure }
}
