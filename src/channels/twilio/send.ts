import { callApi } from '../api-call.ts'
import type { OutgoingBody, OutgoingMessage, ProviderFailure, SendOutcome } from '../port.ts'
import { digitsToReach } from '../whatsapp-number.ts'
import { idAt } from '../wire/fields.ts'
import { acceptedAs, captionRefusal } from '../wire/send-outcome.ts'
import { CAPTION_KINDS } from './capabilities.ts'
import { accountUrl, credentialsOf, isContentSid, type TwilioAccount } from './config.ts'
import { contentValues } from './content-values.ts'
import { failureOfAnswer, ownFailure } from './errors.ts'
import { forgetContent, interactiveContent } from './interactive.ts'

/**
 * Sends one message once (reference §12). Twilio has no idempotency key and gives nothing of ours back, so whatever does
 * not say clearly that the message was refused is `unknown`, and a person has to say what became of it. Templates and
 * messages with buttons are contents, and sent by their ids.
 */
export async function sendMessage(
  account: TwilioAccount,
  message: OutgoingMessage,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const rejected = (code: string, detail: string): SendOutcome => ({
    outcome: 'rejected',
    failure: ownFailure(account, code, detail),
  })
  const to = digitsToReach(message.recipient)
  if (to === null) return rejected('no_address', 'no number of this client')
  for (let isSecond = false; ; isSecond = true) {
    const content = await contentForm(account, message.body, signal)
    if ('failure' in content) return { outcome: 'rejected', failure: content.failure }
    const form = {
      From: `whatsapp:${account.phone}`,
      To: `whatsapp:+${to}`,
      ...(message.reportTo === undefined ? {} : { StatusCallback: message.reportTo }),
      ...content.form,
    }
    const url = accountUrl(account, '/Messages')
    const answer = await callApi({ method: 'POST', url, headers: credentialsOf(account), form }, signal)
    if (answer.kind === 'ok') return acceptedAs(idAt(answer.body, 'sid'))
    if (answer.kind === 'unclear') return { outcome: 'unknown', detail: answer.detail }
    const failure = failureOfAnswer(account, answer)
    const isGone = message.body.kind === 'interactive' && failure.code === NO_CONTENT
    if (isSecond || !isGone) return { outcome: 'rejected', failure }
    // Somebody deleted the content at Twilio. Certainly nothing was sent: it goes out by another, once.
    forgetContent(account, content.form.ContentSid ?? '')
  }
}

/** There is no approved template, or no content at all (errors.ts). */
const NO_CONTENT = '132001'

type ContentForm = { form: Record<string, string> } | { failure: ProviderFailure }

/** The part of the form that says what is sent. */
async function contentForm(account: TwilioAccount, body: OutgoingBody, signal: AbortSignal): Promise<ContentForm> {
  const refused = (code: string, detail: string): ContentForm => ({ failure: ownFailure(account, code, detail) })
  switch (body.kind) {
    case 'text':
      return { form: { Body: body.text } }
    case 'media': {
      const lost = captionRefusal(body, CAPTION_KINDS)
      if (lost) return refused(lost.code, lost.detail)
      return { form: { MediaUrl: body.mediaId, ...(body.caption === null ? {} : { Body: body.caption }) } }
    }
    case 'interactive': {
      const content = await interactiveContent(account, body.message, signal)
      return content.ok ? { form: { ContentSid: content.sid } } : { failure: content.failure }
    }
    case 'template': {
      const { providerId } = body.template
      if (!isContentSid(providerId)) return refused(NO_CONTENT, 'the template has no content at Twilio')
      const values = contentValues(body.template)
      if (!values.ok) return refused(values.code, values.detail)
      const isEmpty = Object.keys(values.values).length === 0
      const variables = isEmpty ? {} : { ContentVariables: JSON.stringify(values.values) }
      return { form: { ContentSid: providerId, ...variables } }
    }
  }
}
