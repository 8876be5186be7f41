import type { MediaKind } from '../../domain/message.ts'
import type { Capabilities } from '../port.ts'
import { CAPABILITIES as WHATSAPP } from '../whatsapp-cloud/capabilities.ts'

const MB = 1024 * 1024

export const CAPTION_KINDS: readonly MediaKind[] = ['image', 'video', 'document']

/** What Twilio can do of what WhatsApp can (reference §12); of buttons and lists, what its contents have room for. */
export const CAPABILITIES: Capabilities = {
  ...WHATSAPP,
  quotes: false,
  reactions: false,
  maxTextLength: 1600,
  maxCaptionLength: 1024,
  captionKinds: CAPTION_KINDS,
  filesByLink: true,
  // A message is at most 16 MB with its file.
  media: WHATSAPP.media.map((rule) => ({ ...rule, maxBytes: Math.min(rule.maxBytes, 16 * MB) })),
  interactive: {
    text: 1024,
    header: 0,
    footer: 0,
    buttons: { count: 3, id: 200, title: 20 },
    list: { text: 1024, button: 20, sections: 1, rows: 10, section: 0, id: 200, title: 24, description: 72 },
    link: { title: 20, url: 2000 },
  },
  echoesDeliveryId: false,
}
