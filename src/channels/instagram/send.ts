import type { OutgoingBody, OutgoingMessage, SendOutcome } from '../port.ts'
import { scrub } from '../whatsapp-cloud/errors.ts'
import { callGraph, graphPath } from '../whatsapp-cloud/graph-client.ts'
import { idAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import { acceptedAs } from '../wire/send-outcome.ts'
import { graphOf, type InstagramAccount, senderNode } from './config.ts'
import { failureOfInstagram, ownFailure } from './errors.ts'

/**
 * Sends one message once (reference §11.2). Nothing of ours comes back with it, so whatever does not say clearly that
 * the message was refused is `unknown`; an echo of the same text settles it (docs/decisions/0036-echoes-of-our-own-sends.md).
 */
export async function sendMessage(
  account: InstagramAccount,
  message: OutgoingMessage,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const recipient = addressOf(message)
  if (recipient === null) return rejected(account, 'no_address', 'no Instagram id of this client')
  const content = contentOf(message.body)
  if (content === null)
    return rejected(account, 'bad_request', `Instagram knows no message of the kind ${message.body.kind}`)

  const json = { recipient, ...mannerOf(account, message), message: content }
  const path = graphPath(senderNode(account), 'messages')
  const answer = await callGraph(graphOf(account), { method: 'POST', path, body: { json } }, signal)
  if (answer.kind === 'ok') return readAccepted(answer.body)
  if (answer.kind === 'unclear') return { outcome: 'unknown', detail: scrub(answer.detail, graphOf(account)) }
  return { outcome: 'rejected', failure: failureOfInstagram(account, answer) }
}

function rejected(account: InstagramAccount, code: string, detail: string): SendOutcome {
  return { outcome: 'rejected', failure: ownFailure(account, code, detail) }
}

/** A private reply is addressed to the comment; all else to the person. */
function addressOf({ recipient, body }: OutgoingMessage): { id: string } | { comment_id: string } | null {
  if (body.kind === 'text' && body.privateReplyTo) return { comment_id: body.privateReplyTo }
  const known = recipient.find(({ kind }) => kind === 'igsid')
  return known === undefined ? null : { id: known.value }
}

/** `messaging_type` is of Facebook Login alone; the tag is of both. */
function mannerOf({ login }: InstagramAccount, { personsReply }: OutgoingMessage): JsonObject {
  const tag = personsReply ? { tag: 'HUMAN_AGENT' } : {}
  return login === 'facebook' ? { messaging_type: personsReply ? 'MESSAGE_TAG' : 'RESPONSE', ...tag } : tag
}

const ATTACHMENTS = {
  image: 'image',
  sticker: 'image',
  video: 'video',
  audio: 'audio',
  voice: 'audio',
  document: 'file',
} as const

function contentOf(body: OutgoingBody): JsonObject | null {
  switch (body.kind) {
    case 'text':
      return { text: body.text }
    case 'media':
      return { attachment: { type: ATTACHMENTS[body.media], payload: { url: body.mediaId } } }
    case 'interactive': {
      const { text, choice } = body.message
      if (choice.kind !== 'buttons') return null
      const quickReplies = choice.buttons.map(({ id, title }) => ({ content_type: 'text', title, payload: id }))
      return { text, quick_replies: quickReplies }
    }
    case 'template':
      return null
  }
}

/** 200 means that Instagram has it. The answer to a private reply names the person behind the comment. */
function readAccepted(answer: JsonObject): SendOutcome {
  const id = idAt(answer, 'message_id')
  const igsid = idAt(answer, 'recipient_id')
  return acceptedAs(id, { identities: igsid === null ? [] : [{ kind: 'igsid', value: igsid }] })
}
