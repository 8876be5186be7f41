import { withoutSecrets } from '../api-failure.ts'
import type { OutgoingMessage, SendOutcome } from '../port.ts'
import { idAt } from '../wire/fields.ts'
import { acceptedAs, captionRefusal } from '../wire/send-outcome.ts'
import { chatIdOf } from './addresses.ts'
import { callInstance, failureOf, ownFailure } from './call.ts'
import { CAPABILITIES } from './capabilities.ts'
import { type GreenApiAccount, secretsOf } from './config.ts'

/**
 * Sends one message once (reference §12). Green-API has no key of idempotence: what does not say clearly that the
 * message was refused is `unknown`. What leaves by the API comes back as an echo, which settles it.
 */
export async function sendMessage(
  account: GreenApiAccount,
  message: OutgoingMessage,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const rejected = (code: string, detail: string): SendOutcome => ({
    outcome: 'rejected',
    failure: ownFailure(account, code, detail),
  })
  const chatId = chatIdOf(message.recipient)
  if (chatId === null) return rejected('no_address', 'neither a chat nor a number of this client')
  const { body, quoted } = message
  if (body.kind === 'interactive' || body.kind === 'template') {
    return rejected('not_offered', `Green-API takes no ${body.kind} message here`)
  }
  const lost = captionRefusal(body, CAPABILITIES.captionKinds)
  if (lost) return rejected(lost.code, lost.detail)
  const to = { chatId, ...(quoted === null ? {} : { quotedMessageId: quoted }) }
  const answer =
    body.kind === 'text'
      ? await callInstance(account, 'sendMessage', { ...to, message: body.text }, signal)
      : await callInstance(
          account,
          'sendFileByUrl',
          {
            ...to,
            urlFile: body.mediaId,
            fileName: body.file?.name ?? body.fileName ?? body.media,
            ...(body.caption === null ? {} : { caption: body.caption }),
          },
          signal,
        )
  if (answer.kind === 'unclear')
    return { outcome: 'unknown', detail: withoutSecrets(answer.detail, secretsOf(account)) }
  if (answer.kind !== 'ok') return { outcome: 'rejected', failure: failureOf(account, answer) }
  return acceptedAs(idAt(answer.body, 'idMessage'))
}
