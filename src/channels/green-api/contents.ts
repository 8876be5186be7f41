import type { MediaKind, MessageContent } from '../../domain/message.ts'
import { unsupportedText } from '../whatsapp-cloud/unsupported-text.ts'
import { idAt, numberAt, objectAt, objectsAt, present, textAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import { bareMime } from '../wire/mime.ts'
import { fileId } from './media.ts'

const FILES: Readonly<Record<string, MediaKind>> = {
  imageMessage: 'image',
  videoMessage: 'video',
  audioMessage: 'audio',
  documentMessage: 'document',
  stickerMessage: 'sticker',
}
const TEXTS = new Set(['textMessage', 'extendedTextMessage', 'quotedMessage'])

/** What `messageData` says. Total: a kind that is not known is `unsupported`, with what came. */
export function contentOf(data: JsonObject, chatId: string, messageId: string): MessageContent {
  const type = textAt(data, 'typeMessage') ?? 'unknown'
  return (
    readKnown(type, data, chatId, messageId) ?? {
      kind: 'unsupported',
      text: unsupportedText(type, []),
      data: { subtype: type, raw: data },
      media: null,
    }
  )
}

function readKnown(type: string, data: JsonObject, chatId: string, messageId: string): MessageContent | null {
  if (TEXTS.has(type)) {
    const text =
      textAt(objectAt(data, 'textMessageData'), 'textMessage') ??
      textAt(objectAt(data, 'extendedTextMessageData'), 'text')
    return text === null ? null : { kind: 'text', text, data: {}, media: null }
  }
  const kind = Object.hasOwn(FILES, type) ? FILES[type] : undefined
  if (kind !== undefined) {
    const file = objectAt(data, 'fileMessageData')
    if (file === null) return null
    const mime = bareMime(textAt(file, 'mimeType')) ?? 'application/octet-stream'
    const media = { mediaId: fileId(chatId, messageId), mime, sha256: null, fileName: textAt(file, 'fileName') }
    return { kind, text: textAt(file, 'caption'), data: {}, media }
  }
  switch (type) {
    case 'locationMessage': {
      const place = objectAt(data, 'locationMessageData')
      const [latitude, longitude] = [numberAt(place, 'latitude'), numberAt(place, 'longitude')]
      if (latitude === null || longitude === null) return null
      const [name, address] = [textAt(place, 'nameLocation'), textAt(place, 'address')]
      const words = [name, address].filter((word) => word !== null).join(', ')
      return {
        kind: 'location',
        text: words || `${latitude}, ${longitude}`,
        data: present({ latitude, longitude, name, address }),
        media: null,
      }
    }
    case 'contactMessage':
    case 'contactsArrayMessage': {
      const one = objectAt(data, 'contactMessageData')
      const cards = one === null ? objectsAt(objectAt(data, 'messageData'), 'contacts') : [one]
      const names = cards.map((card) => textAt(card, 'displayName') ?? 'a contact')
      return { kind: 'contacts', text: names.join(', ') || null, data: { contacts: cards }, media: null }
    }
    case 'buttonsResponseMessage': {
      const button = objectAt(data, 'buttonsResponseMessage')
      const title = textAt(button, 'selectedButtonText')
      if (title === null) return null
      const id = idAt(button, 'selectedButtonId')
      return { kind: 'interactive', text: title, data: present({ type: 'button_reply', id, title }), media: null }
    }
    default:
      return null
  }
}
