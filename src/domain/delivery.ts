import type { AttachmentId } from './ids.ts'
import type { InteractiveMessage } from './interactive-message.ts'
import type { MediaKind } from './message.ts'
import type { PersonsReply } from './persons-reply.ts'
import type { FilledTemplate } from './template/template.ts'

/**
 * What a delivery will send, as stored with it. Never built from a comment's text at send time:
 * what was shown when a person pressed the button is what leaves.
 */
export type DeliveryBody =
  | { kind: 'text'; text: string; privateReply?: PrivateReply; personsReply?: PersonsReply }
  | {
      kind: 'media'
      attachmentId: AttachmentId
      media: MediaKind
      caption: string | null
      fileName: string | null
      personsReply?: PersonsReply
    }
  | { kind: 'interactive'; message: InteractiveMessage }
  | { kind: 'template'; template: FilledTemplate }

/** The one private answer that a comment under a post may get, though the reply window is closed. */
export interface PrivateReply {
  /** the provider's id of the comment */
  comment: string
  /** ISO 8601 */
  until: string
}
