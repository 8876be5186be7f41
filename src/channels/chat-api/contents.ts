import type { MediaKind, MessageContent, ProviderMedia } from '../../domain/message.ts'
import { bareMime } from '../wire/mime.ts'
import type { ChatEvent } from './wire.ts'

type Said = Pick<Extract<ChatEvent, { type: 'message' }>, 'text' | 'attachments' | 'button'>
type Attachment = NonNullable<Said['attachments']>[number]

/** Marks an id that is asked for at the bridge, among addresses. */
export const FILE_ID = '@'

/** What a message says; null: nothing at all. */
export function contentOf({ text, attachments = [], button }: Said): MessageContent | null {
  const [first, ...more] = attachments.map((file) => ({ kind: kindOf(file), media: mediaOf(file) }))
  const words = text ? text : null
  if (button) {
    const data = { type: 'button_reply', id: button.id, title: button.title }
    return { kind: 'interactive', text: button.title, data, media: null }
  }
  if (first === undefined) return words === null ? null : { kind: 'text', text: words, data: {}, media: null }
  return {
    kind: first.kind,
    text: words,
    data: {},
    media: first.media,
    ...(more.length > 0 && { moreMedia: more }),
  }
}

function kindOf({ kind, mime }: Attachment): MediaKind {
  if (kind) return kind
  const family = bareMime(mime ?? null)?.split('/')[0]
  return family === 'image' || family === 'video' || family === 'audio' ? family : 'document'
}

const mediaOf = ({ url, id, name, mime }: Attachment): ProviderMedia => ({
  mediaId: url ?? `${FILE_ID}${id}`,
  mime: bareMime(mime ?? null) ?? 'application/octet-stream',
  sha256: null,
  fileName: name ?? null,
})
