import type { IdentityValue } from '../../domain/conversation-event.ts'
import type { OutgoingBody, OutgoingMessage, ReadyTemplate, SendOutcome } from '../port.ts'
import { digitsToReach } from '../whatsapp-number.ts'
import { idAt, objectAt } from '../wire/fields.ts'
import { acceptedAs, captionRefusal } from '../wire/send-outcome.ts'
import { pathOf } from './account.ts'
import { callChatApp, ownFailure } from './call.ts'
import { CAPABILITIES } from './capabilities.ts'
import type { ChatAppAccount } from './config.ts'
import { hasTemplates } from './templates.ts'

/**
 * Sends one message (reference §12). ChatApp has no key of idempotence that we know of: what does not say clearly that
 * the message was refused is `unknown`. What leaves comes back as an echo, which settles it. That a file may be given by its
 * link is how others call it, and stands in no paper of ours.
 */
export async function sendMessage(
  account: ChatAppAccount,
  message: OutgoingMessage,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const rejected = (code: string, detail: string): SendOutcome => ({
    outcome: 'rejected',
    failure: ownFailure(account, code, detail),
  })
  const chat = chatOf(message.recipient)
  if (chat === null) return rejected('no_address', 'neither a chat nor a number of this client')
  const { body } = message
  const content = contentOf(account, body)
  if ('code' in content) return rejected(content.code, content.detail)
  const { kind, json } = content
  const path = `${pathOf(account)}/chats/${encodeURIComponent(chat)}/messages/${kind}`
  const answer = await callChatApp(account, { method: 'POST', path, json }, signal)
  if (answer.kind === 'unclear') return { outcome: 'unknown', detail: answer.detail }
  if (answer.kind === 'failed') return { outcome: 'rejected', failure: answer.failure }
  return acceptedAs(idAt(objectAt(answer.body, 'data'), 'id'))
}

/** The group that was written in, else the client's number: it is the name of a chat, too. */
function chatOf(recipient: readonly IdentityValue[]): string | null {
  const chat = recipient.find(({ kind, value }) => kind === 'chat_id' && /^[\w.-]+@[\w.]+$/.test(value))
  return chat?.value ?? digitsToReach(recipient)
}

type Content = { kind: 'text' | 'file' | 'template'; json: object } | { code: string; detail: string }

/** The last part of the address, and what is posted there; or why there is no such message. */
function contentOf(account: ChatAppAccount, body: OutgoingBody): Content {
  switch (body.kind) {
    case 'text':
      return { kind: 'text', json: { text: body.text } }
    case 'interactive':
      return { code: 'not_offered', detail: 'ChatApp takes no interactive message here' }
    case 'template':
      return hasTemplates(account)
        ? templateOf(body.template)
        : { code: 'not_offered', detail: 'the ordinary WhatsApp has no templates' }
    case 'media': {
      const { media, mediaId, caption, fileName, file } = body
      const lost = captionRefusal(body, CAPABILITIES.captionKinds)
      if (lost) return lost
      const named = { file: mediaId, fileName: file?.name ?? fileName ?? media }
      return { kind: 'file', json: { ...named, ...(caption === null ? {} : { caption }) } }
    }
  }
}

/** By its id, with the values of its text, and a file by its link; how other values are given is not known. */
function templateOf({ providerId, header, body, buttons }: ReadyTemplate): Content {
  if (!providerId) return { code: '132001', detail: 'the template has no id at ChatApp' }
  if (buttons.length > 0 || header?.kind === 'text' || header?.kind === 'location') {
    return { code: 'not_offered', detail: 'ChatApp takes values for the text of a template, and a file, alone' }
  }
  const template = { id: providerId, params: body.map(({ text }) => text) }
  if (header === null) return { kind: 'template', json: { template } }
  const { source, media, fileName } = header
  // A file's id is a link here (`filesByLink`).
  const link = 'link' in source ? source.link : source.mediaId
  return { kind: 'template', json: { template, file: link, fileName: fileName ?? media } }
}
