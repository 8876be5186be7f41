import type { DeliveryBody } from './delivery.ts'
import type { AttachmentId, ProviderMessageId } from './ids.ts'
import type { MediaKind } from './message.ts'
import { splitText } from './split-text.ts'

/** One message to the client, not yet stored. */
export interface ComposedDelivery<Body extends DeliveryBody = DeliveryBody> {
  body: Body
  quoted: ProviderMessageId | null
}

/** What texts and files become. */
export type FreeBody = Extract<DeliveryBody, { kind: 'text' | 'media' }>

export interface Composition {
  text: string | null
  /** In the order in which the author placed them. */
  attachments: readonly { id: AttachmentId; media: MediaKind; name: string }[]
  quoted: ProviderMessageId | null
}

export interface CaptionRules {
  maxCaptionLength: number
  captionKinds: readonly MediaKind[]
  /** of one message, in UTF-8; absent: a text is one message */
  maxTextBytes?: number
}

/**
 * Which messages an author's text and files become, in the order in which they are sent (M10, M12).
 * The text is the caption of the first file that takes one, if it fits; else it goes ahead as a message of its own.
 * A text that is too long for one message goes as several. Only the first message carries the quote. Lengths are UTF-16 units: the stricter count (reference §5.2).
 */
export function composeDeliveries(
  { text, attachments, quoted }: Composition,
  rules: CaptionRules,
): ComposedDelivery<FreeBody>[] {
  const captioned =
    text !== null && text.length <= rules.maxCaptionLength
      ? attachments.findIndex((file) => rules.captionKinds.includes(file.media))
      : -1
  const files = attachments.map(
    (file, index): FreeBody => ({
      kind: 'media',
      attachmentId: file.id,
      media: file.media,
      caption: index === captioned ? text : null,
      fileName: file.media === 'document' ? file.name : null,
    }),
  )
  const ahead = text !== null && captioned === -1 ? textParts(text, rules) : []
  const bodies = [...ahead.map((part): FreeBody => ({ kind: 'text', text: part })), ...files]
  return bodies.map((body, index) => ({ body, quoted: index === 0 ? quoted : null }))
}

const textParts = (text: string, { maxTextBytes }: CaptionRules): string[] =>
  maxTextBytes === undefined ? [text] : splitText(text, maxTextBytes)
