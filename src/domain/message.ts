import type { ProviderMessageId } from './ids.ts'

/** Kinds of an entry in a feed, as the API names them (contract.md, `GET /api/tasks/:id/comments`). */
export const MESSAGE_KINDS = [
  'text',
  'image',
  'video',
  'audio',
  'voice',
  'document',
  'sticker',
  'location',
  'contacts',
  'interactive',
  'button',
  'order',
  'template',
  'unsupported',
  'system',
] as const
export type MessageKind = (typeof MESSAGE_KINDS)[number]

/** Kinds that carry a file. */
export const MEDIA_KINDS = ['image', 'video', 'audio', 'voice', 'document', 'sticker'] as const
export type MediaKind = (typeof MEDIA_KINDS)[number]

/** A file that the provider holds for us until we fetch it. */
export interface ProviderMedia {
  /** The provider's media id; its download address is asked for at fetch time, never stored (it lives minutes). */
  mediaId: string
  /** As declared by the sender; parameters (`; codecs=opus`) stripped. */
  mime: string
  /** Lower-case hex, converted from the wire's base64 or hex; null when the provider gave none. */
  sha256: string | null
  /** As the sender named it: hostile, only ever shown as text. */
  fileName: string | null
}

/** What a message says, in no provider's words. `data` is what the API returns as a comment's `data`. */
export interface MessageContent {
  kind: MessageKind
  /** The text, the caption, or a readable stand-in (a button's title, a place's name); null when there is none. */
  text: string | null
  /** What is not text: coordinates, cards, order items, button and list ids, error codes of unsupported kinds. */
  data: Record<string, unknown>
  media: ProviderMedia | null
  /** Further files of the same message. */
  moreMedia?: readonly { kind: MediaKind; media: ProviderMedia }[]
}

/** Marks that ride on a message (reference §2.3). */
export interface MessageContext {
  /** The quoted message; it may be unknown to us. */
  quoted: ProviderMessageId | null
  forwarded: 'no' | 'forwarded' | 'frequently'
  /** A click-to-WhatsApp advertisement, as it came. */
  referral: Record<string, unknown> | null
  /** A product the message was written about. */
  product: Record<string, unknown> | null
}

/** One message as it arrived: from the client, or an echo of what somebody wrote outside Parley. */
export interface ArrivedMessage {
  id: ProviderMessageId
  content: MessageContent
  context: MessageContext
  /** It is no private message. */
  publicComment?: PublicComment
}

/** A comment under a post: everybody reads it, it opens no reply window, and one private answer to it is allowed. */
export interface PublicComment {
  /** of the provider */
  id: string
  postId: string | null
  /** ISO 8601 */
  answerUntil: string
}
