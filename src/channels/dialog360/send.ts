import type { OutgoingMessage, SendOutcome } from '../port.ts'
import { scrub } from '../whatsapp-cloud/errors.ts'
import { callGraph } from '../whatsapp-cloud/graph-client.ts'
import { outgoingJson, readAccepted } from '../whatsapp-cloud/send.ts'
import { type Dialog360Account, graphOf } from './config.ts'
import { failureOf360, ownFailure } from './errors.ts'

/** Sends one message once: Meta's body, without the number in the path, for the key says which it is (reference §12). */
export async function sendMessage(
  account: Dialog360Account,
  message: OutgoingMessage,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const built = outgoingJson(message)
  if (!built.ok) return { outcome: 'rejected', failure: ownFailure(account, built.code, built.detail) }
  const request = { method: 'POST' as const, path: 'messages', unversioned: true, body: { json: built.json } }
  const answer = await callGraph(graphOf(account), request, signal)
  if (answer.kind === 'ok') return readAccepted(answer.body)
  if (answer.kind === 'unclear') return { outcome: 'unknown', detail: scrub(answer.detail, graphOf(account)) }
  return { outcome: 'rejected', failure: failureOf360(account, answer) }
}
