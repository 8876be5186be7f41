import type { MediaKind, MessageContent } from '../../domain/message.ts'
import { unsupportedText } from '../whatsapp-cloud/unsupported-text.ts'
import { objectAt, textAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import { bareMime } from '../wire/mime.ts'

const FILES: Readonly<Record<string, MediaKind>> = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  voice: 'voice',
  document: 'document',
  file: 'document',
  sticker: 'sticker',
}

/** A tap on a template's button: what it is called no paper tells, and its words are worth more than its kind. */
const TAPS = /button|reply|interactive/i

/** A link lives as long as ChatApp lets it: the file is fetched at once. */
const MAX_LINK_LENGTH = 2000

/**
 * What a message says. Total: a kind that is not known is `unsupported`, with what came. Places and cards are among
 * these, for their form is in no paper of ours.
 */
export function contentOf(item: JsonObject): MessageContent {
  const type = textAt(item, 'type') ?? 'unknown'
  const message = objectAt(item, 'message')
  const text = textAt(message, 'text')
  if (type === 'text' && text !== null) return { kind: 'text', text, data: {}, media: null }
  if (TAPS.test(type) && text !== null) return { kind: 'button', text, data: { text }, media: null }
  const kind = Object.hasOwn(FILES, type) ? FILES[type] : undefined
  const file = objectAt(message, 'file')
  if (kind === undefined || file === null) {
    return { kind: 'unsupported', text: unsupportedText(type, []), data: { subtype: type, raw: item }, media: null }
  }
  const link = textAt(file, 'link')
  // Both names have been seen.
  const mime = bareMime(textAt(file, 'mimeType') ?? textAt(file, 'contentType')) ?? 'application/octet-stream'
  const media =
    link === null || link.length > MAX_LINK_LENGTH
      ? null
      : { mediaId: link, mime, sha256: null, fileName: textAt(file, 'name') }
  return { kind, text: textAt(message, 'caption') ?? text, data: {}, media }
}
