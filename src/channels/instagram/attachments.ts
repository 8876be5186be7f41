import type { MediaKind, MessageContent, ProviderMedia } from '../../domain/message.ts'
import { idAt, objectAt, present, textAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'

/** What a client's attachment is, and how an entry without a text of its own reads. */
interface Form {
  kind: MediaKind
  mime: string
  words: string | null
}

/** `type` of an attachment (reference §11.1). Voice messages are the only sound that Instagram sends. */
const FORMS: Record<string, Form> = {
  image: { kind: 'image', mime: 'image/jpeg', words: null },
  video: { kind: 'video', mime: 'video/mp4', words: null },
  audio: { kind: 'voice', mime: 'audio/mp4', words: null },
  file: { kind: 'document', mime: 'application/octet-stream', words: null },
  media: { kind: 'image', mime: 'image/jpeg', words: null },
  share: { kind: 'image', mime: 'image/jpeg', words: 'A shared post' },
  ig_post: { kind: 'image', mime: 'image/jpeg', words: 'A shared post' },
  reel: { kind: 'video', mime: 'video/mp4', words: 'A shared reel' },
  ig_reel: { kind: 'video', mime: 'video/mp4', words: 'A shared reel' },
  story: { kind: 'image', mime: 'image/jpeg', words: 'A shared story' },
  ig_story: { kind: 'image', mime: 'image/jpeg', words: 'A shared story' },
  story_mention: { kind: 'image', mime: 'image/jpeg', words: 'Mentioned you in a story' },
}

/** A page of Instagram's, which is no file; file addresses are on other hosts. */
const PAGE = /^https?:\/\/(www\.)?(instagram\.com|instagr\.am|facebook\.com)\//i
/** Real ones have some hundred characters. */
const MAX_URL_LENGTH = 4000
/** Instagram sends up to ten. */
const MAX_ATTACHMENTS = 30

/**
 * The attachments of one message: one entry of the feed, with as many files. Their addresses run out, so they are what
 * the files are fetched by, and fetched at once.
 * @param text beside them
 */
export function readAttachments(attachments: readonly JsonObject[], text: string | null): MessageContent {
  const [first, ...others] = attachments.slice(0, MAX_ATTACHMENTS).map(readAttachment)
  if (first === undefined) return unsupported('A message of a kind that Instagram does not pass on.', null)
  const files = others.flatMap(({ content }) =>
    content.media ? [{ kind: content.kind as MediaKind, media: content.media }] : [],
  )
  const more = others.map(({ content }) => content.data).filter((data) => data.link !== undefined)
  return {
    ...first.content,
    text: text ?? first.content.text,
    data: { ...first.content.data, ...(more.length > 0 ? { more } : {}) },
    ...(files.length > 0 ? { moreMedia: files } : {}),
  }
}

function readAttachment(attachment: JsonObject): { content: MessageContent } {
  const type = textAt(attachment, 'type') ?? 'unknown'
  const payload = objectAt(attachment, 'payload')
  const url = addressIn(payload) ?? addressIn(attachment)
  const form = Object.hasOwn(FORMS, type) ? FORMS[type] : undefined
  if (type === 'ephemeral' || (form === undefined && url === null)) {
    return {
      content: unsupported(WORDS[type] ?? `A message of a kind that is not known here: ${type}.`, type, attachment),
    }
  }
  const { kind, mime, words } = form ?? { kind: 'document', mime: 'application/octet-stream', words: null }
  const title = textAt(payload, 'title')
  const isPage = url !== null && PAGE.test(url)
  const data = present({
    type: form && words === null && type !== 'media' ? null : type,
    title,
    postId: idAt(payload, 'ig_post_media_id') ?? idAt(payload, 'id'),
    reelId: idAt(payload, 'reel_video_id'),
    stickerId: idAt(payload, 'sticker_id'),
    link: isPage ? url : null,
  })
  const shown = [words, title].filter((part) => part !== null).join(': ') || null
  if (url === null || isPage) {
    const told = [shown ?? 'An attachment', url].filter((part) => part !== null).join('\n')
    return { content: { kind: 'text', text: told, data: { ...data, type }, media: null } }
  }
  return { content: { kind, text: shown, data, media: fileAt(url, mime) } }
}

/** A file that the provider keeps under an address for a while. */
export const fileAt = (url: string, mime: string): ProviderMedia => ({
  mediaId: url,
  mime,
  sha256: null,
  fileName: null,
})

export function addressIn(from: unknown): string | null {
  const url = textAt(from, 'url')
  return url !== null && url.length <= MAX_URL_LENGTH && URL.canParse(url) ? url : null
}

const WORDS: Record<string, string> = {
  ephemeral: 'A photo or film that can be seen only once, in the Instagram app.',
  template: 'A card with buttons, which Instagram does not pass on.',
  fallback: 'A link that Instagram does not pass on.',
  like_heart: '❤️',
}

export const unsupported = (text: string, subtype: string | null, raw?: JsonObject): MessageContent => ({
  kind: 'unsupported',
  text,
  data: present({ subtype, raw }),
  media: null,
})
