import type { IdentityValue } from '../../domain/conversation-event.ts'
import type { ProviderMessageId } from '../../domain/ids.ts'
import { digitsOf } from '../../domain/phone-variants.ts'
import { fetchOutside, type OutsideAnswer } from '../../outside/fetch-outside.ts'
import { type ApiAnswer, answerOf } from '../api-call.ts'
import { apiFailure, failureOfApi, withoutSecrets } from '../api-failure.ts'
import { isLoopbackOrigin } from '../linked-file.ts'
import type { OutgoingBody, OutgoingMessage, SendOutcome } from '../port.ts'
import { waitHintOf } from '../wire/wait-hint.ts'
import { bridgeOrigin, type ChatApiAccount } from './config.ts'
import { signedHeaders } from './signature.ts'
import { type OutgoingCall, outgoingAnswer, outgoingRefusal } from './wire.ts'

/** Longer than any bridge should take, and shorter than the sender's own patience. */
const TIMEOUT_MS = 25_000
const MAX_ANSWER_BYTES = 64 * 1024

/**
 * Posts one message to the bridge. `deliveryId` makes a repeated call harmless, so that an unknown outcome is called
 * again by the ledger (`Capabilities.repeatsSafely`); nothing is repeated here.
 */
export async function sendMessage(
  account: ChatApiAccount,
  message: OutgoingMessage,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const secrets = [account.secret]
  const rejected = (code: string, detail: string): SendOutcome => ({
    outcome: 'rejected',
    failure: apiFailure(code, detail, secrets),
  })
  const address = addressOf(message.recipient)
  if (address === null) return rejected('no_address', 'neither a chat nor a phone number of this client')
  const said = contentOf(message.body)
  if (said === null) return rejected('not_offered', `a ${message.body.kind} message has no form in this API`)

  const call: OutgoingCall = {
    deliveryId: message.deliveryId,
    ...address,
    replyTo: message.quoted,
    message: said,
  }
  const answer = await postSigned(account, message.deliveryId, call, signal)
  if (answer.kind === 'unclear') return { outcome: 'unknown', detail: withoutSecrets(answer.detail, secrets) }
  if (answer.kind !== 'ok') {
    return { outcome: 'rejected', failure: failureOfApi(answer, secrets, readRefusal) }
  }
  const accepted = outgoingAnswer.safeParse(answer.body)
  if (!accepted.success) return { outcome: 'unknown', detail: 'HTTP 2xx without a messageId' }
  const { messageId, chat } = accepted.data
  const identities: IdentityValue[] = chat ? [{ kind: 'chat_id', value: chat.id }] : []
  return { outcome: 'accepted', providerMessageId: messageId as ProviderMessageId, identities, held: false }
}

/** A signed call to the bridge. @param id of Standard Webhooks */
export async function postSigned(
  account: ChatApiAccount,
  id: string,
  json: unknown,
  signal: AbortSignal,
): Promise<ApiAnswer> {
  if (signal.aborted) return { kind: 'not_sent', code: 'not_started', detail: 'stopped before the call' }
  const body = Buffer.from(JSON.stringify(json))
  const answer = await fetchOutside({
    url: account.sendUrl,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...signedHeaders(account.secret, id, body, Date.now()) },
    body,
    timeoutMs: TIMEOUT_MS,
    allowPrivateAddress: isLoopbackOrigin(bridgeOrigin(account)),
    maxBytes: MAX_ANSWER_BYTES,
    signal,
  })
  return answer.ok
    ? answerOf(answer.status, answer.body, waitHintOf(new Headers(answer.headers), new Date()))
    : unsent(answer)
}

function unsent(answer: Extract<OutsideAnswer, { ok: false }>): ApiAnswer {
  if (answer.code === 'bad_request' || answer.code === 'address_refused') {
    return { kind: 'not_sent', code: 'bad_request', detail: answer.message }
  }
  const neverLeft = /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)\b/.test(answer.message)
  if (answer.code === 'network' && neverLeft) return { kind: 'not_sent', code: 'network', detail: answer.message }
  return { kind: 'unclear', status: null, detail: answer.message, waitSeconds: null }
}

/** The bridge's own code is told in words: ours decides what is done about it. */
export function readRefusal(_status: number, body: unknown): { code: null; words: string } | null {
  const refusal = outgoingRefusal.safeParse(body)
  if (!refusal.success) return null
  const { code, message } = refusal.data.error
  return { code: null, words: code === undefined ? message : `${code}: ${message}` }
}

/** The chat that was written in last; before there is one, the phone number. */
function addressOf(recipient: readonly IdentityValue[]): Pick<OutgoingCall, 'chat' | 'contact'> | null {
  const chat = recipient.find(({ kind }) => kind === 'chat_id')
  const number = recipient.find(({ kind }) => kind === 'phone' || kind === 'wa_id')
  const digits = number ? digitsOf(number.value) : null
  const phone = digits?.ok ? `+${digits.digits}` : null
  if (!chat && phone === null) return null
  return { chat: chat ? { id: chat.value } : null, contact: { phone } }
}

/** null: this API has no form for it */
function contentOf(body: OutgoingBody): OutgoingCall['message'] | null {
  switch (body.kind) {
    case 'text':
      return { text: body.text }
    case 'media':
      return {
        attachment: {
          url: body.mediaId,
          kind: body.media,
          name: body.file?.name ?? body.fileName,
          mime: body.file?.mime ?? null,
          size: body.file?.size ?? null,
          caption: body.caption,
        },
      }
    case 'interactive': {
      const { text, choice } = body.message
      if (choice.kind === 'buttons') return { text, buttons: choice.buttons }
      return choice.kind === 'link' ? { text, link: { title: choice.title, url: choice.url } } : null
    }
    case 'template':
      return null
  }
}
