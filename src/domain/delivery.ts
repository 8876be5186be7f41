import type { AttachmentId } from './ids.ts'
import type { InteractiveMessage } from './interactive-message.ts'
import type { MediaKind } from './message.ts'
import type { FilledTemplate } from './template/template.ts'

/**
 * What a delivery will send, as stored with it. Never built from a comment's text at send time:
 * what was shown when a person pressed the button is what leaves.
 */
export type DeliveryBody =
  | { kind: 'text'; text: string }
  | { kind: 'media'; attachmentId: AttachmentId; media: MediaKind; caption: string | null; fileName: string | null }
  | { kind: 'interactive'; message: InteractiveMessage }
  | { kind: 'template'; template: FilledTemplate }
