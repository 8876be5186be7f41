import type { Capabilities } from '../port.ts'

const MB = 1024 * 1024

/**
 * WhatsApp over Wazzup (reference §12). A text and a file are separate messages. Behind the same API stand the ordinary
 * WhatsApp and the Business Platform; only the latter has a reply window, and Wazzup says so when it refuses.
 */
export const CAPABILITIES: Capabilities = {
  replyWindowHours: null,
  templates: false,
  quotes: true,
  reactions: false,
  // Of the Business Platform; the ordinary WhatsApp takes 10,000.
  maxTextLength: 4096,
  maxCaptionLength: 0,
  captionKinds: [],
  filesByLink: true,
  media: [
    { kind: 'image', mimes: ['image/jpeg', 'image/png'], maxBytes: 5 * MB },
    { kind: 'video', mimes: ['video/mp4', 'video/3gpp'], maxBytes: 16 * MB },
    { kind: 'audio', mimes: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'], maxBytes: 16 * MB },
    { kind: 'document', mimes: ['*/*'], maxBytes: 50 * MB },
  ],
  interactive: null,
  echoesDeliveryId: false,
  repeatsSafely: true,
  messagesPerSecond: 5,
  pair: { burst: 5, secondsPerMessage: 2 },
}
