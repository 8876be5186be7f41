import type { ProviderMessageId } from '../../domain/ids.ts'
import type { MessageContent, MessageContext } from '../../domain/message.ts'
import { at, idAt, MalformedItem, objectAt, objectsAt, present, textAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import { addressIn, fileAt, readAttachments, unsupported } from './attachments.ts'

/**
 * What a `message` says (reference §11.1): a quick reply, attachments, a text; with the story that it answers.
 * @throws MalformedItem where it says nothing that is known
 */
export function readContent(message: JsonObject): MessageContent {
  const said = readSaid(message)
  const story = objectAt(objectAt(message, 'reply_to'), 'story')
  if (story === null) return said
  const url = addressIn(story)
  return {
    ...said,
    data: { ...said.data, repliesToStory: present({ id: idAt(story, 'id'), url }) },
    // What was answered is gone in a day: it is kept beside the answer.
    ...(url === null
      ? {}
      : { moreMedia: [...(said.moreMedia ?? []), { kind: 'image' as const, media: fileAt(url, 'image/jpeg') }] }),
  }
}

function readSaid(message: JsonObject): MessageContent {
  const text = textAt(message, 'text')
  if (at(message, 'is_unsupported') === true) {
    return unsupported('A message of a kind that Instagram does not pass on. Look at it in the Instagram app.', null)
  }
  const quickReply = objectAt(message, 'quick_reply')
  if (quickReply !== null) {
    const id = textAt(quickReply, 'payload')
    return {
      kind: 'interactive',
      text: text ?? id,
      data: present({ type: 'button_reply', id, title: text }),
      media: null,
    }
  }
  const attachments = objectsAt(message, 'attachments')
  if (attachments.length > 0) return readAttachments(attachments, text)
  if (text !== null) return { kind: 'text', text, data: {}, media: null }
  // Somebody came by a link or an advertisement; or a kind that is newer than this.
  if (objectAt(message, 'referral') === null) throw new MalformedItem('a message of a kind that is not known')
  return unsupported('A message without words.', 'referral')
}

/** A tap on an ice breaker, a menu or a card: `title` is what the client saw. */
export function readPostback(postback: JsonObject): MessageContent {
  const payload = textAt(postback, 'payload')
  const title = textAt(postback, 'title')
  return { kind: 'button', text: title ?? payload, data: present({ payload, text: title }), media: null }
}

/** What rides on a message: the message that it answers, an advertisement, a product. */
export function readContext(message: JsonObject): MessageContext {
  const referral = objectAt(message, 'referral')
  return {
    quoted: idAt(objectAt(message, 'reply_to'), 'mid') as ProviderMessageId | null,
    forwarded: 'no',
    referral,
    product: objectAt(referral, 'product'),
  }
}
