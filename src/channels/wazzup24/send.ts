import type { IdentityValue } from '../../domain/conversation-event.ts'
import { withoutSecrets } from '../api-failure.ts'
import type { OutgoingMessage, SendOutcome } from '../port.ts'
import { digitsToReach } from '../whatsapp-number.ts'
import { idAt } from '../wire/fields.ts'
import { acceptedAs, captionRefusal } from '../wire/send-outcome.ts'
import { callWazzup, errorOf, failureOf, ownFailure } from './call.ts'
import { CAPABILITIES } from './capabilities.ts'
import { secretsOf, type WazzupAccount } from './config.ts'

/**
 * Sends one message (reference §12). `crmMessageId` is a key of idempotence: a call that is repeated with it is refused
 * as such, and that is the proof that Wazzup had the message before.
 */
export async function sendMessage(
  account: WazzupAccount,
  message: OutgoingMessage,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const rejected = (code: string, detail: string): SendOutcome => ({
    outcome: 'rejected',
    failure: ownFailure(account, code, detail),
  })
  const chat = chatOf(message.recipient)
  if (chat === null) return rejected('no_address', 'neither a group nor a number of this client')
  const { body, quoted, deliveryId } = message
  if (body.kind === 'interactive' || body.kind === 'template') {
    return rejected('not_offered', `Wazzup takes no ${body.kind} message here`)
  }
  // A text and a file are separate messages.
  const lost = captionRefusal(body, CAPABILITIES.captionKinds)
  if (lost) return rejected(lost.code, lost.detail)
  const json = {
    channelId: account.channelId,
    ...chat,
    crmMessageId: deliveryId,
    ...(quoted === null ? {} : { refMessageId: quoted }),
    ...(body.kind === 'text' ? { text: body.text } : { contentUri: body.mediaId }),
  }
  const answer = await callWazzup(account, { method: 'POST', path: 'message', json }, signal)
  if (answer.kind === 'unclear') {
    return { outcome: 'unknown', detail: withoutSecrets(answer.detail, secretsOf(account)) }
  }
  if (answer.kind !== 'ok') {
    const isRepeated = answer.kind === 'refused' && errorOf(answer.body) === 'repeatedCrmMessageId'
    // Wazzup's own id is lost with the first answer: statuses of this one message find nothing.
    return isRepeated
      ? acceptedAs(idAt(answer.body, 'messageId') ?? `crmMessageId:${deliveryId}`)
      : { outcome: 'rejected', failure: failureOf(account, answer) }
  }
  return acceptedAs(idAt(answer.body, 'messageId'))
}

function chatOf(recipient: readonly IdentityValue[]): { chatType: string; chatId: string } | null {
  const group = recipient.find(({ kind }) => kind === 'chat_id')
  if (group) return { chatType: 'whatsgroup', chatId: group.value }
  const digits = digitsToReach(recipient)
  return digits === null ? null : { chatType: 'whatsapp', chatId: digits }
}
