import type { Capabilities } from '../port.ts'

const MB = 1024 * 1024

/**
 * The ordinary WhatsApp over Green-API (reference §12): no templates and no reply window. Slow on purpose: WhatsApp
 * blocks numbers that write like a machine.
 */
export const CAPABILITIES: Capabilities = {
  replyWindowHours: null,
  templates: false,
  quotes: true,
  reactions: true,
  maxTextLength: 20_000,
  maxCaptionLength: 1024,
  captionKinds: ['image', 'video', 'document'],
  filesByLink: true,
  media: [
    { kind: 'image', mimes: ['image/jpeg', 'image/png', 'image/webp', 'image/gif'], maxBytes: 16 * MB },
    { kind: 'video', mimes: ['video/mp4', 'video/3gpp'], maxBytes: 64 * MB },
    { kind: 'audio', mimes: ['audio/*'], maxBytes: 16 * MB },
    { kind: 'document', mimes: ['*/*'], maxBytes: 100 * MB },
  ],
  interactive: null,
  echoesDeliveryId: false,
  echoesSends: true,
  messagesPerSecond: 1,
  pair: { burst: 5, secondsPerMessage: 2 },
}
