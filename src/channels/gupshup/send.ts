import { callApi } from '../api-call.ts'
import type { OutgoingBody, OutgoingMessage, SendOutcome } from '../port.ts'
import { digitsToReach } from '../whatsapp-number.ts'
import { idAt, textAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import { acceptedAs, captionRefusal } from '../wire/send-outcome.ts'
import { CAPTION_KINDS } from './capabilities.ts'
import type { GupshupAccount } from './config.ts'
import { failureOfAnswer, ownFailure, wordsIn } from './errors.ts'
import { interactiveContent } from './interactive-content.ts'
import { templateForm } from './template-form.ts'

/**
 * Sends one message once (reference §12). Gupshup takes it at once and says later whether it could be sent; its own id
 * comes with all that follows, so that this one is kept and WhatsApp's is not needed. Nothing of ours comes back:
 * whatever does not say clearly that the message was refused is `unknown`.
 */
export async function sendMessage(
  account: GupshupAccount,
  message: OutgoingMessage,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const rejected = (code: string, detail: string): SendOutcome => ({
    outcome: 'rejected',
    failure: ownFailure(account, code, detail),
  })
  const destination = digitsToReach(message.recipient)
  if (destination === null) return rejected('no_address', 'no number of this client')
  const { body } = message
  const lost = captionRefusal(body, CAPTION_KINDS)
  if (lost) return rejected(lost.code, lost.detail)
  const content = contentForm(message)
  if (content === null) {
    return body.kind === 'template'
      ? rejected('132001', 'the template has no id at Gupshup')
      : rejected('not_offered', `Gupshup takes no such ${body.kind} message`)
  }
  const form = {
    channel: 'whatsapp',
    source: account.phone.slice(1),
    destination,
    'src.name': account.appName,
    ...content,
  }
  const url = `${account.apiUrl}/wa/api/v1/${body.kind === 'template' ? 'template/msg' : 'msg'}`
  const answer = await callApi({ method: 'POST', url, headers: { apikey: account.apiKey }, form }, signal)
  if (answer.kind === 'unclear') return { outcome: 'unknown', detail: answer.detail }
  if (answer.kind !== 'ok') return { outcome: 'rejected', failure: failureOfAnswer(account, answer) }
  if (textAt(answer.body, 'status') === 'error') {
    return rejected('gupshup_error', wordsIn(answer.body) ?? 'an error without words')
  }
  return acceptedAs(idAt(answer.body, 'messageId'))
}

/** What the form says beside from whom and to whom; null: Gupshup has no such message. */
function contentForm({ body, quoted }: OutgoingMessage): Record<string, string> | null {
  if (body.kind === 'template') return templateForm(body.template)
  const content = contentOf(body)
  if (content === null) return null
  // The id that we know of the quoted message: Gupshup's of one of ours, WhatsApp's of a client's.
  const context = quoted === null ? {} : { context: { msgId: quoted } }
  return { message: JSON.stringify({ ...content, ...context }) }
}

/** The JSON in the form's `message`; null: there is none for it. */
function contentOf(body: Exclude<OutgoingBody, { kind: 'template' }>): JsonObject | null {
  switch (body.kind) {
    case 'text':
      return { type: 'text', text: body.text }
    case 'interactive':
      return interactiveContent(body.message)
    case 'media':
      break
  }
  const url = body.mediaId
  const caption = body.caption === null ? {} : { caption: body.caption }
  switch (body.media) {
    case 'image':
      return { type: 'image', originalUrl: url, previewUrl: url, ...caption }
    case 'video':
      return { type: 'video', url, ...caption }
    case 'voice':
    case 'audio':
      return { type: 'audio', url }
    case 'sticker':
      return { type: 'sticker', url }
    case 'document':
      return { type: 'file', url, ...(body.fileName === null ? {} : { filename: body.fileName }) }
  }
}
