import { randomUUID } from 'node:crypto'
import { failureOfApi } from '../api-failure.ts'
import type { CheckOutcome } from '../port.ts'
import type { ChatApiAccount } from './config.ts'
import { postSigned, readRefusal } from './send.ts'

/**
 * Asks the bridge whether it is there and knows the secret: a signed `{ "type": "parley.check" }`, to be answered with
 * any 2xx and JSON. A bridge that turns the signature away is told of; one that knows no checks is believed.
 */
export async function checkBridge(account: ChatApiAccount, signal: AbortSignal): Promise<CheckOutcome> {
  const answer = await postSigned(account, `check-${randomUUID()}`, { type: 'parley.check' }, signal)
  if (answer.kind === 'ok') {
    return { ok: true, account: { displayPhone: null, name: account.service, quality: null, coexistence: false } }
  }
  const failure = failureOfApi(answer, [account.secret], readRefusal)
  if (failure.code === 'key_refused') return { ok: false, reason: 'token_rejected', failure }
  return { ok: null, failure }
}
